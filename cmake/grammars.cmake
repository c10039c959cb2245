# sextant_grammars: the tree-sitter grammars that grammars/package-lock.json pins, as one static library. They lie in
# grammars/node_modules, where `./x build` puts them; nothing of them runs, only their C is compiled. The grammars
# must be of ABI 14, the newest that Debian's libtree-sitter reads.
set(grammars ${CMAKE_SOURCE_DIR}/grammars/node_modules)
if(NOT EXISTS ${grammars}/.package-lock.json)
  message(FATAL_ERROR "The grammars are missing: run ./x build, or npm --prefix grammars ci --ignore-scripts")
endif()

# Their licences ask that their notices go with every copy of the program.
set(notice "Sextant contains these grammars for tree-sitter.\n")
foreach(name bash c c-sharp cpp go java javascript kotlin php python ruby rust scala swift typescript)
  file(READ ${grammars}/tree-sitter-${name}/LICENSE licence)
  string(APPEND notice "\n--- tree-sitter-${name}\n\n${licence}")
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/package/NOTICE "${notice}")

add_library(sextant_grammars STATIC)
foreach(folder bash c c-sharp cpp go java javascript kotlin php/php_only python ruby rust scala swift
               typescript/tsx typescript/typescript)
  set(source ${grammars}/tree-sitter-${folder}/src)
  set(files ${source}/parser.c)
  if(EXISTS ${source}/scanner.c)
    list(APPEND files ${source}/scanner.c)
  endif()
  target_sources(sextant_grammars PRIVATE ${files})
  set_property(SOURCE ${files} PROPERTY INCLUDE_DIRECTORIES ${source})  # each brings the parser.h that it needs
endforeach()
# Generated code: its warnings are not ours, and unoptimised it is too slow even for tests.
target_compile_options(sextant_grammars PRIVATE -w -O2 -g0)
