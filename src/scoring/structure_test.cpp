#include "scoring/structure.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "testing/scoring_structure.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;
using testing::structure_of;

TEST(Structure, annotating_functions_adds_none) {
  Lines before;
  Lines after;
  for (int i = 0; i < 60; ++i) {
    const std::string name = fmt::format("    def method_{}(", i);
    before.push_back(name + "self, value, *args):");
    after.push_back(name);
    after.push_back("        self, value: t.Optional[str] = None, *args: t.Any");
    after.push_back("    ) -> t.Callable:");
  }
  const auto counts = structure_of(DiffText().change("src/app.py", 7, before, after));
  EXPECT_EQ(counts.functions_added, 0);
  EXPECT_EQ(counts.functions_removed, 0);
  EXPECT_EQ(counts.functions_changed, 60);
  EXPECT_EQ(counts.public_added, 0);
  EXPECT_EQ(counts.public_changed, 60);
}

TEST(Structure, a_function_that_went_to_another_file_is_neither_new_nor_gone) {
  const Lines body = {"def one(a, b):", "    x = a", "    y = b"};
  Lines moved = body;
  moved[1] = "    z = 3";
  moved[0] = "async def one(a, b):";
  const auto counts = structure_of(DiffText()
                                       .change("a.py", 3, body, {})
                                       .change("b.py", 3, {}, {"def one(a, b,):", "    pass"}));
  EXPECT_EQ(counts.functions_added + counts.functions_removed + counts.functions_changed, 0);
  const auto other =
      structure_of(DiffText().change("a.py", 3, body, {}).change("b.py", 3, {}, moved));
  EXPECT_EQ(other.functions_added, 1) << "another signature makes it another function";
}

TEST(Structure, methods_are_found_outside_of_their_class) {
  EXPECT_EQ(
      structure_of(DiffText().change("a.js", 9, {}, {"  render(a) {", "    return a;", "  }"}))
          .functions_added,
      1);
  EXPECT_EQ(
      structure_of(DiffText().change("a.ts", 9, {}, {"  private go(a: string): void {", "  }"}))
          .functions_added,
      1);
  EXPECT_EQ(structure_of(
                DiffText().change("a.h", 9, {}, {"  explicit Thing(int a) : a_(a) {}", "public:"}))
                .functions_added,
            1);
}

TEST(Structure, a_fragment_that_begins_within_branches_reads_like_a_whole_one) {
  const auto java =
      structure_of(DiffText().change("A.java", 9, {},
                                     {"      first();", "    } else if (b) {", "      second(a);",
                                      "    }", "    if (c) third();"}));
  EXPECT_EQ(java.branches, 2);
  EXPECT_EQ(java.calls, 3);
  EXPECT_EQ(java.lexical, 0);
  const auto python = structure_of(DiffText().change(
      "a.py", 9, {},
      {"        first()", "    elif b:", "        second(a)", "    else:", "        third()"}));
  EXPECT_EQ(python.branches, 1);
  EXPECT_EQ(python.calls, 3);
  EXPECT_EQ(python.lexical, 0);
}

TEST(Structure, the_same_tokens_say_the_same_however_they_are_wrapped) {
  for (const testing::Tongue tongue : testing::tongues) {
    const Lines lines = testing::program(tongue, 3, 60);
    const std::string path = testing::file_in(tongue, 1);
    const auto plain = structure_of(DiffText().add(path, lines));
    const auto wrapped = structure_of(DiffText().add(path, testing::reformatted(tongue, lines)));
    EXPECT_EQ(plain.functions_added, wrapped.functions_added) << path;
    EXPECT_EQ(plain.branches, wrapped.branches) << path;
    EXPECT_EQ(plain.complexity, wrapped.complexity) << path;
  }
}

TEST(Structure, what_was_read_before_leaves_no_trace) {
  const DiffText text =
      DiffText().add("a.py", {"x = f\"{a", "b = \"{", "def one():", "    return {2"});
  const auto first = structure_of(text);
  (void)structure_of(DiffText().add("b.py", {"y = f\"{unclosed", "f\"\"\"{"}));
  const auto second = structure_of(text);
  EXPECT_EQ(first.calls, second.calls);
  EXPECT_EQ(first.functions_added, second.functions_added);
  EXPECT_EQ(first.lexical, second.lexical);
}

// Bounds are in bytes and tokens, so this ends as soon on a machine under load; what it must not do
// is take minutes, or crash.
TEST(Structure, hostile_text_is_bounded) {
  constexpr std::string_view pieces[] = {"{",    "(((((((((", "\"\"\"", "} else {",     "- - - - -",
                                         "!!",   "x ? y :",   "a = ",   "alpha beta c", "<<EOF",
                                         "\"${", "#if X",     "/*",     "\xff\xfe\x01"};
  for (const char* path : {"a.py", "a.js", "a.ts", "a.tsx", "a.go", "a.rs", "A.java", "a.c",
                           "a.cpp", "a.rb", "a.php", "a.cs", "a.kt", "a.swift", "a.scala", "a.sh"})
    for (const std::string_view piece : pieces)
      (void)structure_of(DiffText().add(path, Lines(400, std::string(piece))));
  (void)structure_of(DiffText().add("a.kt", Lines(1, std::string(60'000, '"'))));
  (void)structure_of(
      DiffText().add("a.rb", {"x = <<" + std::string(300, 'A'), "text", std::string(300, 'A')}));
  (void)structure_of(DiffText().add("a.js", Lines(20'000, "- - - - -")));
}

TEST(Structure, zero_bytes_are_no_grammars_business) {
  using std::string_literals::operator""s;
  EXPECT_EQ(structure_of(DiffText().add("a.py", {"x = f(1)"})).lexical, 0);
  EXPECT_EQ(structure_of(DiffText().add("a.py", {"x = f(1)\0"s})).lexical, 1);
}

// A parser tries what might stand where an error is, in time that its memory does not tell.
TEST(Structure, of_text_with_errors_less_is_read) {
  Lines lines(5000, "f(\"" + std::string(80, 'a') + "\")");
  EXPECT_EQ(structure_of(DiffText().add("a.go", lines)).lexical, 0);
  for (std::size_t i = 0; i < lines.size(); i += 30) lines[i] += " @ )";
  EXPECT_GT(structure_of(DiffText().add("a.go", lines)).lexical, 1000);
}

}  // namespace
}  // namespace sextant::scoring
