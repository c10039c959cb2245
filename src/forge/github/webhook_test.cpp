#include "forge/github/webhook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace sextant::forge::github {
namespace {

using nlohmann::json;

constexpr Instant received = from_unix_ms(1'700'000'000'000);

json person(std::int64_t id, const std::string& login, const std::string& type = "User") {
  return {{"id", id}, {"login", login}, {"type", type}};
}

json delivery(const std::string& action) {
  return {{"action", action},
          {"sender", person(7, "ada")},
          {"repository",
           {{"id", 42},
            {"full_name", "acme/engine"},
            {"private", false},
            {"language", "C++"},
            {"owner", person(9, "acme", "Organization")}}}};
}

json opened_issue() {
  json payload = delivery("opened");
  payload["issue"] = {{"id", 1001},
                      {"number", 5},
                      {"title", "It halts"},
                      {"body", "On Mondays."},
                      {"html_url", "https://github.com/acme/engine/issues/5"},
                      {"created_at", "2026-04-24T10:31:00Z"},
                      {"updated_at", "2026-04-24T11:00:00Z"},
                      {"user", person(7, "ada")}};
  return payload;
}

Event only_event(const std::string& name, const json& payload) {
  const auto parsed = parse_webhook(name, payload.dump(), received);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return parsed->events.at(0);
}

std::string refusal(const std::string& name, const json& payload) {
  const auto parsed = parse_webhook(name, payload.dump(), received);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
  return parsed.error().message;
}

TEST(Webhook, AnOpenedIssueIsAnEventWithEverythingInIt) {
  const Event event = only_event("issues", opened_issue());
  EXPECT_EQ(event.kind, EventKind::issue);
  EXPECT_EQ(event.act, 1001);
  EXPECT_EQ(event.number, 5);
  EXPECT_EQ(event.title, "It halts");
  EXPECT_EQ(event.body, "On Mondays.");
  EXPECT_EQ(event.url, "https://github.com/acme/engine/issues/5");
  EXPECT_EQ(to_iso(event.occurred_at), "2026-04-24T10:31:00.000Z");
  EXPECT_EQ(event.actor.id, 7);
  EXPECT_FALSE(event.actor.is_bot);
  EXPECT_EQ(event.repository.full_name, "acme/engine");
  EXPECT_EQ(event.repository.language, "C++");
  EXPECT_TRUE(event.repository.owner.is_organization);
}

TEST(Webhook, AnEditTellsWhatIsWrittenNowAndBeforeAndIsTheEditors) {
  json payload = opened_issue();
  payload["action"] = "edited";
  payload["sender"] = person(8, "ben");
  payload["changes"] = {{"body", {{"from", "On Sundays."}}}};
  const Event event = only_event("issues", payload);
  EXPECT_EQ(event.title, "It halts");
  EXPECT_EQ(event.body, "On Mondays.");
  ASSERT_TRUE(event.former);
  EXPECT_EQ(event.former->title, "It halts");
  EXPECT_EQ(event.former->body, "On Sundays.");
  EXPECT_EQ(event.actor.login, "ben");
  EXPECT_EQ(to_iso(event.occurred_at), "2026-04-24T11:00:00.000Z");

  payload["changes"] = {{"title", {{"from", "?"}}}};
  EXPECT_EQ(only_event("issues", payload).title, "It halts");
  EXPECT_EQ(only_event("issues", payload).former->title, "?");
  EXPECT_EQ(only_event("issues", payload).former->body, "On Mondays.");
  payload.erase("changes");
  EXPECT_EQ(only_event("issues", payload).title + only_event("issues", payload).body, "");
}

TEST(Webhook, ClosingAndLabellingWriteNothing) {
  for (const std::string action : {"closed", "labeled", "deleted", "reopened", "transferred"}) {
    json payload = opened_issue();
    payload["action"] = action;
    EXPECT_EQ(only_event("issues", payload).title + only_event("issues", payload).body, "");
  }
}

TEST(Webhook, WhoMovesAnIssueOfAnotherDidNotWriteIt) {
  json payload = opened_issue();
  payload["sender"] = person(8, "ben");
  EXPECT_EQ(only_event("issues", payload).title, "");
}

TEST(Webhook, ACommentOnAPullRequestIsOne) {
  json payload = opened_issue();
  payload["action"] = "created";
  payload["comment"] = {{"id", 77}, {"body", "Why?"}, {"created_at", "2026-04-24T12:00:00Z"}};
  EXPECT_EQ(only_event("issue_comment", payload).kind, EventKind::issue_comment);
  payload["issue"]["pull_request"] = {{"url", "https://api.github.com/x"}};
  const Event event = only_event("issue_comment", payload);
  EXPECT_EQ(event.kind, EventKind::pull_request_comment);
  EXPECT_EQ(event.act, 77);
  EXPECT_EQ(event.number, 5);
  EXPECT_EQ(event.title, "");
  EXPECT_EQ(event.body, "Why?");
  EXPECT_EQ(event.url, "https://github.com/acme/engine/pull/5");
}

TEST(Webhook, AReviewIsACommentWithItsOwnTime) {
  json payload = delivery("submitted");
  payload["pull_request"] = {{"id", 1}, {"number", 6}};
  payload["review"] = {{"id", 78}, {"body", "Fine"}, {"submitted_at", "2026-04-24T12:00:00Z"}};
  const Event event = only_event("pull_request_review", payload);
  EXPECT_EQ(event.kind, EventKind::pull_request_comment);
  EXPECT_EQ(event.act, 78);
  EXPECT_EQ(event.body, "Fine");
  EXPECT_EQ(to_iso(event.occurred_at), "2026-04-24T12:00:00.000Z");
}

TEST(Webhook, AStarHasItsTimeAndAnUnstarTheTimeItCame) {
  json payload = delivery("created");
  payload["starred_at"] = "2026-04-24T10:31:00Z";
  EXPECT_EQ(to_iso(only_event("star", payload).occurred_at), "2026-04-24T10:31:00.000Z");
  payload["action"] = "deleted";
  payload["starred_at"] = nullptr;
  EXPECT_EQ(only_event("star", payload).kind, EventKind::unstar);
  EXPECT_EQ(only_event("star", payload).occurred_at, received);
}

TEST(Webhook, AnUnknownKindIsReadAsFarAsItsRepository) {
  const auto parsed = parse_webhook("milestone", delivery("closed").dump(), received);
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(parsed->is_known);
  EXPECT_EQ(parsed->repository->full_name, "acme/engine");
  EXPECT_TRUE(parsed->events.empty());
  EXPECT_FALSE(parse_webhook("milestone", R"({"repository": 7})", received)->repository);
}

TEST(Webhook, BotsAreKnownByTypeOrName) {
  json payload = delivery("created");
  payload["sender"] = person(3, "helper", "Bot");
  EXPECT_TRUE(only_event("star", payload).actor.is_bot);
  payload["sender"] = person(3, "dependabot[bot]");
  EXPECT_TRUE(only_event("star", payload).actor.is_bot);
}

TEST(Webhook, NamesTheFieldThatIsWrong) {
  json payload = opened_issue();
  payload["issue"]["id"] = "7";
  EXPECT_EQ(refusal("issues", payload), "issue.id must be a number, 0 or more");
  payload = opened_issue();
  payload["issue"]["user"]["login"] = 7;
  EXPECT_EQ(refusal("issues", payload), "issue.user.login must be a text");
  payload = opened_issue();
  payload["issue"]["created_at"] = "yesterday";
  EXPECT_THAT(refusal("issues", payload), ::testing::StartsWith("issue.created_at must be a time"));
  payload = opened_issue();
  payload.erase("sender");
  EXPECT_EQ(refusal("issues", payload), "sender must be there");
  payload = opened_issue();
  payload["issue"] = json::array();
  EXPECT_EQ(refusal("issues", payload), "issue must be an object");
  for (const char* name : {"", "a b", "../x", "acme", "acme/", "/engine", "acme/..", "a/b/c"}) {
    payload = opened_issue();
    payload["repository"]["full_name"] = name;
    EXPECT_EQ(refusal("issues", payload), "repository.full_name must be owner/name") << name;
  }
  for (const std::string& login : {std::string(), std::string(40, 'a'), std::string("a b")}) {
    payload = opened_issue();
    payload["sender"]["login"] = login;
    EXPECT_EQ(refusal("issues", payload), "sender.login must be a login") << login;
  }
}

TEST(Webhook, RefusesWhatIsNoJsonObject) {
  for (const std::string body : {"", "[]", "{", "7", "{\"a\":\"\xff\"}", "{} {}"})
    EXPECT_EQ(parse_webhook("issues", body, received).error().message,
              "the body must be a JSON object");
  EXPECT_FALSE(parse_webhook("issues", std::string(1 << 20, '['), received));
}

TEST(Webhook, TextsAreCutAndCleaned) {
  json payload = opened_issue();
  payload["issue"]["title"] = std::string("a\0b", 3);
  std::string body = "x";
  for (int i = 0; i < 200'000; ++i) body += "é";
  payload["issue"]["body"] = body;
  payload["issue"]["html_url"] = "javascript:alert(1)";
  const Event event = only_event("issues", payload);
  EXPECT_EQ(event.title, "ab");
  EXPECT_EQ(event.body.size(), (256u << 10) - 1);
  EXPECT_EQ(valid_utf8(event.body), event.body);
  EXPECT_EQ(event.url, "https://github.com/acme/engine/issues/5");
}

TEST(WebhookSignature, IsTheOneOfGitHubsDocumentation) {
  const Secret secret("It's a Secret to Everybody");
  const std::string good =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_TRUE(is_signed_by("Hello, World!", good, secret));
  EXPECT_FALSE(is_signed_by("Hello, World?", good, secret));
  EXPECT_FALSE(is_signed_by("Hello, World!", good, Secret("another")));
}

TEST(WebhookSignature, TakesOneFormOnly) {
  const Secret secret("s");
  const std::string good = "sha256=" + to_hex(hmac_sha256("s", "body"));
  ASSERT_TRUE(is_signed_by("body", good, secret));
  std::string upper = good;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& other :
       {std::string(), good.substr(7), good + " ", " " + good, upper, good.substr(0, 70),
        "sha1=" + good.substr(7), "sha256=" + upper.substr(7), good + std::string(1, '\0')})
    EXPECT_FALSE(is_signed_by("body", other, secret)) << other;
  EXPECT_FALSE(is_signed_by("body", "sha256=" + to_hex(hmac_sha256("", "body")), Secret()));
}

}  // namespace
}  // namespace sextant::forge::github
