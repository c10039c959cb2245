#include <gmock/gmock.h>

#include "leads/enrichment.hpp"
#include "testing/leads_fixture.hpp"

namespace sextant::leads {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::value_of;

class LeadsApi : public testing::LeadsFixture {
 protected:
  std::string refusal(const std::string& query) {
    return error(list_leads, {.target = "/v1/leads" + query});
  }
  void given_profile(const std::string& login, const Profile& profile) {
    write([&](db::Connection& db) {
      return save_profile(db, number_of(login), profile, clock.now());
    });
  }
};

SEXTANT_ON_EVERY_DATABASE(LeadsApi);

TEST_P(LeadsApi, ShowsTheDocumentedFieldsFirstAndInTheirOrder) {
  track("rival/sdk");
  capture(star("jdoe"));
  const std::string body = text(value_of(call(list_leads, {})));
  const auto lead = nlohmann::json::parse(body)["data"][0];
  EXPECT_EQ(body.substr(0, body.find("\"captured_at\"")),
            "{\"data\":[{\"id\":" + lead["id"].dump() +
                ",\"signal_type\":\"stargazer\",\"signal_source\":\"rival/sdk\","
                "\"github_username\":\"jdoe\",\"name\":null,\"email\":null,\"bio\":null,"
                "\"company\":null,\"location\":null,\"followers\":null,\"top_languages\":[],");
  EXPECT_THAT(lead["id"].get<std::string>(), ::testing::StartsWith("lead_"));
  EXPECT_EQ(lead["captured_at"], "2026-05-20T10:00:30.001Z");
  EXPECT_EQ(lead["occurred_at"], "2026-05-20T10:00:29.000Z");
  EXPECT_EQ(lead["github_profile_url"], "https://github.com/jdoe");
  EXPECT_THAT(body, ::testing::EndsWith("],\"next_cursor\":null,\"has_more\":false}"));
  EXPECT_EQ(json(show_lead, {.target = "/v1/leads/x", .id = lead["id"]}), lead);
}

TEST_P(LeadsApi, PagesNewestFirstWithoutRepeats) {
  track("rival/sdk");
  for (const char* login : {"a", "b", "c", "d", "e"}) capture(star(login));
  std::vector<std::string> seen;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = json(list_leads, {.target = "/v1/leads?limit=2" + cursor});
    for (const auto& lead : page["data"]) seen.push_back(lead["github_username"]);
    capture(star("later" + std::to_string(seen.size())));
    more = page["has_more"];
    EXPECT_EQ(more, !page["next_cursor"].is_null());
    if (more) {
      EXPECT_THAT(page["next_cursor"].get<std::string>(), ::testing::StartsWith("cursor_"));
      cursor = "&cursor=" + page["next_cursor"].get<std::string>();
    }
  }
  EXPECT_THAT(seen, ElementsAre("e", "d", "c", "b", "a"));
}

TEST_P(LeadsApi, FiltersAsAsked) {
  track("rival/sdk");
  track("Rival/CLI");
  watch_for("tracker");
  capture(star("ada"));
  const std::string between = shown_leads()[0]["captured_at"];
  capture(star("bob", "rival/cli"));
  capture(issue("carol", 3, "a tracker for 100% of_us"));
  given_profile("bob", {.name = "Bob Stone",
                        .email = "bob@stone.example",
                        .email_source = "profile",
                        .bio = {},
                        .company = {},
                        .location = {},
                        .followers = 20,
                        .public_repos = {},
                        .starred = {},
                        .account_created_at = {},
                        .top_languages = {"Rust", "Go"}});
  EXPECT_THAT(logins("?signal_type=keyword_issue"), ElementsAre("carol"));
  EXPECT_THAT(logins("?signal_type=keyword_code"), IsEmpty());
  EXPECT_THAT(logins("?repo=RIVAL/cli"), ElementsAre("bob"));
  EXPECT_THAT(logins("?since=" + between), ElementsAre("carol", "bob"));
  EXPECT_THAT(logins("?until=" + between), ElementsAre("ada"));
  EXPECT_THAT(logins("?q=stone"), ElementsAre("bob"));
  EXPECT_THAT(logins("?q=TRACKER"), ElementsAre("carol"));
  EXPECT_THAT(logins("?q=100%25"), ElementsAre("carol"));
  EXPECT_THAT(logins("?q=f_u"), ElementsAre("carol"));
  EXPECT_THAT(logins("?q=o_u"), IsEmpty());
  EXPECT_THAT(logins("?min_followers=20"), ElementsAre("bob"));
  EXPECT_THAT(logins("?min_followers=21"), IsEmpty());
  EXPECT_THAT(logins("?language=rust"), ElementsAre("bob"));
  EXPECT_THAT(logins("?language=rus"), IsEmpty());
  EXPECT_THAT(logins("?has_email=true"), ElementsAre("bob"));
  EXPECT_THAT(logins("?has_email=false"), ElementsAre("carol", "ada"));
}

