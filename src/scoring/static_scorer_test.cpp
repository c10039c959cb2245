#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "scoring/rubric.hpp"
#include "scoring/scorer.hpp"
#include "testing/scoring_anchors.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;
using testing::Tongue;

int points(const Score& score, Dimension dimension) {
  return score.dimensions[static_cast<std::size_t>(dimension)].score;
}

std::string reasons(const Score& score, Dimension dimension) {
  return factors_text(score.dimensions[static_cast<std::size_t>(dimension)]);
}

DiffText feature() {
  return DiffText()
      .add("src/store/cache.go", testing::program(Tongue::go, 1, 80))
      .change("src/api/routes.go", 40, {"\told := route(a)"}, testing::program(Tongue::go, 2, 20))
      .add("src/store/cache_test.go", testing::program(Tongue::go, 3, 40))
      .add("docs/cache.md", {"How the cache works."});
}

TEST(StaticScorer, names_itself_and_its_rubric) {
  EXPECT_EQ(make_static_scorer({})->id(), "static/4");
  const Score score = testing::score_of(feature());
  EXPECT_EQ(score.scorer, "static/4");
  EXPECT_EQ(score.rubric, rubric_version);
}

TEST(StaticScorer, the_base_is_the_plain_sum_and_every_part_stays_in_its_range) {
  for (std::size_t i = 0; i < dimension_count; ++i)
    for (const char* level : {"low", "mid", "high"}) {
      const Score score = testing::score_of(testing::anchor(static_cast<Dimension>(i), level));
      int sum = 0;
      for (std::size_t d = 0; d < dimension_count; ++d) {
        const int part = score.dimensions[d].score;
        EXPECT_GE(part, 0);
        EXPECT_LE(part, max_score(static_cast<Dimension>(d)));
        sum += part;
      }
      EXPECT_EQ(score.base, sum);
    }
}

TEST(StaticScorer, the_same_change_gives_the_same_bytes) {
  const Score a = testing::score_of(feature());
  const Score b = testing::score_of(feature());
  EXPECT_EQ(pack_reasons(a), pack_reasons(b));
  EXPECT_EQ(a.base, b.base);
  EXPECT_EQ(a.diff_hash, b.diff_hash);
  EXPECT_EQ(a.inputs_hash, b.inputs_hash);
}

TEST(StaticScorer, gives_the_same_bytes_on_several_threads_at_once) {
  const DiffText text = feature();
  const git::Diff diff = text.diff();
  const auto scorer = make_static_scorer({});
  const std::string expected = pack_reasons(*scorer->score({diff}));
  std::vector<std::string> found(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& each : found)
      threads.emplace_back([&] { each = pack_reasons(*scorer->score({diff})); });
  }
  for (const std::string& each : found) EXPECT_EQ(each, expected);
}

TEST(StaticScorer, the_inputs_hash_changes_with_what_the_score_depends_on) {
  const DiffText text = feature();
  const Fingerprint plain = testing::score_of(text).inputs_hash;
  EXPECT_NE(
      testing::score_of(text, {.effort_scale = EffortScale::smooth, .ignore = {}}).inputs_hash,
      plain);
  EXPECT_NE(
      testing::score_of(text, {.effort_scale = EffortScale::tiers, .ignore = {"x"}}).inputs_hash,
      plain);
  git::Attributes about_it;
  about_it.add_file("", "src/api/** linguist-generated\n");
  EXPECT_NE(testing::score_of(text, {}, &about_it).inputs_hash, plain);
  git::Attributes about_others;
  about_others.add_file("", "elsewhere/** linguist-generated\n");
  EXPECT_EQ(testing::score_of(text, {}, &about_others).inputs_hash, plain);
}

TEST(StaticScorer, the_files_history_is_part_of_the_inputs_and_tells_its_reason) {
  const DiffText text = feature();
  const git::Diff diff = text.diff();
  const auto scorer = make_static_scorer({});
  const std::vector<FileHistory> history(diff.files.size(), {.fixes = 30, .age_days = 900});
  const Score without = *scorer->score({diff});
  const Score with = *scorer->score({.diff = diff, .history = history});
  EXPECT_NE(with.inputs_hash, without.inputs_hash);
  EXPECT_EQ(with.diff_hash, without.diff_hash);
  EXPECT_EQ(points(with, Dimension::risk), points(without, Dimension::risk) + 4);
  EXPECT_EQ(with.base, without.base + 4);
  EXPECT_NE(reasons(with, Dimension::risk).find("saw 60 fixes before"), std::string::npos);
}

