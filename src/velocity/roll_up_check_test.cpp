#include "velocity/roll_up_check.hpp"

#include "testing/velocity_fixture.hpp"

namespace sextant::velocity {
namespace {

using namespace std::chrono_literals;
using testing::value_of;

class RollUpCheckTest : public testing::VelocityFixture {
 protected:
  RollUpCheckTest() {
    given({.number = 1, .author = "alice", .merged_at = "2026-05-01T12:00:00Z", .score = 50});
    given({.number = 2, .author = "alice", .merged_at = "2026-05-01T23:59:59.999Z", .score = 70});
    given({.number = 3, .author = "alice", .merged_at = "1969-12-31T23:00:00Z", .score = 0});
    given({.number = 4, .author = "bob", .merged_at = "2026-06-30T00:00:00Z", .score = 100});
    given({.number = 5, .author = "carol", .merged_at = "2026-06-30T00:00:00Z", .score = {}});
  }

  RollUpCheck check(std::chrono::milliseconds most = 60s) {
    return value_of(check_roll_ups(*value_of(database->reader()), most));
  }
  void run(const std::string& sql) {
    value_of(database->write([&](db::Connection& db) { return db.run_script(sql); }));
  }
  // Breaks it, sees that, mends it, and sees that too.
  void expect_found_and_mended(const std::string& sql) {
    run(sql);
    const RollUpCheck found = check();
    ASSERT_EQ(found.wrong_sums.size(), 1U) << sql;
    EXPECT_EQ(found.wrong_sums.front().organization, organization);
    value_of(mend_roll_ups(*database, found));
    EXPECT_TRUE(check().wrong_sums.empty()) << sql;
  }
};

TEST_P(RollUpCheckTest, WhatTheProgramWritesAgrees) {
  given({.number = 2, .author = "alice", .merged_at = "2026-05-01T23:59:59.999Z", .score = 60});
  const RollUpCheck found = check();
  EXPECT_EQ(found.organizations, 1);
  EXPECT_EQ(found.identities, 3);
  EXPECT_FALSE(found.is_sample);
  EXPECT_TRUE(found.wrong_sums.empty());
  EXPECT_TRUE(found.wrong_counts.empty());
}

TEST_P(RollUpCheckTest, SumsThatAreWrongAreFoundAndMended) {
  expect_found_and_mended(
      "UPDATE daily_scores SET count = count + 1 WHERE day > 0 AND total = 120");
  expect_found_and_mended(
      "UPDATE daily_scores SET histogram = (SELECT histogram FROM daily_scores "
      "WHERE total = 100) WHERE total = 120");
  expect_found_and_mended("DELETE FROM daily_scores WHERE day < 0");
  expect_found_and_mended("UPDATE score_sums SET total = 0 WHERE total = 100 AND span = 2");
  expect_found_and_mended("DELETE FROM score_sums WHERE total = 100 AND span = 1");
  expect_found_and_mended("UPDATE pull_requests SET score = 51 WHERE number = 1");
}

TEST_P(RollUpCheckTest, CountsThatAreWrongAreFoundAndMended) {
  run("UPDATE velocity_versions SET pull_requests = 3");
  const RollUpCheck found = check();
  EXPECT_EQ(found.wrong_counts, std::vector{organization});
  value_of(mend_roll_ups(*database, found));
  EXPECT_TRUE(check().wrong_counts.empty());
}

TEST_P(RollUpCheckTest, WithoutTimeItIsASample) {
  EXPECT_TRUE(check(0ms).is_sample);
}

SEXTANT_ON_EVERY_DATABASE(RollUpCheckTest);

}  // namespace
}  // namespace sextant::velocity
