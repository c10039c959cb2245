#include <gmock/gmock.h>

#include "leads/enrichment.hpp"
#include "leads/quota.hpp"
#include "testing/leads_fixture.hpp"

namespace sextant::leads {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::value_of;

class Rights : public testing::LeadsFixture {
 protected:
  std::string suppress(const std::string& kind, const std::string& value) {
    return nlohmann::json::parse(
        text(value_of(call(add_suppressed, {.target = "/v1/suppressions",
                                            .body = R"({"kind": ")" + kind + R"(", "value": ")" +
                                                    value + "\"}"}))))["id"];
  }
  nlohmann::json erase_login(const std::string& login, http::Pairs headers = {}) {
    return json(erase, {.target = "/v1/erase",
                        .body = R"({"login": ")" + login + "\"}",
                        .headers = std::move(headers)});
  }
  void given_profile(const std::string& login, const std::string& email,
                     const std::string& company) {
    Profile profile;
    profile.email = email;
    profile.company = company;
    write([&](db::Connection& db) {
      return save_profile(db, number_of(login), profile, clock.now());
    });
  }
  std::int64_t count(const std::string& table) {
    return *value_of(value_of(database->reader())
                         ->row(db::Query("SELECT COUNT(*) FROM " + table),
                               [](const db::Row& row) { return row.integer(0); }));
  }
};

SEXTANT_ON_EVERY_DATABASE(Rights);

TEST_P(Rights, SuppressedPeopleAreNotCaptured) {
  track("rival/sdk");
  suppress("login", "@Ada");
  EXPECT_EQ(capture(star("ada")).refused, 1);
  EXPECT_EQ(count("people"), 0);
}

TEST_P(Rights, SuppressionHidesWhatWasCapturedBeforeAndWhileItHolds) {
  track("rival/sdk");
  listen();
  capture({star("ada"), star("bob"), star("carol"), star("dave"), star("eve")});
  given_profile("bob", "bob@mail.stone.example", "");
  given_profile("carol", "carol@gmail.com", "");
  given_profile("dave", "", "@Engines");
  const std::string person = shown_leads("?q=ada")[0]["person_id"];
  const auto login = suppress("login", "ADA");
  suppress("domain", "stone.example");
  suppress("email", "Carol@gmail.com");
  suppress("org", "engines");
  EXPECT_THAT(logins(), ElementsAre("eve"));
  const auto csv = text(value_of(call(list_leads, {.headers = {{"accept", "text/csv"}}})));
  EXPECT_EQ(csv.find("ada"), std::string::npos);
  EXPECT_FALSE(call(show_person, {.id = person}));
  EXPECT_TRUE(json(Handler(list_companies), {})["data"].empty());
  for (const auto& body : announced()) EXPECT_EQ(body["data"]["github_username"], "eve");
  EXPECT_EQ(capture(event(forge::EventKind::fork, "ada")).refused, 1);
  value_of(call(remove_suppressed, {.id = login}));
  EXPECT_THAT(logins(), ElementsAre("eve", "ada"));
  EXPECT_EQ(json(list_suppressed, {})["data"].size(), 3u);
}

TEST_P(Rights, AProfileThatShowsASuppressedCompanyHidesThePerson) {
  track("rival/sdk");
  listen();
  suppress("org", "Engines");
  capture(star("ada"));
  EXPECT_THAT(logins(), ElementsAre("ada"));
  given_profile("ada", "", "@engines");
  EXPECT_THAT(logins(), IsEmpty());
  EXPECT_THAT(announced_events(), IsEmpty());
}

TEST_P(Rights, RefusesASuppressionThatIsNone) {
  for (const char* wrong :
       {R"({"kind": "phone", "value": "1"})", R"({"kind": "login", "value": ""})",
        R"({"kind": "login", "value": "a b"})", R"({"kind": "email", "value": "ada"})",
        R"({"kind": "domain", "value": "com"})", R"({"kind": "login"})"})
    EXPECT_EQ(call(add_suppressed, {.body = wrong}).error().kind, ErrorKind::invalid) << wrong;
  suppress("login", "ada");
  EXPECT_EQ(call(add_suppressed, {.body = R"({"kind": "login", "value": "ADA"})"}).error().kind,
            ErrorKind::conflict);
}

TEST_P(Rights, ErasureReachesEverythingAndKeepsThePersonAway) {
  track("rival/sdk");
  watch_for("tracker");
  listen();
  stored_events = {star("ada"), star("bob")};
  capture({star("ada"), issue("ada", 4, "a tracker"), star("bob")});
  given_profile("ada", "ada@engines.example", "@Engines");
  value_of(call(preview_keyword, {.body = R"({"keyword": "tracker"})"}));
  value_of(call(add_suppressed, {.body = R"({"kind": "email", "value": "ada@engines.example"})",
                                 .headers = {{"idempotency-key", "k"}}}));
  EXPECT_EQ(count("idempotent_answers"), 1);

  const auto erased = erase_login("Ada");
  EXPECT_EQ(erased["people"], 1);
  EXPECT_EQ(erased["leads"], 2);
  EXPECT_EQ(erased["profiles"], 1);
  EXPECT_EQ(erased["answers"], 1);
  EXPECT_EQ(erased["events"], 1);
  EXPECT_THAT(logins(), ElementsAre("bob"));
  EXPECT_EQ(count("people"), 1);
  EXPECT_EQ(count("lead_profiles"), 0);
  for (const auto& body : announced()) EXPECT_EQ(body["data"]["github_username"], "bob");

  EXPECT_EQ(capture(event(forge::EventKind::fork, "ada")).refused, 1);
  forge::Event renamed = star("countess");
  renamed.actor.id = number_of("ada");
  EXPECT_EQ(capture(renamed).refused, 1);
  EXPECT_EQ(count("people"), 1);
}

