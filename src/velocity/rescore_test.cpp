#include "velocity/rescore.hpp"

#include "testing/velocity_imported.hpp"

namespace sextant::velocity {
namespace {

using testing::value_of;

class Rescoring : public testing::ImportedRepository {
 protected:
  RescoreReport rescore_all() {
    clock.advance(std::chrono::hours(1));
    return value_of(rescore(open(), organization, tracked(), true, environment()));
  }
  VerifyReport verify_all() {
    return value_of(verify(open(), organization, tracked(), environment()));
  }
};

SEXTANT_ON_EVERY_DATABASE(Rescoring);

TEST_P(Rescoring, GoesByTheGuidelinesInForceAndKeepsTheirVersionWithTheScore) {
  merge(1, "src/a.py", 30);
  merge(2, "gen/b.py", 30);
  import();
  const auto before = scores();
  const int version = put_in_force("Generated code is nobody's work.\nignore: gen/**\n");
  const auto report = rescore_all();
  EXPECT_EQ(report.scored, 1U);
  EXPECT_EQ(report.unchanged, 1U) << "nothing that it goes by has changed";
  EXPECT_EQ(scores().at(1), before.at(1));
  EXPECT_LT(scores().at(2), before.at(2));
  EXPECT_EQ(history(2).front().guidelines_version, version);
  EXPECT_EQ(history(1).front().guidelines_version, 0);
}

TEST_P(Rescoring, KeepsEveryScoreTheNewestFirst) {
  merge(1, "gen/a.py", 30);
  import();
  const int first = scores().at(1);
  put_in_force("ignore: gen/\n");
  rescore_all();
  put_in_force("");
  rescore_all();
  const auto past = history(1);
  ASSERT_EQ(past.size(), 3U);
  EXPECT_EQ(past[0].scored_at, clock.now());
  EXPECT_EQ(past[0].score, first);
  EXPECT_EQ(past[0].guidelines_version, 2);
  EXPECT_LT(past[1].score, first);
  EXPECT_EQ(past[1].guidelines_version, 1);
  EXPECT_EQ(past[1].effort_factor_thousandths, 100) << "no line counts: nano";
  EXPECT_EQ(past[2].guidelines_version, 0);
  EXPECT_EQ(past[2].scorer, scorer->id());
  EXPECT_EQ(past[2].score, first);
  EXPECT_GE(past[2].base, first);
}

TEST_P(Rescoring, OfAnImportGoesByTheGuidelinesToo) {
  merge(1, "gen/a.py", 30);
  import();
  const int version = put_in_force("ignore: gen/\n");
  merge(2, "gen/b.py", 30);
  import();
  EXPECT_EQ(history(1).front().guidelines_version, 0);
  EXPECT_EQ(history(2).front().guidelines_version, version);
  EXPECT_LT(scores().at(2), scores().at(1));
}

TEST_P(Rescoring, IsVerifiedWithTheGuidelinesThatEachScoreWentBy) {
  merge(1, "gen/a.py", 20);
  merge(2, "src/b.py", 20);
  import();
  put_in_force("ignore: gen/\n");
  merge(3, "gen/c.py", 20);
  import();
  put_in_force("ignore: src/\n");
  merge(4, "src/d.py", 20);
  import();
  const auto report = verify_all();
  EXPECT_EQ(report.same, 4U);
  EXPECT_TRUE(report.different.empty());
  EXPECT_TRUE(report.not_replayable.empty());
}

TEST_P(Rescoring, IsVerifiedDownToWhatAScoreWentBy) {
  merge(1, "src/a.py", 20);
  import();
  scorer = scoring::make_static_scorer({.ignore = {"elsewhere/**"}});
  auto report = verify_all();
  ASSERT_EQ(report.different.size(), 1U);
  EXPECT_EQ(report.different.front().what, "its inputs besides the diff are others");
  scorer = scoring::make_static_scorer({.effort_scale = scoring::EffortScale::off, .ignore = {}});
  report = verify_all();
  ASSERT_EQ(report.different.size(), 1U);
  EXPECT_NE(report.different.front().what.find("replayed"), std::string::npos);
}

}  // namespace
}  // namespace sextant::velocity