TEST(StaticScorer, a_change_without_effective_lines_is_nano_and_worth_nothing) {
  for (const DiffText& text : {DiffText(), DiffText().add("README.md", Lines(500, "Words.")),
                               DiffText().add("vendor/a.go", Lines(5000, "x := 1")),
                               DiffText().rename("a.go", "b.go"), DiffText().binary("a.png")}) {
    const Score score = testing::score_of(text);
    EXPECT_EQ(score.base, 0);
    EXPECT_EQ(score.final_score, 0);
    EXPECT_EQ(score.tier, EffortTier::nano);
    EXPECT_EQ(score.effort_factor, 0.10);
  }
}

TEST(StaticScorer, no_test_change_means_no_points_for_tested_behaviour_and_says_so) {
  const Score without =
      testing::score_of(DiffText().add("src/a.go", testing::program(Tongue::go, 1, 300)));
  EXPECT_EQ(points(without, Dimension::quality), 0);
  EXPECT_EQ(reasons(without, Dimension::quality), "No test changed.");
  const Score with =
      testing::score_of(DiffText()
                            .add("src/a.go", testing::program(Tongue::go, 1, 300))
                            .add("src/a_test.go", testing::program(Tongue::go, 2, 100)));
  EXPECT_GT(points(with, Dimension::quality), 0);
}

TEST(StaticScorer, tests_move_quality_and_effort_and_nothing_else) {
  const DiffText source = DiffText().add("src/a.py", testing::program(Tongue::python, 1, 60));
  const Score before = testing::score_of(source);
  const Score after = testing::score_of(
      DiffText(source).add("tests/test_a.py", testing::program(Tongue::python, 2, 200)));
  for (const Dimension dimension : {Dimension::architecture, Dimension::implementation,
                                    Dimension::risk, Dimension::scope, Dimension::perf_security})
    EXPECT_EQ(points(before, dimension), points(after, dimension)) << name(dimension);
  EXPECT_EQ(after.effective_lines, before.effective_lines + 200);
  EXPECT_GT(after.effort_factor, before.effort_factor);
}

TEST(StaticScorer, more_of_anything_never_lowers_the_first_five) {
  const Lines extra[] = {{"if alpha > beta { gamma() }"},
                         {"type Fresh struct {"},
                         {"import \"sync\""},
                         {"mutex.Lock()"},
                         {"return errors.New(fault)"},
                         {"func (c *Fresh) Load() {"},
                         {"x"}};
  for (int size : {1, 10, 100, 700}) {
    const DiffText base = DiffText().add("src/a.go", testing::program(Tongue::go, 1, size));
    const Score before = testing::score_of(base);
    for (const Lines& lines : extra) {
      const Score after = testing::score_of(DiffText(base).change("src/b.go", 7, {}, lines));
      for (std::size_t d = 0; d + 1 < dimension_count; ++d)
        EXPECT_GE(after.dimensions[d].score, before.dimensions[d].score)
            << lines[0] << " at " << size;
    }
  }
}

TEST(StaticScorer, who_annotates_or_imports_what_speaks_of_security_does_no_security_work) {
  const Lines before = {"def open_session(self, token):", "def save_cookie(self, secret):"};
  const Lines after = {"def open_session(self, token: str) -> Session:",
                       "def save_cookie(self, secret: bytes) -> Cookie:"};
  EXPECT_EQ(points(testing::score_of(DiffText().change("a.py", 9, before, after)),
                   Dimension::perf_security),
            0);
  EXPECT_EQ(points(testing::score_of(
                       DiffText().change("a.py", 1, {}, {"from auth.tokens import secret_token"})),
                   Dimension::perf_security),
            0);
  EXPECT_GE(
      points(testing::score_of(DiffText().change("a.py", 9, {}, after)), Dimension::perf_security),
      2)
      << "said for the first time";
}

