#include "leads/capture.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "leads/enrichment.hpp"
#include "testing/leads_fixture.hpp"

namespace sextant::leads {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::value_of;

class CaptureOfLeads : public testing::LeadsFixture {
 protected:
  void given_profile(const std::string& login, const Profile& profile) {
    write([&](db::Connection& db) {
      return save_profile(db, number_of(login), profile, clock.now());
    });
  }
};

SEXTANT_ON_EVERY_DATABASE(CaptureOfLeads);

TEST_P(CaptureOfLeads, TakesStarsAndForksOfTrackedRepositoriesOnly) {
  track("Rival/SDK");
  EXPECT_EQ(capture(star("ada")).created, 1);
  EXPECT_EQ(capture(event(forge::EventKind::fork, "ada")).created, 1);
  EXPECT_EQ(capture(star("ada", "other/thing")).created, 0);
  const auto leads = shown_leads();
  ASSERT_EQ(leads.size(), 2u);
  EXPECT_EQ(leads[0]["signal_type"], "fork");
  EXPECT_EQ(leads[1]["signal_type"], "stargazer");
  EXPECT_EQ(leads[1]["signal_source"], "rival/sdk");
  EXPECT_EQ(leads[1]["signal_url"], "https://github.com/rival/sdk");
}

TEST_P(CaptureOfLeads, MakesOneLeadOfOneActSeenByTwoPaths) {
  track("rival/sdk");
  listen();
  EXPECT_EQ(capture(star("ada")).created, 1);
  EXPECT_EQ(
      capture(star("ada"), {.path = CapturePath::archive, .is_backfill = true, .visible_to = {}})
          .unchanged,
      1);
  EXPECT_EQ(shown_leads().size(), 1u);
  EXPECT_THAT(announced_events(), ElementsAre("lead.created"));
}

TEST_P(CaptureOfLeads, MakesOneLeadOfTheSameActTwiceInOneBatch) {
  track("rival/sdk");
  const auto counts = capture({star("ada"), star("bob"), star("ada")});
  EXPECT_EQ(counts.created, 2);
  EXPECT_EQ(counts.unchanged, 1);
}

TEST_P(CaptureOfLeads, KnowsARepositoryByItsNumberAfterItWasRenamed) {
  track("rival/sdk");
  capture(star("ada"));
  forge::Event renamed = star("bob", "rival/new-name");
  renamed.repository.id = number_of("rival/sdk");
  EXPECT_EQ(capture(renamed).created, 1);
  forge::Event again = star("ada", "rival/new-name");
  again.repository.id = number_of("rival/sdk");
  EXPECT_EQ(capture(again).unchanged, 1);
}

TEST_P(CaptureOfLeads, TakesNothingWhileATrackerIsPausedOrGone) {
  const auto id = track("rival/sdk");
  write([&](db::Connection& db) -> Result<void> {
    TRY(Trackers(db, organization).pause_repository(id, true));
    return {};
  });
  EXPECT_EQ(capture(star("ada")).created, 0);
  write([&](db::Connection& db) -> Result<void> {
    TRY(Trackers(db, organization).pause_repository(id, false));
    return {};
  });
  EXPECT_EQ(capture(star("ada")).created, 1);
  write([&](db::Connection& db) -> Result<void> {
    TRY(Trackers(db, organization).remove_repository(id));
    return {};
  });
  EXPECT_EQ(capture(star("bob")).created, 0);
}

TEST_P(CaptureOfLeads, MakesNoLeadOfBots) {
  track("rival/sdk");
  forge::Event robot = star("dependabot[bot]");
  robot.actor.is_bot = true;
  EXPECT_EQ(capture(robot).refused, 1);
  EXPECT_THAT(logins(), IsEmpty());
}

TEST_P(CaptureOfLeads, KeepsAPrivateEventWithItsOrganization) {
  const auto other = make_organization("other");
  track("rival/sdk");
  track(other, "rival/sdk");
  capture(star("ada"),
          {.path = CapturePath::webhook, .is_backfill = false, .visible_to = organization});
  EXPECT_EQ(shown_leads().size(), 1u);
  EXPECT_EQ(leads_of(other).size(), 0u);
  forge::Event hidden = star("bob");
  hidden.repository.is_private = true;
  EXPECT_EQ(capture(hidden).created, 0);
}

TEST_P(CaptureOfLeads, MakesOneLeadOfAnActThatTwoKeywordsMatch) {
  watch_for("stargazer tracker");
  listen();
  const auto written = issue("ada", 5, "I am looking for a stargazer tracker with a rest api");
  capture(written);
  const auto first = shown_leads()[0];
  EXPECT_EQ(first["signal_type"], "keyword_issue");
  EXPECT_EQ(first["keyword"], "stargazer tracker");
  EXPECT_NE(first["snippet"].get<std::string>().find("stargazer tracker"), std::string::npos);
  watch_for("rest api");
  EXPECT_EQ(capture(written).updated, 1);
  EXPECT_EQ(capture(written).unchanged, 1);
  const auto leads = shown_leads();
  ASSERT_EQ(leads.size(), 1u);
  EXPECT_EQ(leads[0]["keyword"], "stargazer tracker");
  EXPECT_EQ(leads[0]["keywords"], (nlohmann::json{"stargazer tracker", "rest api"}));
  EXPECT_EQ(leads[0]["captured_at"], first["captured_at"]);
  EXPECT_THAT(announced_events(), ElementsAre("lead.created", "lead.updated"));
}

TEST_P(CaptureOfLeads, MakesTwoLeadsOfTwoIssuesByOnePerson) {
  watch_for("tracker");
  EXPECT_EQ(capture({issue("ada", 5, "a tracker"), issue("ada", 6, "a tracker")}).created, 2);
}

TEST_P(CaptureOfLeads, AnnouncesNoBackfillUnlessSoSet) {
  track("rival/sdk");
  listen();
  const CaptureOrigin archive{.path = CapturePath::archive, .is_backfill = true, .visible_to = {}};
  capture(star("ada"), archive);
  EXPECT_THAT(announced_events(), IsEmpty());
  EXPECT_EQ(shown_leads()[0]["backfill"], true);
  EXPECT_EQ(shown_leads()[0]["captured_by"], "archive");
  settings.announce_backfill = true;
  capture(star("bob"), archive);
  EXPECT_THAT(announced_events(), ElementsAre("lead.created"));
}

TEST_P(CaptureOfLeads, RemovesALeadWhenTheStarIsTakenBackAndSoSet) {
  track("rival/sdk");
  listen();
  const auto first = star("ada");
  capture(first);
  EXPECT_EQ(capture(unstar("ada")).deleted, 0);
  settings.delete_on_unstar = true;
  clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(capture(unstar("ada")).deleted, 1);
  EXPECT_THAT(logins(), IsEmpty());
  // The old star, handed over again, does not come back; a new one does.
  EXPECT_EQ(capture(first).created, 0);
  clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(capture(star("ada")).created, 1);
  EXPECT_THAT(announced_events(), ElementsAre("lead.created", "lead.deleted", "lead.created"));
}

TEST_P(CaptureOfLeads, KeepsAPersonThroughARename) {
  track("rival/sdk");
  track("rival/cli");
  capture(star("ada"));
  clock.advance(std::chrono::hours{1});
  forge::Event renamed = star("countess", "rival/cli");
  renamed.actor.id = number_of("ada");
  capture(renamed);
  const auto leads = shown_leads();
  ASSERT_EQ(leads.size(), 2u);
  EXPECT_EQ(leads[0]["person_id"], leads[1]["person_id"]);
  EXPECT_EQ(leads[1]["github_username"], "countess");
  // An older event that is read later does not bring the old name back.
  forge::Event old = event(forge::EventKind::fork, "ada");
  old.occurred_at = clock.now() - std::chrono::days{300};
  capture(old);
  EXPECT_THAT(logins(), ElementsAre("countess", "countess", "countess"));
}

TEST_P(CaptureOfLeads, GivesEveryLeadALaterTimeThanAllBefore) {
  track("rival/sdk");
  std::vector<forge::Event> many;
  for (int i = 0; i < 20; ++i) many.push_back(star("user" + std::to_string(i)));
  capture(many);
  capture(star("late"));
  std::string last = "9999";
  for (const auto& lead : shown_leads("?limit=100")) {
    EXPECT_LT(lead["captured_at"].get<std::string>(), last);
    last = lead["captured_at"];
  }
}

TEST_P(CaptureOfLeads, LetsAPollerWithSinceMissNothing) {
  track("rival/sdk");
  constexpr int each = 20;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < each; ++i)
        value_of(database->write([&](db::Connection& db) -> Result<void> {
          const auto state = TRY(watches.at(db));
          Capture capture(db, *state.watched, settings, tombstone_key, clock.now());
          TRY(capture.add(star("w" + std::to_string(writer) + "-" + std::to_string(i)), {}, {}));
          TRY(capture.finish());
          return {};
        }));
    });
  std::set<std::string> seen;
  std::string since = "2026-01-01";
  for (int round = 0; round < 10'000 && seen.size() < 3 * each; ++round) {
    const auto page = shown_leads("?limit=100&since=" + since);
    for (const auto& lead : page) seen.insert(lead["github_username"]);
    if (!page.empty()) since = page[0]["captured_at"];
  }
  for (std::thread& writer : writers) writer.join();
  for (const auto& lead : shown_leads("?limit=100&since=" + since))
    seen.insert(lead["github_username"]);
  EXPECT_EQ(seen.size(), 3u * each);
}

