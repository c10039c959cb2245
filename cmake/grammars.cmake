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

# A copy of a scanner without a fault that its pinned version has; a version without it needs none.
function(mend_scanner name wrong right)
  file(READ ${grammars}/tree-sitter-${name}/src/scanner.c code)
  string(FIND "${code}" "${wrong}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "tree-sitter-${name} has no \"${wrong}\" any more: see whether it still needs mending")
  endif()
  string(REPLACE "${wrong}" "${right}" code "${code}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/grammars/${name}/scanner.c CONTENT "${code}" @ONLY)
endfunction()

# They count the room for a here-document without all of what they write before its mark, and then write past their
# 1024 bytes; Ruby keeps the length of a mark in one byte. The third asks for memory of no size and writes into it.
mend_scanner(ruby "size + 2 + heredoc->word.size" "heredoc->word.size > 255 || size + 4 + heredoc->word.size")
mend_scanner(bash "heredoc->delimiter.size + 3 + size" "heredoc->delimiter.size + 7 + size")
mend_scanner(swift "calloc(0, sizeof" "calloc(1, sizeof")

add_library(sextant_grammars STATIC)
foreach(folder bash c c-sharp cpp go java javascript kotlin php/php_only python ruby rust scala swift
               typescript/tsx typescript/typescript)
  set(source ${grammars}/tree-sitter-${folder}/src)
  set(files ${source}/parser.c)
  if(EXISTS ${CMAKE_BINARY_DIR}/grammars/${folder}/scanner.c)
    list(APPEND files ${CMAKE_BINARY_DIR}/grammars/${folder}/scanner.c)
  elseif(EXISTS ${source}/scanner.c)
    list(APPEND files ${source}/scanner.c)
  endif()
  target_sources(sextant_grammars PRIVATE ${files})
  set_property(SOURCE ${files} PROPERTY INCLUDE_DIRECTORIES ${source})  # each brings the parser.h that it needs
endforeach()
# Generated code: its warnings are not ours, and unoptimised it is too slow even for tests.
target_compile_options(sextant_grammars PRIVATE -w -O2 -g0)
