#include <gmock/gmock.h>

#include "leads/json_body.hpp"
#include "testing/leads_fixture.hpp"

namespace sextant::leads {
namespace {

using ::testing::HasSubstr;
using testing::value_of;

class TrackersApi : public testing::LeadsFixture {
 protected:
  Result<http::Response> add(const std::string& body, http::Pairs headers = {}) {
    return call(add_tracked_repository,
                {.target = "/v1/tracked-repos", .body = body, .headers = std::move(headers)});
  }
  Result<http::Response> add_word(const std::string& body) {
    return call(add_tracked_keyword, {.target = "/v1/tracked-keywords", .body = body});
  }
};

SEXTANT_ON_EVERY_DATABASE(TrackersApi);

TEST_P(TrackersApi, AddsARepositoryAndSaysWhereItIs) {
  const auto answer =
      value_of(add(R"({"full_name": "competitor/their-sdk", "type": "own", "colour": 7})"));
  EXPECT_EQ(answer.status, 201);
  const auto record = nlohmann::json::parse(text(answer));
  EXPECT_EQ(text(answer), "{\"id\":" + record["id"].dump() +
                              ",\"full_name\":\"competitor/their-sdk\",\"type\":\"own\","
                              "\"created_at\":\"2026-05-20T10:00:30.000Z\",\"paused\":false}");
  EXPECT_EQ(answer.headers,
            (http::Pairs{{"Location", "/v1/tracked-repos/" + record["id"].get<std::string>()}}));
  const auto list = json(list_tracked_repositories, {});
  EXPECT_EQ(list,
            (nlohmann::json{{"data", {record}}, {"next_cursor", nullptr}, {"has_more", false}}));
  EXPECT_EQ(nlohmann::json::parse(text(value_of(add(R"({"full_name": "a/b"})"))))["type"],
            "competitor");
}

TEST_P(TrackersApi, RefusesWhatIsNoRepositoryNamingTheField) {
  for (const char* wrong :
       {R"({})", R"({"full_name": 7})", R"({"full_name": null})", R"({"full_name": "acme"})",
        R"({"full_name": "acme/"})", R"({"full_name": "/sdk"})", R"({"full_name": "a/b/c"})",
        R"({"full_name": "-acme/sdk"})", R"({"full_name": "acme/.."})",
        R"({"full_name": "acme/sdk.git"})", R"({"full_name": "ac me/sdk"})",
        R"({"full_name": "https://github.com/acme/sdk"})"})
    EXPECT_THAT(error(add_tracked_repository, {.body = wrong}), HasSubstr("full_name")) << wrong;
  EXPECT_THAT(error(add_tracked_repository, {.body = R"({"full_name": "a/b", "type": "enemy"})"}),
              HasSubstr("type"));
  for (const char* wrong : {"[]", "{", "nonsense", "\"text\""})
    EXPECT_EQ(add(wrong).error().kind, ErrorKind::invalid) << wrong;
}

TEST_P(TrackersApi, RefusesAnotherTypeOfBodyAndTooMuchOfIt) {
  http::Request request;
  request.headers = {{"content-type", "text/plain"}};
  request.body = "{}";
  const auto handle = [](const JsonBody&) -> Result<http::Response> { return http::no_content(); };
  EXPECT_EQ(value_of(with_body(request, handle)).status, 415);
  request.headers = {};
  EXPECT_EQ(value_of(with_body(request, handle)).status, 415);
  request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
  EXPECT_EQ(value_of(with_body(request, handle)).status, 204);
  request.body = "{\"a\":\"" + std::string(64 * 1024, 'x') + "\"}";
  EXPECT_EQ(value_of(with_body(request, handle)).status, 413);
}

TEST_P(TrackersApi, TracksTheSameOnlyOnce) {
  value_of(add(R"({"full_name": "acme/sdk"})"));
  EXPECT_EQ(add(R"({"full_name": "ACME/Sdk"})").error().kind, ErrorKind::conflict);
  value_of(add_word(R"({"keyword": "star tracker"})"));
  EXPECT_EQ(add_word(R"({"keyword": "Star   Tracker"})").error().kind, ErrorKind::conflict);
}

TEST_P(TrackersApi, PausesAndRemoves) {
  const auto id = public_id(repository_prefix, track("acme/sdk"));
  const auto paused = json(change_tracked_repository, {.id = id, .body = R"({"paused": true})"});
  EXPECT_EQ(paused["paused"], true);
  EXPECT_THAT(error(change_tracked_repository, {.id = id, .body = R"({"paused": "yes"})"}),
              HasSubstr("paused"));
  EXPECT_EQ(value_of(call(remove_tracked_repository, {.id = id})).status, 204);
  EXPECT_EQ(call(remove_tracked_repository, {.id = id}).error().kind, ErrorKind::not_found);
}

TEST_P(TrackersApi, AddsAKeywordWithItsTargets) {
  const auto record =
      nlohmann::json::parse(text(value_of(add_word(R"({"keyword": " looking for  a tracker "})"))));
  EXPECT_EQ(record["keyword"], "looking for a tracker");
  EXPECT_EQ(record["scan_targets"], (nlohmann::json{"issues", "prs", "discussions"}));
  EXPECT_THAT(record["id"].get<std::string>(), ::testing::StartsWith("kw_"));
  EXPECT_EQ(nlohmann::json::parse(text(value_of(add_word(
                R"({"keyword": "other", "scan_targets": ["code", "code"]})"))))["scan_targets"],
            nlohmann::json{"code"});
  for (const char* wrong : {R"([])", R"(["wiki"])", R"("issues")", R"([1])"})
    EXPECT_THAT(
        error(add_tracked_keyword,
              {.body = std::string(R"({"keyword": "third", "scan_targets": )") + wrong + "}"}),
        HasSubstr("scan_targets"))
        << wrong;
  for (const char* wrong : {R"("x")", R"("(open")", R"("NOT this")", "7"})
    EXPECT_THAT(error(add_tracked_keyword, {.body = std::string("{\"keyword\": ") + wrong + "}"}),
                HasSubstr("keyword"))
        << wrong;
}

TEST_P(TrackersApi, PreviewsWhatAKeywordWouldHaveMatched) {
  stored_events = {issue("ada", 1, "a star tracker"), issue("bob", 2, "nothing"), star("carol"),
                   issue("zed", 3, "a star tracker")};
  value_of(call(add_suppressed, {.body = R"({"kind": "login", "value": "zed"})"}));
  const auto preview = json(preview_keyword, {.body = R"({"keyword": "star tracker"})"});
  EXPECT_EQ(preview["events"], 4);
  EXPECT_EQ(preview["matches"], 1);
  EXPECT_EQ(preview["data"][0]["github_username"], "ada");
  EXPECT_TRUE(json(list_tracked_keywords, {})["data"].empty());
}

TEST_P(TrackersApi, GivesTheFirstAnswerAgainForADay) {
  const http::Pairs key = {{"idempotency-key", "k1"}};
  const auto first = value_of(add(R"({"full_name": "acme/sdk"})", key));
  const auto again = value_of(add(R"({"full_name": "acme/sdk"})", key));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(text(again), text(first));
  EXPECT_EQ(again.headers, first.headers);
  EXPECT_EQ(add(R"({"full_name": "acme/cli"})", key).error().kind, ErrorKind::conflict);
  EXPECT_EQ(add(R"({"full_name": "acme/sdk"})").error().kind, ErrorKind::conflict);
  const auto other = make_organization("other");
  EXPECT_TRUE(call(add_tracked_repository, {.target = "/v1/tracked-repos",
                                            .body = R"({"full_name": "acme/cli"})",
                                            .headers = key,
                                            .whose = other}));
  clock.advance(std::chrono::hours{25});
  EXPECT_EQ(value_of(add(R"({"full_name": "acme/cli"})", key)).status, 201);
}

TEST_P(TrackersApi, KeepsAnswersSealed) {
  value_of(add(R"({"full_name": "acme/sdk"})", {{"idempotency-key", "k1"}}));
  const auto reader = value_of(database->reader());
  const auto stored =
      value_of(reader->row(db::Query("SELECT answer FROM idempotent_answers"),
                           [](const db::Row& row) { return std::string(row.blob(0)); }));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->find("acme"), std::string::npos);
}

TEST_P(TrackersApi, MakesChangesAndRotatesWebhooks) {
  const auto made = nlohmann::json::parse(text(value_of(call(
      add_webhook,
      {.target = "/v1/webhooks",
       .body =
           R"({"url": "https://example.com/x", "events": ["lead.created"],)"
           R"( "signal_types": ["stargazer"], "repos": ["acme/sdk"], "min_fit_score": 40})"}))));
  EXPECT_THAT(made["secret"].get<std::string>(), ::testing::StartsWith("whsec_"));
  EXPECT_EQ(made["min_fit_score"], 40);
  EXPECT_EQ(made["min_authenticity"], nullptr);
  const std::string id = made["id"];
  const auto shown = json(show_webhook, {.id = id});
  EXPECT_FALSE(shown.contains("secret"));
  EXPECT_EQ(shown["repos"], nlohmann::json{"acme/sdk"});
  const auto changed =
      json(change_webhook, {.id = id, .body = R"({"enabled": false, "repos": []})"});
  EXPECT_EQ(changed["enabled"], false);
  EXPECT_EQ(changed["repos"], nlohmann::json::array());
  EXPECT_EQ(changed["signal_types"], nlohmann::json{"stargazer"});
  EXPECT_EQ(changed["min_fit_score"], 40) << "what is not named stays";
  EXPECT_EQ(json(change_webhook, {.id = id, .body = R"({"min_fit_score": null})"})["min_fit_score"],
            nullptr);
  EXPECT_NE(json(rotate_webhook_secret, {.id = id})["secret"], made["secret"]);
  EXPECT_TRUE(json(list_webhook_deliveries, {.id = id})["data"].empty());
  EXPECT_EQ(json(replay_webhook, {.id = id, .body = R"({"since": "2026-01-01"})"})["queued"], 0);
  for (const char* wrong : {R"({"url": "https://x.example", "events": ["lead.lost"]})",
                            R"({"url": "https://x.example", "signal_types": ["star"]})",
                            R"({"url": "https://x.example", "repos": ["acme"]})",
                            R"({"url": "https://x.example", "min_fit_score": 101})",
                            R"({"events": []})", R"({"url": "http://127.0.0.1/x"})"})
    EXPECT_EQ(call(add_webhook, {.body = wrong}).error().kind, ErrorKind::invalid) << wrong;
  EXPECT_EQ(value_of(call(remove_webhook, {.id = id})).status, 204);
}

}  // namespace
}  // namespace sextant::leads