TEST_P(LeadsApi, NamesTheParameterThatIsWrong) {
  for (const char* wrong : {"limit=0", "limit=-1", "limit=ten", "since=yesterday", "until=x",
                            "signal_type=star", "cursor=cursor_abc", "cursor=",
                            "min_followers=many", "min_followers=1.9", "has_email=yes"}) {
    const std::string name = std::string(wrong).substr(0, std::string(wrong).find('='));
    EXPECT_THAT(refusal(std::string("?") + wrong), HasSubstr(name)) << wrong;
  }
}

TEST_P(LeadsApi, ClampsALargeLimit) {
  track("rival/sdk");
  std::vector<forge::Event> many;
  for (int i = 0; i < 101; ++i) many.push_back(star("user" + std::to_string(i)));
  capture(many);
  EXPECT_EQ(shown_leads().size(), 20u);
  EXPECT_EQ(shown_leads("?limit=99999999999999999999").size(), 100u);
}

TEST_P(LeadsApi, RefusesACursorOfOtherFiltersOrAnotherOrganization) {
  track("rival/sdk");
  capture({star("a"), star("b")});
  const auto page = json(list_leads, {.target = "/v1/leads?limit=1"});
  const std::string cursor = page["next_cursor"];
  EXPECT_THAT(logins("?cursor=" + cursor), ElementsAre("a"));
  EXPECT_NE(refusal("?repo=rival/sdk&cursor=" + cursor), "no error");
  EXPECT_NE(refusal("?cursor=" + cursor.substr(7)), "no error");
  EXPECT_NE(error(list_leads,
                  {.target = "/v1/leads?cursor=" + cursor, .whose = make_organization("other")}),
            "no error");
}

TEST_P(LeadsApi, WritesAllOfItAsCsvOrJsonLinesByAccept) {
  track("rival/sdk");
  capture({star("ada"), star("bob")});
  given_profile("ada", {.name = "=cmd()",
                        .email = {},
                        .email_source = {},
                        .bio = {},
                        .company = "Engines, Ltd",
                        .location = {},
                        .followers = {},
                        .public_repos = {},
                        .starred = {},
                        .account_created_at = {},
                        .top_languages = {"Rust", "Go"}});
  const auto csv = value_of(call(list_leads, {.headers = {{"accept", "text/csv"}}}));
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  const std::string rows = text(csv);
  EXPECT_THAT(rows, ::testing::StartsWith(
                        "id,signal_type,signal_source,github_username,name,email,bio,company,"
                        "location,followers,top_languages,captured_at,"));
  EXPECT_THAT(rows, HasSubstr(",rival/sdk,ada,'=cmd(),,,\"Engines, Ltd\",,,Rust; Go,2026-"));
  EXPECT_EQ(std::ranges::count(rows, '\n'), 3);
  const auto lines = value_of(call(
      list_leads, {.target = "/v1/leads?q=bob", .headers = {{"accept", "application/x-ndjson"}}}));
  EXPECT_EQ(lines.content_type, "application/x-ndjson");
  EXPECT_EQ(nlohmann::json::parse(text(lines)), shown_leads("?q=bob")[0]);
}

TEST_P(LeadsApi, ScoresTheFitByTheOrganizationsRules) {
  track("rival/sdk");
  capture({star("ada"), star("bob")});
  EXPECT_TRUE(shown_leads()[0]["fit_score"].is_null());
  const auto rule = [&](const char* body) {
    return value_of(call(add_rule, {.target = "/v1/fit-rules", .body = body}));
  };
  rule(R"({"field": "language", "operator": "is", "value": "rust", "points": 60})");
  rule(R"({"field": "followers", "operator": "at_least", "value": "100", "points": 30})");
  rule(R"({"field": "location", "operator": "contains", "value": "mars", "points": -20})");
  given_profile("ada", {.name = {},
                        .email = {},
                        .email_source = {},
                        .bio = {},
                        .company = {},
                        .location = "Mars, second crater",
                        .followers = 150,
                        .public_repos = {},
                        .starred = {},
                        .account_created_at = {},
                        .top_languages = {"Rust"}});
  EXPECT_EQ(shown_leads("?q=ada")[0]["fit_score"], 70);
  EXPECT_EQ(shown_leads("?q=bob")[0]["fit_score"], 0);
  const auto rules = json(list_rules, {.target = "/v1/fit-rules"})["data"];
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0]["operator"], "is");
  value_of(call(remove_rule, {.target = "/v1/fit-rules/x", .id = rules[2]["id"]}));
  EXPECT_EQ(shown_leads("?q=ada")[0]["fit_score"], 90);
  for (const char* wrong :
       {R"({"field": "age", "operator": "is", "value": "x", "points": 1})",
        R"({"field": "followers", "operator": "is", "value": "1", "points": 1})",
        R"({"field": "followers", "operator": "at_most", "value": "x", "points": 1})",
        R"({"field": "company", "operator": "is", "value": "", "points": 1})",
        R"({"field": "company", "operator": "is", "value": "x", "points": 101})"})
    EXPECT_FALSE(call(add_rule, {.target = "/v1/fit-rules", .body = wrong})) << wrong;
}

