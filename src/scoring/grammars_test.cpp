#include "scoring/grammars.hpp"

#include <gtest/gtest.h>

#include <string>

#define SCANNER(name)                                                                \
  extern "C" void* tree_sitter_##name##_external_scanner_create();                   \
  extern "C" void tree_sitter_##name##_external_scanner_destroy(void*);              \
  extern "C" unsigned tree_sitter_##name##_external_scanner_serialize(void*, char*); \
  extern "C" void tree_sitter_##name##_external_scanner_deserialize(void*, const char*, unsigned);
SCANNER(bash)
SCANNER(ruby)
#undef SCANNER

namespace sextant::scoring {
namespace {

constexpr unsigned room = 1024;  // that the parser gives a scanner to write its state to

// What a scanner writes that was given this state: how many bytes.
unsigned written_by_bash(const std::string& state) {
  char buffer[2 * room];
  void* scanner = tree_sitter_bash_external_scanner_create();
  tree_sitter_bash_external_scanner_deserialize(scanner, state.data(),
                                                static_cast<unsigned>(state.size()));
  const unsigned written = tree_sitter_bash_external_scanner_serialize(scanner, buffer);
  tree_sitter_bash_external_scanner_destroy(scanner);
  return written;
}
unsigned written_by_ruby(const std::string& state) {
  char buffer[2 * room];
  void* scanner = tree_sitter_ruby_external_scanner_create();
  tree_sitter_ruby_external_scanner_deserialize(scanner, state.data(),
                                                static_cast<unsigned>(state.size()));
  const unsigned written = tree_sitter_ruby_external_scanner_serialize(scanner, buffer);
  tree_sitter_ruby_external_scanner_destroy(scanner);
  return written;
}

// Here-documents that are open: one with a long mark, and eight.
std::string bash_state(std::size_t bytes) {
  const std::size_t mark = bytes - 11;
  std::string state(7, '\0');
  state[3] = 1;
  for (int shift = 0; shift < 32; shift += 8) state += static_cast<char>((mark >> shift) & 0xff);
  return state + std::string(mark, 'A');
}
std::string ruby_state(std::size_t bytes) {
  std::string state("\0\10", 2);
  for (std::size_t left = 8; left > 0; --left) {
    const std::size_t mark = (bytes - state.size()) / left - 4;
    state += std::string(3, '\0') + static_cast<char>(mark) + std::string(mark, 'A');
  }
  return state;
}

TEST(Grammars, their_scanners_write_what_fits_and_nothing_else) {
  for (unsigned bytes = room - 20; bytes < room + 20; ++bytes) {
    const unsigned bash = written_by_bash(bash_state(bytes));
    const unsigned ruby = written_by_ruby(ruby_state(bytes));
    EXPECT_EQ(bash, bytes < room ? bytes : 0) << bytes;
    EXPECT_EQ(ruby, bytes < room ? bytes : 0) << bytes;
  }
}

}  // namespace
}  // namespace sextant::scoring