TEST_P(CaptureOfLeads, TellsWhatCameToBeKnownOfAPerson) {
  track("rival/sdk");
  listen();
  capture(star("ada"));
  const Profile profile{.name = "Ada Lovelace",
                        .email = "ada@engines.example",
                        .email_source = "profile",
                        .bio = "",
                        .company = "@Engines",
                        .location = "London",
                        .followers = 1842,
                        .public_repos = 3,
                        .starred = {},
                        .account_created_at = {},
                        .top_languages = {"Rust", "C++"}};
  given_profile("ada", profile);
  given_profile("ada", profile);
  EXPECT_THAT(announced_events(), ElementsAre("lead.created", "lead.enriched"));
  EXPECT_EQ(announced()[1]["data"]["name"], "Ada Lovelace");
  EXPECT_EQ(shown_leads()[0]["top_languages"], (nlohmann::json{"Rust", "C++"}));
  // Known before the next lead is captured.
  capture(event(forge::EventKind::fork, "ada"));
  EXPECT_EQ(announced()[2]["data"]["followers"], 1842);
}

TEST_P(CaptureOfLeads, SeesABurstOnARepository) {
  track("rival/sdk");
  forge::Event early = star("early");
  early.occurred_at = clock.now() - std::chrono::days{3};
  capture(early);
  std::vector<forge::Event> many;
  for (int i = 0; i < 12; ++i) many.push_back(star("user" + std::to_string(i)));
  capture(many);
  const auto leads = shown_leads("?limit=100");
  for (const auto& lead : leads) {
    const bool is_early = lead["github_username"] == "early";
    EXPECT_EQ(lead["authenticity"].is_null(), is_early) << lead;
    EXPECT_EQ(lead["authenticity_reasons"].size(), is_early ? 0u : 1u) << lead;
  }
}

TEST_P(CaptureOfLeads, SeesAccountsInLockstep) {
  for (const char* repository : {"a/one", "a/two", "a/three"}) {
    track(repository);
    capture({star("eve", repository), star("mallory", repository)});
    clock.advance(std::chrono::hours{2});
  }
  capture(star("honest", "a/one"));
  for (const auto& lead : shown_leads())
    EXPECT_EQ(lead["authenticity"].is_null(), lead["github_username"] == "honest") << lead;
}

}  // namespace
}  // namespace sextant::leads
