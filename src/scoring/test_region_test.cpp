#include "scoring/test_region.hpp"

#include <gtest/gtest.h>

#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;

// One character a line: 't' within a test, '.' elsewhere.
std::string regions(std::string_view path, const Lines& lines) {
  TestRegion region(language_of(path));
  region.begin();
  std::string out;
  for (const std::string& line : lines) out += region.take(line) ? 't' : '.';
  return out;
}

const Lines with_tests = {"fn total() {",
                          "    let a = 1;",
                          "}",
                          "#[cfg(test)]",
                          "mod tests {",
                          "    use super::*;",
                          "",
                          "    #[test]",
                          "    fn adds() {",
                          "        assert_eq!(total(), 1);",
                          "    }",
                          "}",
                          "fn after() {}"};

TEST(TestRegions, last_from_the_attribute_to_the_end_of_what_it_belongs_to) {
  EXPECT_EQ(regions("a.rs", with_tests), "...ttttttttt.");
  EXPECT_EQ(regions("a.rs", {"    #[tokio::test(flavor = \"multi_thread\")]", "    async fn runs(",
                             "    ) {", "        go().await;", "    }", "    fn helper() {"}),
            "ttttt.");
  EXPECT_EQ(regions("a.rs", {"#[cfg(test)]", "use std::io;", "use std::fs;"}), "tt.");
  EXPECT_EQ(regions("a.rs", {"    #[test]", "    fn cut_off() {", "        a();", "}", "fn b() {"}),
            "ttt..")
      << "what is indented less belongs to something else";
}

TEST(TestRegions, are_of_rust_alone) {
  EXPECT_EQ(regions("a.cs", {"#[test]", "int a;"}), "..");
  EXPECT_EQ(regions("a.rs", {"#[derive(Debug)]", "struct Test;"}), "..");
}

TEST(TestRegions, lines_in_them_are_tests_to_the_score) {
  const Score score = testing::score_of(DiffText().change("src/a.rs", 10, {}, with_tests));
  const Score program = testing::score_of(DiffText().change(
      "src/a.rs", 10, {}, {with_tests[0], with_tests[1], with_tests[2], with_tests.back()}));
  EXPECT_EQ(score.dimensions[0].score, program.dimensions[0].score);
  EXPECT_EQ(score.dimensions[static_cast<std::size_t>(Dimension::risk)].score,
            program.dimensions[static_cast<std::size_t>(Dimension::risk)].score);
  EXPECT_GT(score.dimensions[static_cast<std::size_t>(Dimension::quality)].score, 0);
  EXPECT_GT(score.effective_lines, program.effective_lines);
}

}  // namespace
}  // namespace sextant::scoring
