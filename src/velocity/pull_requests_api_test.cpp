#include <set>

#include "testing/velocity_fixture.hpp"

namespace sextant::velocity {
namespace {

using Numbers = std::vector<std::int64_t>;

class PullRequestsApi : public testing::VelocityFixture {
 protected:
  nlohmann::json list(const std::string& query = "") {
    return json(list_pull_requests, "/api/v1/pull-requests" + (query.empty() ? "" : "?" + query));
  }
  std::string refusal(const std::string& query) {
    return error(list_pull_requests, "/api/v1/pull-requests?" + query);
  }
  std::string csv(const std::string& query = "") {
    return text(
        testing::value_of(call(list_pull_requests, "/api/v1/pull-requests?format=csv&" + query)));
  }
};

SEXTANT_ON_EVERY_DATABASE(PullRequestsApi);

TEST_P(PullRequestsApi, ShowsTheDocumentedObjectInTheDocumentedOrder) {
  const auto id = given({.number = 87});
  const auto body = text(testing::value_of(call(list_pull_requests, "/api/v1/pull-requests")));
  EXPECT_EQ(body, "{\"items\":[{\"id\":\"" + std::to_string(id) +
                      "\",\"repo\":\"acme/api\",\"external_id\":87,\"title\":\"Add a throttle\","
                      "\"html_url\":\"https://github.com/acme/api/pull/"
                      "87\",\"score\":50,\"contributor_username\":\"alice\","
                      "\"contributor_display_name\":\"alice\",\"state\":\"closed\",\"merged\":true,"
                      "\"merged_at\":\"2026-05-01T12:00:00.000Z\",\"updated_at\":\"2026-05-20T10:"
                      "00:30.000Z\",\"closed_at\":null,"
                      "\"source_type\":\"pr\"}],\"next_cursor\":null}");
}

TEST_P(PullRequestsApi, PagesNewestFirstAndSplitsATieWithoutRepeats) {
  for (int number = 1; number <= 7; ++number)
    given({.number = number, .merged_at = number < 3 ? "2026-05-01" : "2026-05-02"});
  Numbers seen;
  std::string cursor;
  do {
    const auto page = list("limit=2" + cursor);
    for (const auto number : numbers(page)) seen.push_back(number);
    // Rows that arrive meanwhile are newer, and so belong to a page that was read already.
    given({.number = 100 + std::ssize(seen), .merged_at = "2026-05-03"});
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(seen, (Numbers{7, 6, 5, 4, 3, 2, 1}));
}

TEST_P(PullRequestsApi, GivesNoCursorAfterAPageThatIsJustFull) {
  given({.number = 1});
  given({.number = 2});
  EXPECT_TRUE(list("limit=2")["next_cursor"].is_null());
  EXPECT_FALSE(list("limit=1")["next_cursor"].is_null());
}

TEST_P(PullRequestsApi, ClampsALargeLimitAndRefusesWhatIsNone) {
  for (int number = 1; number <= 201; ++number) given({.number = number});
  EXPECT_EQ(list().at("items").size(), 50u);
  EXPECT_EQ(list("limit=99999999999999999999999").at("items").size(), 200u);
  for (const char* wrong :
       {"limit=", "limit=0", "limit=-1", "limit=ten", "limit=1.5", "days=0", "days=", "days=x"})
    EXPECT_NE(refusal(wrong).find(std::string(wrong).substr(0, std::string(wrong).find('='))),
              std::string::npos)
        << wrong;
}

TEST_P(PullRequestsApi, FiltersByRepositoryAndAuthorWithoutRegardToCase) {
  given({.number = 1, .repository = "acme/api", .author = "alice"});
  given({.number = 2, .repository = "acme/web", .author = "bob"});
  given({.number = 3, .repository = "acme/cli", .author = "alice"});
  EXPECT_EQ(numbers(list("repos=ACME/Api")), (Numbers{1}));
  EXPECT_EQ(numbers(list("repos=acme/api,acme/web")), (Numbers{2, 1}));
  EXPECT_EQ(numbers(list("authors=ALICE")), (Numbers{3, 1}));
  EXPECT_EQ(numbers(list("authors=alice&repos=acme/cli")), (Numbers{3}));
  EXPECT_EQ(numbers(list("repos=acme/nothing")), (Numbers{}));
  EXPECT_EQ(numbers(list("authors=nobody")), (Numbers{}));
}

TEST_P(PullRequestsApi, TakesBothDatesAsIncludedAndABareDateAsTheWholeDay) {
  given({.number = 1, .merged_at = "2026-05-01T00:00:00.000Z"});
  given({.number = 2, .merged_at = "2026-05-01T23:59:59.999Z"});
  given({.number = 3, .merged_at = "2026-05-02T00:00:00.000Z"});
  EXPECT_EQ(numbers(list("merged_before=2026-05-01")), (Numbers{2, 1}));
  EXPECT_EQ(numbers(list("merged_after=2026-05-02")), (Numbers{3}));
  EXPECT_EQ(numbers(list("merged_after=2026-05-01T23:59:59.999Z")), (Numbers{3, 2}));
  EXPECT_EQ(numbers(list("merged_after=2026-05-03&merged_before=2026-05-01")), (Numbers{}));
  EXPECT_EQ(refusal("merged_after=yesterday"),
            "merged_after takes a date such as 2026-05-01 or a time such as 2026-05-01T17:24:00Z");
}

TEST_P(PullRequestsApi, CountsDaysBackFromNowUnlessDatesAreGiven) {
  given({.number = 1, .merged_at = "2026-05-18T09:59:00.000Z"});
  given({.number = 2, .merged_at = "2026-05-18T10:01:00.000Z"});
  EXPECT_EQ(numbers(list("days=2")), (Numbers{2}));
  EXPECT_EQ(numbers(list("days=2&merged_after=2026-01-01")), (Numbers{2, 1}));
}

TEST_P(PullRequestsApi, KeepsTheWindowOfDaysFromPageToPage) {
  given({.number = 1, .merged_at = "2026-05-18T10:10:00.000Z"});
  given({.number = 2, .merged_at = "2026-05-18T10:20:00.000Z"});
  const auto cursor = list("days=2&limit=1")["next_cursor"].get<std::string>();
  clock.advance(std::chrono::hours{12});
  EXPECT_EQ(numbers(list("days=2&limit=1&cursor=" + cursor)), (Numbers{1}));
}

TEST_P(PullRequestsApi, LeavesUnscoredRowsOutOfScoreBounds) {
  given({.number = 1, .score = std::nullopt});
  given({.number = 2, .score = 0});
  given({.number = 3, .score = 80});
  EXPECT_EQ(numbers(list()), (Numbers{3, 2, 1}));
  EXPECT_TRUE(list()["items"][2]["score"].is_null());
  EXPECT_EQ(numbers(list("min_score=0")), (Numbers{3, 2}));
  EXPECT_EQ(numbers(list("max_score=79.5")), (Numbers{2}));
  EXPECT_EQ(numbers(list("min_score=80&max_score=80")), (Numbers{3}));
  EXPECT_EQ(refusal("min_score=2&max_score=1"),
            "min_score is above max_score; no score can be both");
  EXPECT_NE(refusal("min_score=nan"), "no error");
}

TEST_P(PullRequestsApi, SearchesWordsAndPartsOfWordsInTitleAndDescription) {
  given(
      {.number = 1, .title = "Throttle the tokens", .description = "Refuses with 100% certainty"});
  given({.number = 2, .title = "Add CACHING", .description = "über_fast"});
  EXPECT_EQ(numbers(list("search=ottl")), (Numbers{1}));
  EXPECT_EQ(numbers(list("search=caching")), (Numbers{2}));
  EXPECT_EQ(numbers(list("search=%C3%9CBER")), (Numbers{2}));
  EXPECT_EQ(numbers(list("search=tokens+refuses")), (Numbers{1}));
  EXPECT_EQ(numbers(list("search=tokens+caching")), (Numbers{}));
  EXPECT_EQ(numbers(list("search=100%25")), (Numbers{1}));
  EXPECT_EQ(numbers(list("search=r_f")), (Numbers{2}));
  EXPECT_EQ(numbers(list("search=to")), (Numbers{}));
}

TEST_P(PullRequestsApi, RefusesACursorOfOtherFiltersAnotherOrganisationOrAnotherMaker) {
  for (int number = 1; number <= 3; ++number) given({.number = number});
  const auto cursor = list("limit=1&min_score=1")["next_cursor"].get<std::string>();
  EXPECT_EQ(numbers(list("limit=2&min_score=1&cursor=" + cursor)), (Numbers{2, 1}));
  EXPECT_NE(refusal("limit=1&cursor=" + cursor), "no error");
  EXPECT_NE(refusal("limit=1&min_score=2&cursor=" + cursor), "no error");
  EXPECT_NE(refusal("min_score=1&cursor=" + cursor + "A"), "no error");
  EXPECT_NE(refusal("cursor="), "no error");
  EXPECT_FALSE(call(list_pull_requests, "/api/v1/pull-requests?min_score=1&cursor=" + cursor, {},
                    {}, make_organization("other")));
}

TEST_P(PullRequestsApi, ShowsOneOrganisationNothingOfAnother) {
  const auto id = given({.number = 1, .title = "secret plans"});
  const auto other = make_organization("other");
  const auto page = [&](const std::string& query) {
    return nlohmann::json::parse(text(testing::value_of(
        call(list_pull_requests, "/api/v1/pull-requests" + query, {}, {}, other))));
  };
  for (const char* query : {"", "?search=secret", "?repos=acme/api", "?authors=alice"})
    EXPECT_TRUE(page(query)["items"].empty()) << query;
  const auto detail =
      call(show_pull_request, "/api/v1/pull-requests/x", {{"id", std::to_string(id)}}, {}, other);
  EXPECT_EQ(detail.error().kind, ErrorKind::not_found);
}

TEST_P(PullRequestsApi, NamesAVersionThatChangesWithTheDataAndOnlyThen) {
  given({.number = 1});
  const auto version = [&] {
    return testing::value_of(call(list_pull_requests, "/api/v1/pull-requests")).version;
  };
  const auto before = version();
  EXPECT_EQ(version(), before);
  given(make_organization("other"), {.number = 1});
  EXPECT_EQ(version(), before);
  given({.number = 1, .score = 51});
  EXPECT_NE(version(), before);
}

TEST_P(PullRequestsApi, WritesTheCsvWithItsColumnsAndEveryRow) {
  given({.number = 1, .title = "Say \"hello\", world"});
  given({.number = 2, .score = std::nullopt, .title = "=cmd()"});
  const std::string body = csv("limit=1&cursor=nonsense");
  EXPECT_TRUE(
      body.starts_with("Repository,Type,Reference,Title,Author Login,Author Name,State,Created "
                       "At,Merged At,Score,Base Score,"
                       "Effort Scale Factor,Scope,Architecture,Implementation,Risk,Quality,Perf "
                       "Security,Lines Added,"
                       "Lines Removed,Files Changed,URL,Summary\r\n"));
  EXPECT_NE(body.find("acme/"
                      "api,pr,2,'=cmd(),alice,alice,closed,2026-05-01T12:00:00.000Z,2026-05-01T12:"
                      "00:00.000Z,,,,,,,,,,,,,"
                      "https://github.com/acme/api/pull/2,\r\n"),
            std::string::npos)
      << body;
  EXPECT_NE(
      body.find(
          "acme/api,pr,1,\"Say \"\"hello\"\", world\",alice,alice,closed,2026-05-01T12:00:00.000Z,"
          "2026-05-01T12:00:00.000Z,50,50,1,0,1,2,3,4,5,10,0,0,"),
      std::string::npos)
      << body;
}

TEST_P(PullRequestsApi, HonoursFiltersInTheCsvAndNamesTheFileByTheDay) {
  given({.number = 1, .score = 10});
  given({.number = 2, .score = 90});
  const auto lines = [](const std::string& body) { return std::ranges::count(body, '\n'); };
  EXPECT_EQ(lines(csv("min_score=50")), 2);
  EXPECT_EQ(lines(csv("repos=acme/none")), 1);
  const auto answer = testing::value_of(
      call(list_pull_requests, "/api/v1/pull-requests", {}, {{"accept", "text/csv"}}));
  EXPECT_EQ(answer.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(answer.headers,
            (http::Pairs{{"Content-Disposition",
                          "attachment; filename=\"gitvelocity-pull-requests-2026-05-20.csv\""}}));
}

TEST_P(PullRequestsApi, ReturnsTheWholeObjectWhateverFieldsSaysUnlessSelectionIsOn) {
  given({.number = 1});
  EXPECT_EQ(list("fields=id,score")["items"][0].size(), 14u);
  field_selection = true;
  EXPECT_EQ(list("fields=score,nothing,title")["items"][0],
            (nlohmann::json{{"score", 50}, {"title", "Add a throttle"}}));
}

TEST_P(PullRequestsApi, ShowsOnePullRequestWithItsRubric) {
  const auto id = std::to_string(given({.number = 9, .score = 15}));
  const auto detail = json(show_pull_request, "/api/v1/pull-requests/" + id, {{"id", id}});
  EXPECT_EQ(detail["external_id"], 9);
  EXPECT_EQ(detail["rubric"]["risk"]["score"], 3);
  EXPECT_EQ(detail["rubric"]["perf_security"]["max_score"], 5);
  EXPECT_EQ(detail["schema_version"], "1.0");
  EXPECT_EQ(detail["created_at"], "2026-05-20T10:00:30.000Z");
  EXPECT_EQ(detail["base_score"], 15);
  for (const char* wrong : {"0", "00", "abc", "99999999999999999999", "-1"})
    EXPECT_NE(error(show_pull_request, "/", {{"id", wrong}}), "no error") << wrong;
}

TEST_P(PullRequestsApi, ShowsEveryScoreOfAPullRequestTheNewestFirst) {
  given({.number = 9, .score = 15});
  clock.advance(std::chrono::hours(1));
  const auto id = std::to_string(given({.number = 9, .score = 40}));
  const auto history = json(show_pull_request, "/", {{"id", id}})["score_history"];
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[1], (nlohmann::json{{"scored_at", "2026-05-20T10:00:30.000Z"},
                                        {"scorer", "static/1"},
                                        {"rubric_version", "1.0"},
                                        {"guidelines_version", nullptr},
                                        {"base_score", 15},
                                        {"effort_scale_factor", 1.0},
                                        {"score", 15},
                                        {"model_fallback_reason", nullptr}}));
  EXPECT_EQ(history[0]["score"], 40);
  for (int i = 0; i < 110; ++i) {
    clock.advance(std::chrono::seconds(1));
    given({.number = 9, .score = i % 100});
  }
  const auto bounded = json(show_pull_request, "/", {{"id", id}})["score_history"];
  EXPECT_EQ(bounded.size(), 100u);
  EXPECT_EQ(bounded[0]["score"], 9);
}

TEST_P(PullRequestsApi, ShowsAnUnscoredPullRequestWithoutARubric) {
  const auto id = std::to_string(given({.number = 9, .score = std::nullopt}));
  const auto detail = json(show_pull_request, "/", {{"id", id}});
  for (const char* key : {"score", "rubric", "created_at", "base_score", "evidence"})
    EXPECT_TRUE(detail[key].is_null()) << key;
  EXPECT_EQ(detail["score_history"], nlohmann::json::array());
}

// More rows than the small-organisation bound, so that the index is asked.
TEST_P(PullRequestsApi, FindsARareWordInALargeOrganisationThroughTheIndex) {
  testing::value_of(database->write([&](db::Connection& db) {
    return count_change(db, organization, {.names = false, .pull_requests_added = 6000});
  }));
  given({.number = 1, .title = "An ordinary change"});
  given({.number = 2, .title = "The Zeppelin \"quoted\" change"});
  given(make_organization("other"), {.number = 3, .title = "Zeppelin elsewhere"});
  EXPECT_EQ(numbers(list("search=zeppelin")), (Numbers{2}));
  EXPECT_EQ(numbers(list("search=%22quoted%22")), (Numbers{2}));
  EXPECT_EQ(numbers(list("search=change")), (Numbers{2, 1}));
  given({.number = 2, .title = "Renamed"});
  EXPECT_EQ(numbers(list("search=zeppelin")), (Numbers{}));
  EXPECT_EQ(numbers(list("search=renamed")), (Numbers{2}));
}

}  // namespace
}  // namespace sextant::velocity
