#include "hooks/destination.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hooks/card.hpp"

namespace sextant::hooks {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

std::string message(const Json& data, const std::string& event = "lead.created") {
  return Json{
      {"event", event}, {"timestamp", "2026-04-24T10:31:00.000Z"}, {"type", event}, {"data", data}}
      .dump();
}

const Json lead{{"id", "lead_abc123"},
                {"signal_type", "stargazer"},
                {"github_username", "jdoe"},
                {"name", "Jane Q. Doe"},
                {"email", "jane@example.com"},
                {"bio", "<!channel> & <https://evil.example|click> @everyone **x**"},
                {"company", "Vercel"},
                {"location", "San Francisco, CA"},
                {"followers", 1842},
                {"top_languages", {"TypeScript", "Rust"}},
                {"signal_url", "https://github.com/acme/sdk"},
                {"github_profile_url", "https://github.com/jdoe"},
                {"twitter", nullptr}};

TEST(Slack, GetsBlocksInWhichNothingIsMarkup) {
  const auto formatted = format_for_slack(message(lead));
  ASSERT_TRUE(formatted);
  const Json json = Json::parse(formatted->body);
  EXPECT_EQ(json["text"], "lead.created");
  EXPECT_EQ(json["blocks"][0]["text"]["text"], "*<https://github.com/acme/sdk|lead.created>*");
  const std::string lines = json["blocks"][1]["text"]["text"];
  EXPECT_THAT(lines, HasSubstr("*github username*: jdoe\n"));
  EXPECT_THAT(lines, HasSubstr("*followers*: 1842\n*top languages*: TypeScript, Rust\n"));
  EXPECT_THAT(lines, HasSubstr("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;"));
  EXPECT_THAT(lines, Not(HasSubstr("twitter")));
}

TEST(Slack, TakesNoMoreThanItMay) {
  Json many;
  for (int i = 0; i < 40; ++i) many["field_" + std::to_string(i)] = std::string(2000, '<');
  const Json json = Json::parse(format_for_slack(message(many))->body);
  EXPECT_LE(json["blocks"][1]["text"]["text"].get<std::string>().size(), 3000u);
  EXPECT_TRUE(format_for_slack(message(Json::object())));
}

TEST(Discord, MentionsNobody) {
  const auto formatted = format_for_discord(message(lead));
  ASSERT_TRUE(formatted);
  const Json json = Json::parse(formatted->body);
  EXPECT_EQ(json["allowed_mentions"]["parse"], Json::array());
  const Json& embed = json["embeds"][0];
  EXPECT_EQ(embed["title"], "lead.created");
  EXPECT_EQ(embed["url"], "https://github.com/acme/sdk");
  EXPECT_EQ(embed["timestamp"], "2026-04-24T10:31:00.000Z");
  bool has_bio = false;
  for (const Json& field : embed["fields"]) {
    EXPECT_LE(field["value"].get<std::string>().size(), 1024u);
    if (field["name"] != "bio") continue;
    has_bio = true;
    EXPECT_THAT(field["value"].get<std::string>(), HasSubstr("\\@everyone \\*\\*x\\*\\*"));
  }
  EXPECT_TRUE(has_bio);
}

TEST(Discord, TakesNoMoreThanItMay) {
  Json many;
  for (int i = 0; i < 40; ++i) many["field_" + std::to_string(i)] = std::string(2000, 'x');
  const Json embed = Json::parse(format_for_discord(message(many))->body)["embeds"][0];
  std::size_t total = 0;
  for (const Json& field : embed["fields"])
    total += field["name"].get<std::string>().size() + field["value"].get<std::string>().size();
  EXPECT_LE(total, 6000u);
  EXPECT_LE(embed["fields"].size(), 25u);
}

TEST(Hubspot, GetsAContactByItsEmail) {
  const auto formatted = format_for_hubspot(message(lead), Secret("pat-1"));
  ASSERT_TRUE(formatted);
  EXPECT_THAT(formatted->headers, Contains("Authorization: Bearer pat-1"));
  const Json input = Json::parse(formatted->body)["inputs"][0];
  EXPECT_EQ(input["idProperty"], "email");
  EXPECT_EQ(input["id"], "jane@example.com");
  EXPECT_EQ(input["properties"], (Json{{"email", "jane@example.com"},
                                       {"firstname", "Jane"},
                                       {"lastname", "Q. Doe"},
                                       {"company", "Vercel"},
                                       {"city", "San Francisco, CA"},
                                       {"website", "https://github.com/jdoe"}}));
}

TEST(Hubspot, IsSparedWhatIsNoContact) {
  Json nameless = lead;
  nameless["email"] = nullptr;
  const auto skipped = format_for_hubspot(message(nameless), Secret("pat-1"));
  ASSERT_FALSE(skipped);
  EXPECT_EQ(skipped.error().kind, ErrorKind::invalid);
  EXPECT_THAT(skipped.error().message, HasSubstr("e-mail"));
  for (const char* event : {"lead.deleted", "quota.reached", "pull_request.scored"})
    EXPECT_FALSE(format_for_hubspot(message(lead, event), Secret("pat-1"))) << event;
}

TEST(Hubspot, CountsAPartAsNotTaken) {
  EXPECT_TRUE(is_taken(Kind::hubspot, 200));
  EXPECT_FALSE(is_taken(Kind::hubspot, 207));
  EXPECT_TRUE(is_taken(Kind::webhook, 207));
  EXPECT_FALSE(is_taken(Kind::webhook, 302));
}

TEST(Webhook, GetsTheBodyItself) {
  const std::string body = message(lead);
  EXPECT_EQ(format_for(Kind::webhook, body, Secret())->body, body);
}

TEST(Card, IsRefusedWhatIsNoMessage) {
  for (const char* body : {"", "[]", "{}", R"({"event":"a","timestamp":"b","data":[]})"})
    EXPECT_FALSE(make_card(body)) << body;
}

TEST(Card, IsCutBetweenCharacters) {
  EXPECT_EQ(cut_text("h\xc3\xa9llo", 2), "h\xc3\xa9…");
  EXPECT_EQ(cut_text("h\xc3\xa9", 2), "h\xc3\xa9");
}

}  // namespace
}  // namespace sextant::hooks
