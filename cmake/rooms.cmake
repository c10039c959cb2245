# sextant_room(NAME [ROOMS ...] [LIBRARIES ...]): one static library from src/NAME, linking the rooms
# it may include and the libraries it wraps, and one test program from the *_test.cpp beside the code.
# What tests share lies in src/testing, each file named after the highest room it needs:
# src/testing/db_*.cpp is compiled into the tests of db and of every room that links db.
function(sextant_room name)
  cmake_parse_arguments(arg "" "" "ROOMS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")

  add_library(sextant_${name} STATIC ${sources})
  target_include_directories(sextant_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(sextant_${name} PUBLIC ${arg_LIBRARIES})
  foreach(room IN LISTS arg_ROOMS)
    target_link_libraries(sextant_${name} PUBLIC sextant_${room})
  endforeach()

  if(tests)
    foreach(room IN LISTS arg_ROOMS ITEMS ${name})
      file(GLOB testing CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/testing/${room}_*.cpp)
      list(APPEND tests ${testing})
    endforeach()
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE sextant_${name} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_tests PRIVATE SEXTANT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name}_tests)
  endif()
endfunction()