TEST_P(LeadsApi, ShowsAPersonAndRollsPeopleUpByCompany) {
  track("rival/sdk");
  capture({star("ada"), star("bob"), star("carol"), event(forge::EventKind::fork, "ada")});
  const auto works_at = [](const std::string& company, const std::string& email) {
    Profile profile;
    profile.company = company;
    profile.email = email;
    return profile;
  };
  given_profile("ada", works_at("@Engines", ""));
  given_profile("bob", works_at("engines ", ""));
  given_profile("carol", works_at("", "carol@stone.example"));
  const auto companies = json(list_companies, {.target = "/v1/companies"})["data"];
  ASSERT_EQ(companies.size(), 2u);
  EXPECT_EQ(companies[0]["key"], "engines");
  EXPECT_EQ(companies[0]["people"], 2);
  EXPECT_EQ(companies[0]["leads"], 3);
  EXPECT_EQ(companies[0]["heat"], 12);
  EXPECT_EQ(companies[1]["key"], "stone.example");
  const auto page = json(list_companies, {.target = "/v1/companies?limit=1"});
  EXPECT_EQ(page["has_more"], true);

  const auto person =
      json(show_person, {.target = "/v1/people/x", .id = shown_leads("?q=ada")[0]["person_id"]});
  EXPECT_EQ(person["github_username"], "ada");
  EXPECT_EQ(person["company"], "@Engines");
  EXPECT_EQ(person["timeline"].size(), 2u);
}

TEST_P(LeadsApi, AnswersAllIdsOfAnotherOrganizationAsIfTheyWereNone) {
  const auto repository = public_id(repository_prefix, track("rival/sdk"));
  const auto keyword = public_id(keyword_prefix, watch_for("tracker"));
  capture(star("ada"));
  listen();
  const auto lead = shown_leads()[0];
  const auto made = [&](Handler handler, const char* body) {
    return nlohmann::json::parse(text(value_of(call(handler, {.body = body}))))["id"]
        .get<std::string>();
  };
  const auto suppression = made(add_suppressed, R"({"kind": "login", "value": "zed"})");
  const auto rule =
      made(add_rule, R"({"field": "company", "operator": "is", "value": "x", "points": 1})");
  const auto webhook =
      json(list_webhooks, {.target = "/v1/webhooks"})["data"][0]["id"].get<std::string>();
  struct Probe {
    Handler handler;
    std::string id;
    std::string body;
  };
  const Probe probes[] = {{show_lead, lead["id"], ""},
                          {show_person, lead["person_id"], ""},
                          {change_tracked_repository, repository, R"({"paused": true})"},
                          {remove_tracked_repository, repository, ""},
                          {change_tracked_keyword, keyword, R"({"paused": true})"},
                          {remove_tracked_keyword, keyword, ""},
                          {remove_suppressed, suppression, ""},
                          {remove_rule, rule, ""},
                          {show_webhook, webhook, ""},
                          {change_webhook, webhook, R"({"enabled": false})"},
                          {rotate_webhook_secret, webhook, ""},
                          {test_webhook, webhook, ""},
                          {replay_webhook, webhook, R"({"since": "2026-01-01"})"},
                          {list_webhook_deliveries, webhook, ""},
                          {remove_webhook, webhook, ""}};
  const auto other = make_organization("other");
  for (const Probe& probe : probes) {
    const auto theirs = call(probe.handler, {.id = probe.id, .body = probe.body, .whose = other});
    ASSERT_FALSE(theirs) << probe.id;
    EXPECT_EQ(theirs.error().kind, ErrorKind::not_found) << probe.id;
    const std::string nobodys = probe.id.substr(0, probe.id.find('_') + 1) + "1";
    for (const std::string& none : {nobodys, std::string("nonsense"), probe.id + "0000"}) {
      const auto unknown = call(probe.handler, {.id = none, .body = probe.body});
      ASSERT_FALSE(unknown) << none;
      EXPECT_EQ(unknown.error().message, theirs.error().message) << none;
    }
  }
  // Nothing happened to them.
  EXPECT_EQ(json(list_tracked_repositories, {})["data"][0]["paused"], false);
  EXPECT_EQ(json(list_webhooks, {})["data"].size(), 1u);
  for (const Handler list : {list_leads, list_tracked_repositories, list_tracked_keywords,
                             list_suppressed, list_rules, list_webhooks, show_coverage})
    EXPECT_EQ(json(list, {.whose = other})["data"].size(), 0u);
  EXPECT_EQ(json(Handler(list_companies), {.whose = other})["data"].size(), 0u);
}

}  // namespace
}  // namespace sextant::leads
