#include "base/printable.hpp"

#include <gtest/gtest.h>

namespace sextant {
namespace {

TEST(Printable, LeavesWhatPeopleRead) {
  EXPECT_EQ(printable("src/r\u00e9sum\u00e9 \u4e2d.py"), "src/r\u00e9sum\u00e9 \u4e2d.py");
}

TEST(Printable, SteersNoTerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\r\nc\u009bd\u202ee\u200bf"), "a [31mb  c d e f");
  EXPECT_EQ(printable("a\xff"), "a\ufffd");
}

TEST(Printable, EndsAtACharacter) {
  EXPECT_EQ(printable("\u00e9\u00e9\u00e9", 3), "\u00e9\u00e9");
}

}  // namespace
}  // namespace sextant
