// Every example of a delivery that GitHub's own tooling collects (@octokit/webhooks-examples).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "forge/github/webhook.hpp"

namespace sextant::forge::github {
namespace {

using nlohmann::json;

constexpr Instant received = from_unix_ms(1'900'000'000'000);

struct Example {
  std::string name;
  std::string action;
  json payload;
};

// GitHub.com's, not those of its servers for companies.
std::vector<Example> read_examples() {
  const std::filesystem::path path = SEXTANT_SOURCE_DIR
      "/tests/node/node_modules/@octokit/webhooks-examples/api.github.com/index.json";
  std::ifstream file(path);
  std::vector<Example> examples;
  if (!file) return examples;
  for (const json& kind : json::parse(file))
    for (const json& payload : kind["examples"])
      examples.push_back({kind["name"], payload.value("action", ""), payload});
  return examples;
}

class WebhookExamples : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(examples.empty())
        << "tests/node/node_modules is not there: `./x test` installs it";
  }

  static const std::vector<Example> examples;
};
const std::vector<Example> WebhookExamples::examples = read_examples();

TEST_F(WebhookExamples, EachIsRead) {
  EXPECT_EQ(examples.size(), 329u);
  for (const Example& example : examples) {
    const auto parsed = parse_webhook(example.name, example.payload.dump(), received);
    ASSERT_TRUE(parsed) << example.name << "." << example.action << ": " << parsed.error().message;
    if (!example.payload.contains("repository")) continue;
    const json& repository = example.payload["repository"];
    ASSERT_TRUE(parsed->repository) << example.name;
    EXPECT_EQ(json(parsed->repository->full_name), repository["full_name"]);
    EXPECT_EQ(json(parsed->repository->id), repository["id"]);
    EXPECT_EQ(json(parsed->repository->is_private), repository["private"]);
  }
}

TEST_F(WebhookExamples, OnlyOurKindsAndAPingAreKnown) {
  std::set<std::string> known;
  for (const Example& example : examples) {
    const auto parsed = parse_webhook(example.name, example.payload.dump(), received);
    ASSERT_TRUE(parsed);
    if (parsed->is_known) known.insert(example.name);
    EXPECT_EQ(parsed->events.size(), parsed->is_known && example.name != "ping" ? 1u : 0u);
  }
  EXPECT_EQ(known,
            (std::set<std::string>{"discussion", "discussion_comment", "fork", "issue_comment",
                                   "issues", "ping", "pull_request", "pull_request_review",
                                   "pull_request_review_comment", "push", "star", "watch"}));
}

// What an example of a name and an action is expected to give: the object that was made, the one it
// stands in, and whose title and body are new.
struct Expectation {
  EventKind kind;
  std::string thing;
  std::string parent;
  bool is_written = false;
};

Expectation expected_of(const Example& example) {
  const bool is_new =
      example.action == "created" || example.action == "opened" || example.action == "submitted";
  const bool on_pull_request =
      example.name == "issue_comment" && example.payload["issue"].contains("pull_request");
  const std::map<std::string, Expectation> by_name = {
      {"issues", {EventKind::issue, "issue", "issue", is_new}},
      {"issue_comment",
       {on_pull_request ? EventKind::pull_request_comment : EventKind::issue_comment, "comment",
        "issue", is_new}},
      {"pull_request", {EventKind::pull_request, "pull_request", "pull_request", is_new}},
      {"pull_request_review", {EventKind::pull_request_comment, "review", "pull_request", is_new}},
      {"pull_request_review_comment",
       {EventKind::pull_request_comment, "comment", "pull_request", is_new}},
      {"discussion", {EventKind::discussion, "discussion", "discussion", is_new}},
      {"discussion_comment", {EventKind::discussion_comment, "comment", "discussion", is_new}},
  };
  const auto found = by_name.find(example.name);
  return found == by_name.end() ? Expectation{} : found->second;
}

std::string text_of(const json& thing, const std::string& name) {
  return thing.contains(name) && thing[name].is_string() ? thing[name].get<std::string>() : "";
}

TEST_F(WebhookExamples, AThingThatWasWrittenGivesWhatIsInIt) {
  int seen = 0;
  for (const Example& example : examples) {
    const Expectation expected = expected_of(example);
    if (expected.thing.empty()) continue;
    SCOPED_TRACE(example.name + "." + example.action);
    const auto parsed = parse_webhook(example.name, example.payload.dump(), received);
    ASSERT_TRUE(parsed);
    const Event& event = parsed->events.at(0);
    const json& thing = example.payload[expected.thing];
    EXPECT_EQ(event.kind, expected.kind);
    EXPECT_EQ(json(event.act), thing["id"]);
    EXPECT_EQ(json(event.number), example.payload[expected.parent]["number"]);
    EXPECT_EQ(json(event.url), thing["html_url"]);
    EXPECT_EQ(json(event.actor.login), example.payload["sender"]["login"]);
    EXPECT_EQ(json(event.actor.id), example.payload["sender"]["id"]);
    EXPECT_EQ(json(event.repository.id), example.payload["repository"]["id"]);
    const json changes = example.payload.value("changes", json::object());
    const bool is_edit =
        example.action == "edited" && (changes.contains("title") || changes.contains("body"));
    const bool is_written = expected.is_written || is_edit;
    EXPECT_EQ(event.former.has_value(), is_edit);
    EXPECT_EQ(event.title, is_written ? text_of(thing, "title") : "");
    EXPECT_EQ(event.body, is_written ? text_of(thing, "body") : "");
    // A review does not say when it was dismissed.
    EXPECT_EQ(event.occurred_at == received, example.action == "dismissed");
    ++seen;
  }
  EXPECT_EQ(seen, 95);
}

TEST_F(WebhookExamples, StarsForksAndPushesSayWhoAndWhere) {
  const std::map<std::string, std::pair<EventKind, std::int64_t>> expected = {
      {"star.created", {EventKind::star, 0}},  {"star.deleted", {EventKind::unstar, 0}},
      {"watch.started", {EventKind::star, 0}}, {"fork.", {EventKind::fork, 186853261}},
      {"push.", {EventKind::push, 0}},
  };
  std::set<std::string> seen;
  for (const Example& example : examples) {
    const auto found = expected.find(example.name + "." + example.action);
    if (found == expected.end()) continue;
    seen.insert(found->first);
    const auto parsed = parse_webhook(example.name, example.payload.dump(), received);
    ASSERT_TRUE(parsed);
    const Event& event = parsed->events.at(0);
    EXPECT_EQ(event.kind, found->second.first) << found->first;
    EXPECT_EQ(event.act, found->second.second);
    EXPECT_EQ(event.repository.full_name, "Codertocat/Hello-World");
    EXPECT_EQ(event.repository.id, 186853002);
    EXPECT_EQ(json(event.repository.owner.id), example.payload["repository"]["owner"]["id"]);
    EXPECT_EQ(event.repository.language, text_of(example.payload["repository"], "language"));
    EXPECT_EQ(json(event.actor.login), example.payload["sender"]["login"]);
    EXPECT_EQ(event.actor.is_organization, example.payload["sender"]["type"] == "Organization");
    EXPECT_EQ(event.title + event.body, "");
  }
  EXPECT_EQ(seen.size(), expected.size());
}

}  // namespace
}  // namespace sextant::forge::github
