// What a score gives as its reasons must hold when a person reads the diff.
#include "scoring/factors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;

const Factor* find(const Score& score, Dimension dimension, std::uint16_t code) {
  const auto& factors = score.dimensions[static_cast<std::size_t>(dimension)].factors;
  const auto found = std::find_if(factors.begin(), factors.end(),
                                  [&](const Factor& each) { return each.code == code; });
  return found == factors.end() ? nullptr : &*found;
}

Evidence place_of(const Factor* factor) {
  return factor && !factor->evidence.empty() ? factor->evidence.front() : Evidence{};
}

std::string all_reasons(const Score& score) {
  std::string out;
  for (const SubScore& each : score.dimensions) out += factors_text(each);
  return out;
}

TEST(Factors, who_annotates_a_line_has_not_added_what_stood_there) {
  const Score score = testing::score_of(
      DiffText().change("a.c", 10,
                        {"int load(char *err) { if (!lock(mutex)) return fail(err); }",
                         "int save(char *err) { if (!lock(mutex)) return fail(err); }"},
                        {"int load(const char *err) { if (!lock(mutex)) return fail(err); }",
                         "int save(const char *err) { if (!lock(mutex)) return fail(err); }"}));
  const std::string reasons = all_reasons(score);
  for (const char* claim : {"failure", "locks", "branch", "condition", "call", "names"})
    EXPECT_EQ(reasons.find(claim), std::string::npos) << claim << " in " << reasons;
}

TEST(Factors, evidence_is_the_lines_that_bring_it) {
  Lines lines(30, "total = first + second");
  lines[11] = "import queue";
  lines[19] = "import heapq";
  const Score score = testing::score_of(DiffText().change("a.py", 100, {}, lines));
  const Evidence place =
      place_of(find(score, Dimension::architecture, factor_code::architecture_imports));
  EXPECT_EQ(place.first_line, 111);
  EXPECT_EQ(place.last_line, 119);
}

TEST(Factors, words_of_security_are_named_once_and_as_parts_of_names) {
  const Score score = testing::score_of(DiffText().change(
      "a.py", 10, {"escape(author)"},
      {"escape(author, checkAuth)", "salt = Hash(user_session)", "other_salt = author.sign"}));
  const Factor* factor = find(score, Dimension::perf_security, factor_code::security_words);
  ASSERT_NE(factor, nullptr) << all_reasons(score);
  EXPECT_EQ(sentence(*factor), "Names 6 words of security (auth, hash, salt, ...)");
}

TEST(Factors, both_sides_of_an_edit_are_read_alike) {
  const auto reasons = [](std::string_view path, const Lines& before, const Lines& after) {
    return all_reasons(testing::score_of(DiffText().change(path, 10, before, after)));
  };
  for (const std::string& found :
       {reasons("a.js", {"  if (a.ready && b.ready) return go ? 1 : 2;"},
                {"  if (a.ready && b.done) return go ? 1 : 2;"}),
        reasons("a.rb", {"puts 'one'", "puts 'two'"}, {"puts 'three'", "puts 'four'"}),
        reasons("a.rs", {"println!(\"one\");"}, {"println!(\"two {x}\");"}),
        reasons("a.c", {"while (a && b || c) { if (d) f(d); }"},
                {"while (a && b || e) { if (d) f(d); }"})})
    for (const char* claim : {"condition", "branch", "call", "Nests"})
      EXPECT_EQ(found.find(claim), std::string::npos) << claim << " in " << found;
}

TEST(Factors, comments_that_stand_elsewhere_in_the_file_are_not_added) {
  const Score score = testing::score_of(DiffText()
                                            .change("a.py", 5, {"# what it is", "# good for"}, {})
                                            .change("a.py", 90, {}, {"a = b(c)", "# another one"}));
  EXPECT_EQ(find(score, Dimension::implementation, factor_code::implementation_comments), nullptr);
}

TEST(Factors, what_is_called_on_a_module_is_no_module) {
  const Score score = testing::score_of(
      DiffText().change("a.js", 1, {}, {"require('./app')({logger: true}).listen(1).on(go);"}));
  const Factor* factor = find(score, Dimension::architecture, factor_code::architecture_imports);
  ASSERT_NE(factor, nullptr) << all_reasons(score);
  EXPECT_EQ(factor->numbers, std::vector<std::int64_t>{1});
}

TEST(Factors, an_edited_import_is_no_new_module) {
  const Score edited = testing::score_of(DiffText().change("a.py", 1, {"from queue import Queue"},
                                                           {"from queue import Empty, Queue"}));
  EXPECT_EQ(find(edited, Dimension::architecture, factor_code::architecture_imports), nullptr);
  const Score added =
      testing::score_of(DiffText().change("a.py", 1, {}, {"from queue import Empty, Queue"}));
  const Factor* factor = find(added, Dimension::architecture, factor_code::architecture_imports);
  ASSERT_NE(factor, nullptr);
  EXPECT_EQ(factor->numbers, std::vector<std::int64_t>{1});
}