TEST_P(Rights, ErasingKeepsWhatAnotherOrganizationHas) {
  const auto other = make_organization("other");
  track("rival/sdk");
  track(other, "rival/sdk");
  capture(star("ada"));
  given_profile("ada", "ada@engines.example", "");
  EXPECT_EQ(erase_login("ada")["profiles"], 0);
  EXPECT_EQ(leads_of(other)[0]["email"], "ada@engines.example");
  EXPECT_EQ(capture(event(forge::EventKind::fork, "ada")).created, 1);
  EXPECT_EQ(leads_of(other).size(), 2u);
}

TEST_P(Rights, ALoginThatWasNeverSeenIsKeptAwayToo) {
  track("rival/sdk");
  EXPECT_EQ(erase_login("ada")["people"], 0);
  EXPECT_EQ(capture(star("ada")).refused, 1);
}

TEST_P(Rights, KeepsLeadsForAsLongAsWasSet) {
  track("rival/sdk");
  capture(star("ada"));
  clock.advance(std::chrono::days{20});
  capture(star("bob"));
  clock.advance(std::chrono::days{11});
  const auto purge_all = [&] {
    write([&](db::Connection& db) -> Result<void> {
      while (TRY(purge(db, organization, clock.now())) > 0) continue;
      return {};
    });
  };
  purge_all();
  EXPECT_EQ(count("leads"), 2);
  write([&](db::Connection& db) { return set_retention(db, organization, 30); });
  purge_all();
  EXPECT_THAT(logins(), ElementsAre("bob"));
  EXPECT_EQ(count("people"), 1);
  // Setting it disturbs no times.
  capture(star("carol"));
  EXPECT_THAT(logins(), ElementsAre("carol", "bob"));
}

class Quotas : public testing::LeadsFixture {
 protected:
  Quotas() {
    set_plan(organization, "free");
    track("rival/sdk");
  }
  void capture_people(const std::string& prefix, int number) {
    std::vector<forge::Event> events;
    for (int i = 0; i < number; ++i) events.push_back(star(prefix + std::to_string(i)));
    capture(events);
  }
  nlohmann::json usage() { return json(show_usage, {.target = "/v1/usage"}); }
  int release() {
    int released = 0;
    write([&](db::Connection& db) -> Result<void> {
      released = TRY(release_over_quota(db, organization, {}, clock.now()));
      return {};
    });
    return released;
  }
};

SEXTANT_ON_EVERY_DATABASE(Quotas);

TEST_P(Quotas, HideWhatComesAfterThemAndSaySoOnce) {
  listen();
  capture_people("a", 49);
  EXPECT_THAT(announced_events(), ::testing::Not(Contains("quota.reached")));
  capture_people("b", 10);
  capture_people("c", 1);
  EXPECT_EQ(
      usage(),
      (nlohmann::json{{"period", "2026-05"}, {"captured", 50}, {"limit", 50}, {"over_quota", 10}}));
  EXPECT_EQ(shown_leads("?limit=100").size(), 50u);
  const auto events = announced_events();
  EXPECT_EQ(std::ranges::count(events, "quota.reached"), 1);
  EXPECT_EQ(std::ranges::count(events, "lead.created"), 50);
}

TEST_P(Quotas, BeginAnewWithTheMonth) {
  capture_people("a", 60);
  clock.advance(std::chrono::days{12});
  EXPECT_EQ(usage()["period"], "2026-06");
  EXPECT_EQ(usage()["captured"], 0);
  capture_people("b", 5);
  EXPECT_EQ(shown_leads("?limit=100").size(), 55u);
  EXPECT_EQ(usage()["over_quota"], 10);
  EXPECT_EQ(release(), 10);
  EXPECT_EQ(usage()["captured"], 15);
  EXPECT_EQ(usage()["over_quota"], 0);
}

TEST_P(Quotas, ShowWhatWasKeptWhenThePlanRisesWithLaterTimes) {
  listen();
  capture_people("a", 53);
  const std::string newest = shown_leads()[0]["captured_at"];
  EXPECT_EQ(release(), 0);
  set_plan(organization, "agency");
  EXPECT_EQ(release(), 3);
  EXPECT_EQ(release(), 0);
  EXPECT_THAT(logins("?since=" + newest), ElementsAre("a52", "a51", "a50"));
  EXPECT_EQ(usage()["limit"], nullptr);
  EXPECT_EQ(std::ranges::count(announced_events(), "lead.created"), 53);
}

}  // namespace
}  // namespace sextant::leads