TEST(StaticScorer, comments_and_lines_laid_out_anew_count_beside_code_by_two_points_at_most) {
  const Lines code = testing::program(Tongue::go, 1, 20);
  const DiffText plain = DiffText().change("a.go", 5, {}, code);
  const Lines others = testing::program(Tongue::go, 9, 200);
  const DiffText beside =
      DiffText(plain).change("a.go", 90, others, testing::reformatted(Tongue::go, others));
  const int more = points(testing::score_of(beside), Dimension::implementation) -
                   points(testing::score_of(plain), Dimension::implementation);
  EXPECT_GE(more, 1);
  EXPECT_LE(more, 2);
  EXPECT_NE(
      reasons(testing::score_of(beside), Dimension::implementation).find("lays them out anew"),
      std::string::npos);
  EXPECT_EQ(testing::score_of(
                DiffText().change("a.go", 90, others, testing::reformatted(Tongue::go, others)))
                .base,
            0)
      << "nothing by themselves";
}

TEST(StaticScorer, factors_say_what_was_done_with_file_and_lines) {
  const Score score = testing::score_of(
      DiffText().change("db/store.py", 31, {},
                        {"class Store:", "    def load(self, key):", "        with self.lock:",
                         "            try:", "                return self.rows[key]",
                         "            except KeyError:", "                raise NotFound(key)"}));
  EXPECT_NE(reasons(score, Dimension::architecture).find("Adds one type"), std::string::npos);
  EXPECT_NE(reasons(score, Dimension::implementation).find("words of failure"), std::string::npos);
  const Factor& factor =
      score.dimensions[static_cast<std::size_t>(Dimension::implementation)].factors.at(0);
  ASSERT_FALSE(factor.evidence.empty());
  EXPECT_EQ(factor.evidence[0].path, "db/store.py");
  EXPECT_EQ(factor.evidence[0].first_line, 31);
  EXPECT_EQ(factor.evidence[0].last_line, 37);
}

TEST(StaticScorer, evidence_of_a_removal_is_in_the_old_file) {
  const Score score = testing::score_of(
      DiffText().change("a.py", 50, Lines(20, "total = count(rows) + other"), {}));
  const std::vector<Factor>& factors = score.dimensions[0].factors;
  ASSERT_FALSE(factors.empty());
  ASSERT_FALSE(factors[0].evidence.empty());
  EXPECT_EQ(factors[0].evidence[0].first_line, 50);
  EXPECT_EQ(factors[0].evidence[0].last_line, 69);
}

TEST(StaticScorer, factors_stand_by_weight_and_their_points_sum_to_about_the_score) {
  const Score score = testing::score_of(feature());
  for (const SubScore& sub_score : score.dimensions) {
    double sum = 0;
    for (std::size_t i = 0; i < sub_score.factors.size(); ++i) {
      if (i > 0) {
        EXPECT_LE(sub_score.factors[i].points, sub_score.factors[i - 1].points);
      }
      sum += sub_score.factors[i].points;
    }
    EXPECT_LE(sum, sub_score.score + 0.3);
    EXPECT_GE(sum, sub_score.score * 0.6);
  }
}

TEST(Summary, says_size_weight_and_result_in_a_few_sentences) {
  SummaryInput input{.sub_scores = {10, 4, 14, 8, 3, 1},
                     .base = 40,
                     .final_score = 16,
                     .effort_factor = 0.4,
                     .tier = EffortTier::small,
                     .scale = EffortScale::tiers,
                     .lines_added = 120,
                     .lines_removed = 30,
                     .files_changed = 1,
                     .effective_lines = 110};
  EXPECT_EQ(summary(input),
            "A small change: 110 effective lines of +120 -30 in 1 file. Its weight lies in "
            "implementation (14 of 20) "
            "and scope (10 of 20). Base 40 x 0.40 for its size gives 16.");
  input.scale = EffortScale::off;
  input.tier = EffortTier::xl;
  EXPECT_TRUE(summary(input).starts_with("An xl change"));
  EXPECT_TRUE(summary(input).ends_with("Score 16, not scaled by effort."));
  input.effective_lines = 0;
  EXPECT_EQ(summary(input),
            "Nothing that counts was changed: of +120 -30 lines in 1 file none is effective.");
}

