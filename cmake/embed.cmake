# sextant_embed(TARGET NAME FILES...): compiles files into the program. They are read through
# `extern const std::span<const sextant::EmbeddedFile> NAME`, declared in base/embedded_file.hpp's users.
function(sextant_embed target name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUTPUT=${source} "-DFILES=${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
