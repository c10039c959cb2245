#include "testing/velocity_fixture.hpp"

namespace sextant::velocity {
namespace {

class ContributorsApi : public testing::VelocityFixture {
 protected:
  nlohmann::json contributor(const std::string& username, const std::string& query = "") {
    return json(show_contributor, "/api/v1/contributors/" + username + query,
                {{"username", username}});
  }
};

SEXTANT_ON_EVERY_DATABASE(ContributorsApi);

TEST_P(ContributorsApi, ListsEverybodyByUsernameInPages) {
  for (const char* author : {"carol", "alice", "Bob"})
    given({.number = author[0], .author = author});
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto page = json(list_contributors, "/api/v1/contributors?limit=1" + cursor);
    seen.push_back(page["items"][0]["username"]);
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"alice", "Bob", "carol"}));
}

TEST_P(ContributorsApi, ShowsWhenSomebodyWasSeenFirstAndLast) {
  given({.number = 1, .merged_at = "2026-02-01"});
  given({.number = 2, .merged_at = "2026-01-01"});
  const auto one = json(list_contributors, "/api/v1/contributors")["items"][0];
  EXPECT_EQ(one, (nlohmann::json{{"username", "alice"},
                                 {"display_name", "alice"},
                                 {"profile_url", nullptr},
                                 {"avatar_url", nullptr},
                                 {"is_bot", false},
                                 {"first_seen_at", "2026-01-01T00:00:00.000Z"},
                                 {"last_seen_at", "2026-02-01T00:00:00.000Z"}}));
}

TEST_P(ContributorsApi, SumsUpWhatSomebodyHasDone) {
  given({.number = 1, .score = 80});
  given({.number = 2, .repository = "acme/web", .score = 79});
  given({.number = 3, .score = 60});
  given({.number = 4, .score = 59});
  given({.number = 5, .score = std::nullopt});
  const auto scores = contributor("ALICE")["current_scores"];
  EXPECT_EQ(scores,
            (nlohmann::json{{"average_score", 70},
                            {"total_prs", 4},
                            {"max_score", 80},
                            {"min_score", 59},
                            {"score_distribution", {{"high", 1}, {"medium", 2}, {"low", 1}}}}));
  EXPECT_EQ(contributor("alice")["repositories"], (nlohmann::json{"acme/api", "acme/web"}));
}

TEST_P(ContributorsApi, RoundsAnAverageHalfUp) {
  given({.number = 1, .score = 1});
  given({.number = 2, .score = 2});
  EXPECT_EQ(contributor("alice")["current_scores"]["average_score"], 2);
}

TEST_P(ContributorsApi, CutsTheWindowOfDaysInsideADay) {
  given({.number = 1, .merged_at = "2026-05-18T09:59:59.000Z", .score = 10});
  given({.number = 2, .merged_at = "2026-05-18T10:00:00.000Z", .score = 20});
  given({.number = 3, .merged_at = "2026-05-19T00:00:00.000Z", .score = 30});
  const auto scores = contributor("alice", "?days=2")["current_scores"];
  EXPECT_EQ(scores["total_prs"], 2);
  EXPECT_EQ(scores["min_score"], 20);
  EXPECT_EQ(contributor("alice", "?days=100000")["current_scores"]["total_prs"], 3);
}

TEST_P(ContributorsApi, AnswersNullsWhereNothingWasScored) {
  given({.number = 1, .score = std::nullopt});
  const auto scores = contributor("alice")["current_scores"];
  EXPECT_EQ(scores["total_prs"], 0);
  for (const char* key : {"average_score", "max_score", "min_score"})
    EXPECT_TRUE(scores[key].is_null()) << key;
}

TEST_P(ContributorsApi, CountsANewScoreInsteadOfTheOldOne) {
  given({.number = 1, .score = 10});
  given({.number = 1, .score = 90});
  EXPECT_EQ(contributor("alice")["current_scores"]["total_prs"], 1);
  EXPECT_EQ(contributor("alice")["current_scores"]["max_score"], 90);
}

TEST_P(ContributorsApi, GivesEveryPeriodAPoint) {
  given({.number = 1, .merged_at = "2026-05-20T01:00:00.000Z", .score = 40});
  given({.number = 2, .merged_at = "2026-05-18T00:00:00.000Z", .score = 41});
  given({.number = 3, .merged_at = "2026-05-10T23:59:59.000Z", .score = 7});
  const auto trends = json(show_contributor_trends, "/x?periods=3", {{"username", "alice"}});
  EXPECT_EQ(trends["periods"], (nlohmann::json{"2026-W19", "2026-W20", "2026-W21"}));
  EXPECT_EQ(
      trends["points"],
      (nlohmann::json{{{"period", "2026-W19"}, {"average_score", 7}, {"total_score", 7}},
                      {{"period", "2026-W20"}, {"average_score", nullptr}, {"total_score", 0}},
                      {{"period", "2026-W21"}, {"average_score", 41}, {"total_score", 81}}}));
  EXPECT_EQ(json(show_contributor_trends, "/x", {{"username", "alice"}})["points"].size(), 12u);
  EXPECT_EQ(
      json(show_contributor_trends, "/x?periods=99", {{"username", "alice"}})["points"].size(),
      52u);
}

TEST_P(ContributorsApi, RefusesWrongTrendParametersAndUnknownPeople) {
  given({.number = 1});
  for (const char* query : {"?interval=year", "?interval=", "?periods=0", "?periods=x"})
    EXPECT_NE(error(show_contributor_trends, std::string("/x") + query, {{"username", "alice"}}),
              "no error")
        << query;
  EXPECT_EQ(call(show_contributor, "/x", {{"username", "nobody"}}).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(call(show_contributor_trends, "/x", {{"username", "nobody"}}).error().kind,
            ErrorKind::not_found);
}

TEST_P(ContributorsApi, PagesTheMatrixByUsername) {
  given({.number = 1, .author = "bob", .merged_at = "2026-05-20", .score = 30});
  given({.number = 2, .author = "alice", .merged_at = "2026-05-20", .score = 20});
  const auto first =
      json(list_contributor_trends, "/api/v1/trends/contributors?interval=day&periods=1&limit=1");
  EXPECT_EQ(first["contributors"][0]["username"], "alice");
  EXPECT_EQ(first["contributors"][0]["points"][0]["total_score"], 20);
  const auto cursor = first["next_cursor"].get<std::string>();
  const auto second =
      json(list_contributor_trends,
           "/api/v1/trends/contributors?interval=day&periods=1&limit=1&cursor=" + cursor);
  EXPECT_EQ(second["contributors"][0]["username"], "bob");
  EXPECT_TRUE(second["next_cursor"].is_null());
  EXPECT_FALSE(call(list_contributor_trends,
                    "/api/v1/trends/contributors?interval=week&periods=1&cursor=" + cursor));
}

}  // namespace
}  // namespace sextant::velocity