TEST(Factors, an_unknown_code_still_reads) {
  EXPECT_EQ(sentence({.code = 9999, .numbers = {3}, .words = {}, .points = 1, .evidence = {}}),
            "Reason 9999");
}

// Time is bounded by the text; a square somewhere would take hours here.
TEST(StaticScorer, hostile_diffs_end_soon) {
  const auto began = std::chrono::steady_clock::now();
  const std::string long_line(1 << 20, '(');
  (void)testing::score_of(DiffText().add("a.go", Lines(20, long_line)));
  (void)testing::score_of(DiffText().add("a.py", Lines(100'000, "\"\"\"")));
  const Lines same(60'000, "alpha beta gamma");
  (void)testing::score_of(DiffText().change("a.go", 1, same, same));
  (void)testing::score_of(DiffText().change("a.go", 1, same, Lines(60'000, "gamma beta alpha")));
  (void)testing::score_of(
      DiffText().change("a.js", 1, Lines(60'000, "(((((((("), Lines(60'000, "((((((((((")));
  (void)testing::score_of(
      DiffText().add("a/" + std::string(4000, '/') + "b.go", {"x"}),
      {.effort_scale = EffortScale::tiers, .ignore = {"**/*a*a*a*a*a*a*b", "a/**/**/**/c"}});
  git::Diff many;
  many.files.resize(200'000);
  for (std::size_t i = 0; i < many.files.size(); ++i)
    many.files[i].path = fmt::format("src/{}/a.go", i * 7919 % 200'000);
  ASSERT_TRUE(make_static_scorer({})->score({many}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::minutes(2));
}

TEST(StaticScorer, counts_beyond_every_limit_do_not_overflow) {
  git::Diff diff;
  for (int i = 0; i < 3; ++i) {
    git::FileChange& file = diff.files.emplace_back();
    file.path = fmt::format("src/{}.go", i);
    file.truncated = true;
    file.lines_added = 500'000'000;
  }
  const Result<Score> score = make_static_scorer({})->score({diff});
  ASSERT_TRUE(score);
  EXPECT_LE(score->base, 100);
  EXPECT_GE(score->base, 60);
  EXPECT_EQ(score->effective_lines, 1'500'000'000);
}

TEST(StaticScorer, says_which_file_was_not_read_to_its_end) {
  const std::string whole =
      DiffText().add("a.py", {"x = 1"}).add("b.py", {"y = 1", "z = 2"}).text();
  const git::Diff diff = *git::parse_diff(std::string_view(whole).substr(0, whole.rfind("+z")));
  const Score score = *make_static_scorer({})->score({.diff = diff});
  ASSERT_EQ(score.exclusions.size(), 1u);
  EXPECT_EQ(score.exclusions[0].reason, ExclusionReason::truncated);
  EXPECT_EQ(score.exclusions[0].path, "b.py");
  EXPECT_EQ(score.exclusions[0].files, 1);
}

TEST(StaticScorer, says_how_many_files_were_not_read) {
  const DiffText text = DiffText().add("a.py", {"x = 1"}).add("b.py", {"y = 1"}).add("c.py", {"z"});
  const git::Diff diff = *git::parse_diff(text.text(), {.files = 1});
  const Score score = *make_static_scorer({})->score({.diff = diff});
  EXPECT_EQ(score.files_changed, 3);
  ASSERT_EQ(score.exclusions.size(), 1u);
  EXPECT_EQ(score.exclusions[0].reason, ExclusionReason::unread);
  EXPECT_EQ(score.exclusions[0].files, 2);
}

TEST(StaticScorer, evidence_names_code_before_what_sorts_before_it) {
  const Score score =
      testing::score_of(DiffText()
                            .change(".gitignore", 1, {}, {"build/", "dist/", "out/"})
                            .change("src/a.py", 7, {}, {"x = f(1)"})
                            .change("src/a.py", 70, {}, {"y = f(2)", "z = f(3)"}));
  ASSERT_FALSE(score.dimensions[0].factors.empty());
  for (const Factor& factor : score.dimensions[0].factors)
    for (const Evidence& at : factor.evidence) EXPECT_EQ(at.path, "src/a.py") << factor.code;
}

}  // namespace
}  // namespace sextant::scoring
