#include "velocity/what_if.hpp"

#include <gmock/gmock.h>

#include "testing/velocity_imported.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

using testing::value_of;

class WhatIf : public testing::ImportedRepository {
 protected:
  WhatIfReport ask(const std::string& text = "", std::size_t newest = 0) {
    const auto guidelines = value_of(scoring::read_guidelines(0, text));
    return value_of(what_if(open(), organization, tracked(),
                            {.guidelines = &guidelines, .newest = newest}, environment()));
  }
};

SEXTANT_ON_EVERY_DATABASE(WhatIf);

TEST_P(WhatIf, ShowsWhatGuidelinesWouldChangeAndWritesNothing) {
  merge(1, "src/a.py", 30);
  merge(2, "gen/b.py", 30);
  import();
  const auto before = scores();
  const auto version = [&] {
    return value_of(read_versions(*value_of(database->reader()), organization)).data;
  };
  const auto known = version();
  clock.advance(std::chrono::hours(1));
  const auto report = ask("ignore: gen/\n");
  ASSERT_EQ(report.compared.size(), 2U);
  EXPECT_EQ(report.compared[0].reference, "#1");
  EXPECT_EQ(report.compared[0].title, "Change 1");
  EXPECT_EQ(report.compared[0].change(), 0);
  EXPECT_EQ(report.compared[1].before, before.at(2));
  EXPECT_LT(report.compared[1].after, before.at(2));
  EXPECT_EQ(report.scored_by.at(scorer->id()), 2U);
  EXPECT_EQ(scores(), before);
  EXPECT_EQ(version(), known);
  EXPECT_EQ(history(2).size(), 1U);
}

TEST_P(WhatIf, ShowsWhatOtherSettingsWouldChange) {
  merge(1, "src/a.py", 5);
  import();
  scorer = scoring::make_static_scorer({.effort_scale = scoring::EffortScale::off, .ignore = {}});
  const auto report = ask();
  ASSERT_EQ(report.compared.size(), 1U);
  EXPECT_EQ(report.compared.front().after, history(1).front().base);
  EXPECT_GT(report.compared.front().change(), 0);
}

TEST_P(WhatIf, NamesWhatCannotBeScoredAgainAndCountsWhatHasNoScore) {
  for (int number = 1; number <= 3; ++number)
    merge(number, "src/f" + std::to_string(number) + ".py", number);
  import();
  merge(4, "src/f4.py", 4);
  import(false);
  const std::string blob = repository.git({"rev-parse", "HEAD~2:src/f2.py"});
  std::filesystem::remove(repository.path() / ".git/objects" / blob.substr(0, 2) / blob.substr(2));
  const auto report = ask();
  EXPECT_EQ(report.compared.size(), 2U);
  EXPECT_EQ(report.unscored, 1U);
  ASSERT_EQ(report.not_replayable.size(), 1U);
  EXPECT_EQ(report.not_replayable.front().title, "#2");
  EXPECT_FALSE(report.not_replayable.front().reason.empty());
}

TEST_P(WhatIf, RanksPeopleByTheirAverageWithoutBots) {
  merge(1, "gen/a.py", 40, "Ada <ada@example.com>");
  merge(2, "src/b.py", 20, "Bob <bob@example.com>");
  merge(3, "src/c.py", 20, "Bob <bob@example.com>");
  merge(4, "src/d.py", 60, "renovate[bot] <1+renovate[bot]@users.noreply.github.com>");
  import();
  const auto report = ask("ignore: gen/\n");
  ASSERT_EQ(report.compared.size(), 4U);
  ASSERT_EQ(report.standings.size(), 2U);
  EXPECT_EQ(report.standings[0].username, "ada");
  EXPECT_EQ(report.standings[0].rank_before, 1);
  EXPECT_EQ(report.standings[0].rank_after, 2);
  EXPECT_EQ(report.standings[1].username, "bob");
  EXPECT_EQ(report.standings[1].count, 2);
  EXPECT_EQ(report.standings[1].rank_after, 1);
  EXPECT_EQ(report.standings[1].average_before, (scores().at(2) + scores().at(3)) / 2.0);
}

TEST_P(WhatIf, MayBeAskedOfWhatWasMergedLast) {
  for (int number = 1; number <= 4; ++number)
    merge(number, "src/f" + std::to_string(number) + ".py", number);
  import();
  const auto report = ask("", 2);
  ASSERT_EQ(report.compared.size(), 2U);
  EXPECT_EQ(report.compared[0].reference, "#3");
  EXPECT_EQ(report.compared[1].reference, "#4");
  EXPECT_EQ(ask("", 100).compared.size(), 4U);
}

TEST_P(WhatIf, OfARepositoryWithNothingInItComparesNothing) {
  repository.commit({.message = "Begin", .files = {{"README", "x\n"}}});
  merge(1, "src/a.py", 3);
  import(false);
  const auto report = ask();
  EXPECT_TRUE(report.compared.empty());
  EXPECT_TRUE(report.standings.empty());
  EXPECT_EQ(report.unscored, 1U);
}

std::vector<ComparedScore> compared(const std::vector<std::pair<int, int>>& scores) {
  std::vector<ComparedScore> all;
  for (const auto& [before, after] : scores)
    all.push_back({.reference = "#" + std::to_string(all.size() + 1),
                   .title = "",
                   .identity = 1,
                   .before = before,
                   .after = after});
  return all;
}

TEST(WhatIfFigures, AreNoneWhereThereIsTooLittleToCompare) {
  EXPECT_EQ(mean({}), std::nullopt);
  EXPECT_EQ(median({}), std::nullopt);
  EXPECT_EQ(rank_correlation({}), std::nullopt);
  EXPECT_EQ(rank_correlation(compared({{1, 2}, {3, 4}})), std::nullopt);
  EXPECT_EQ(rank_correlation(compared({{5, 1}, {5, 2}, {5, 3}})), std::nullopt);
  const auto one = distributions(compared({{100, 0}}));
  EXPECT_EQ(mean(one.before), 100);
  EXPECT_EQ(median(one.before), 100);
  EXPECT_EQ(median(one.after), 0);
}

TEST(WhatIfFigures, AreThoseOfBothDistributionsAndOrders) {
  const auto all = compared({{10, 20}, {20, 30}, {40, 100}, {90, 100}});
  const auto both = distributions(all);
  EXPECT_EQ(mean(both.before), 40);
  EXPECT_EQ(median(both.before), 30);
  EXPECT_EQ(median(both.after), 65);
  EXPECT_NEAR(rank_correlation(all).value(), 0.949, 0.001);
  EXPECT_EQ(rank_correlation(compared({{1, 9}, {2, 8}, {3, 7}})), -1);
}

TEST(WhatIfFigures, NameThoseThatMoveMostFirst) {
  const auto moved = moved_most(compared({{10, 10}, {20, 25}, {90, 30}, {5, 10}, {0, 60}}), 3);
  std::vector<std::string> references;
  for (const auto& one : moved) references.push_back(one.reference);
  EXPECT_THAT(references, ::testing::ElementsAre("#3", "#5", "#2"));
  EXPECT_TRUE(moved_most(compared({{1, 1}}), 10).empty());
}

}  // namespace
}  // namespace sextant::velocity