TEST(Factors, nesting_and_reshaped_functions_are_told) {
  const Score score = testing::score_of(
      DiffText()
          .change("a.py", 5, {"def load(path):", "    pass"}, {"def load(path, mode):"})
          .change("a.py", 50, {},
                  {"for row in rows:", "    if row:", "        while row.next:",
                   "            if row.ends:", "                break"}));
  const Factor* nesting =
      find(score, Dimension::implementation, factor_code::implementation_nesting);
  ASSERT_NE(nesting, nullptr) << all_reasons(score);
  EXPECT_EQ(nesting->numbers, std::vector<std::int64_t>{1 + 2 + 3});
  EXPECT_EQ(place_of(nesting).first_line, 51) << "the first one that lies within another";
  const Factor* reshaped = find(score, Dimension::architecture, factor_code::architecture_reshaped);
  ASSERT_NE(reshaped, nullptr) << all_reasons(score);
  EXPECT_EQ(reshaped->numbers, std::vector<std::int64_t>{1});
  EXPECT_EQ(place_of(reshaped).first_line, 5);
}

TEST(Factors, a_reworded_comment_explains_no_more) {
  const Lines code = {"total = first + second", "report(total)"};
  const auto with = [&](const Lines& before, const Lines& after) {
    return testing::score_of(
        DiffText().change("a.py", 5, {}, code).change("a.py", 90, before, after));
  };
  const auto comments = [](const Score& score) {
    return find(score, Dimension::implementation, factor_code::implementation_comments);
  };
  const Lines old_words = {"# what the rows", "# are for"};
  const Lines new_words = {"# what rows are", "# good for"};
  const Score reworded = with(old_words, new_words);
  EXPECT_EQ(comments(reworded), nullptr);
  const Score explained = with({}, new_words);
  const Factor* added = comments(explained);
  ASSERT_NE(added, nullptr);
  const Evidence place = place_of(added);
  EXPECT_EQ(place.path, "a.py");
  EXPECT_EQ(place.first_line, 90);
  EXPECT_EQ(place.last_line, 91);
}

TEST(Factors, lines_of_tests_are_not_told_as_reach) {
  const Score score = testing::score_of(DiffText()
                                            .change("a.py", 5, {}, {"total = first + second"})
                                            .add("test_a.py", Lines(30, "f()")));
  const Factor* size = find(score, Dimension::scope, factor_code::scope_size);
  ASSERT_NE(size, nullptr);
  EXPECT_EQ(size->numbers, std::vector<std::int64_t>{1});
}

TEST(Factors, spread_and_documentation_name_their_places) {
  const Score score = testing::score_of(DiffText()
                                            .change("api/a.py", 5, {}, Lines(4, "total = a(b) + 1"))
                                            .change("store/b.py", 7, {}, Lines(3, "c = load(d)"))
                                            .change("store/c.py", 2, {}, {"e = f"})
                                            .change("docs/guide.md", 40, {}, Lines(6, "Words.")));
  EXPECT_EQ(place_of(find(score, Dimension::scope, factor_code::scope_files)).path, "api/a.py");
  EXPECT_EQ(place_of(find(score, Dimension::scope, factor_code::scope_subsystems)).path,
            "api/a.py");
  const Evidence document =
      place_of(find(score, Dimension::quality, factor_code::quality_documentation));
  EXPECT_EQ(document.path, "docs/guide.md");
  EXPECT_EQ(document.first_line, 40);
  EXPECT_EQ(document.last_line, 45);
}

TEST(Factors, history_names_the_file_that_has_it_and_weighs_no_more_than_the_change) {
  const DiffText text = DiffText()
                            .change("a.py", 5, {}, Lines(4, "total = a(b) + 1"))
                            .change("b.py", 7, {}, {"c = load(d)"});
  const git::Diff diff = text.diff();
  const auto scorer = make_static_scorer({});
  const std::vector<FileHistory> history = {{.fixes = 0, .age_days = 0},
                                            {.fixes = 40, .age_days = 3000}};
  const Score with = *scorer->score({.diff = diff, .history = history});
  EXPECT_EQ(place_of(find(with, Dimension::risk, factor_code::risk_fixes)).path, "b.py");
  const auto risk = static_cast<std::size_t>(Dimension::risk);
  const int without = scorer->score({.diff = diff})->dimensions[risk].score;
  EXPECT_GT(with.dimensions[risk].score, without);
  EXPECT_LE(with.dimensions[risk].score, 2 * without + 1);
}

}  // namespace
}  // namespace sextant::scoring
