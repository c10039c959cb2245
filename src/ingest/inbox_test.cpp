#include "ingest/inbox.hpp"

#include <gtest/gtest.h>

#include "ingest/inbox_job.hpp"
#include "ingest/stored_events.hpp"
#include "jobs/job_store.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::ingest {
namespace {

using testing::value_of;

// Bodies name a repository, and "private" one that is; what is no such text cannot be read.
Result<ReadDelivery> read_words(const Delivery& delivery) {
  if (delivery.kind == "weather") return ReadDelivery{};
  if (delivery.body.empty()) return fail(ErrorKind::invalid, "the body is empty");
  forge::Event event;
  event.repository = {.id = 7,
                      .full_name = delivery.body,
                      .owner = {},
                      .language = "",
                      .is_private = delivery.body.starts_with("private/")};
  event.actor = {.id = 11, .login = "Ada"};
  event.occurred_at = delivery.received_at;
  return ReadDelivery{.is_known = true, .events = {event}};
}

class Inbox : public testing::EveryDatabase {
 protected:
  bool take(const std::string& delivery, const std::string& body, HookName hook = {3, 30},
            const std::string& kind = "star") {
    return value_of(take_in(
        *database_,
        {.name = {hook, delivery}, .kind = kind, .body = body, .received_at = clock_.now()}));
  }
  // Runs the jobs that wait, as a worker does.
  void work_off() {
    jobs::JobStore queue(*database_, jobs::shared_time(*database_, system_clock()));
    while (const auto job = value_of(queue.claim({delivery_kind}, "n", std::chrono::seconds{60}))) {
      value_of(work_off_delivery(environment_, *job));
      value_of(queue.complete(*job));
    }
  }
  std::vector<std::string> seen_by(std::int64_t organization) {
    const auto reader = value_of(database_->reader());
    std::vector<std::string> names;
    value_of(each_stored_event(*reader, organization, 100, [&](const forge::Event& event) {
      names.push_back(event.repository.full_name);
      return true;
    }));
    return names;
  }
  std::string problem_of(const std::string& delivery) {
    const auto reader = value_of(database_->reader());
    return value_of(reader->row(
                        db::Query(
                            "SELECT problem FROM inbox WHERE delivery = {} AND done_at IS NOT NULL",
                            delivery),
                        [](const db::Row& row) { return std::string(row.text(0)); }))
        .value_or("(waiting)");
  }

  testing::FakeClock clock_;
  std::vector<std::vector<std::string>> arrivals_;
  std::optional<Error> subscriber_fails_;
  IngestEnvironment environment_{
      .database = *database_,
      .clock = clock_,
      .subscribers = {[this](db::Connection&, const Arrival& arrival) -> Result<Interest> {
        if (subscriber_fails_) return std::unexpected(*subscriber_fails_);
        arrivals_.emplace_back();
        for (const auto& event : arrival.events)
          arrivals_.back().push_back(event.repository.full_name);
        return Interest{};
      }},
      .read = read_words};
};

TEST_P(Inbox, WorksOffEachDeliveryOnce) {
  EXPECT_TRUE(take("d1", "acme/a"));
  EXPECT_FALSE(take("d1", "acme/other")) << "the same name, whatever the body";
  EXPECT_TRUE(take("d1", "acme/b", {3, 31})) << "another hook's names are its own";
  EXPECT_EQ(problem_of("d1"), "(waiting)");
  work_off();
  work_off();
  EXPECT_EQ(arrivals_.size(), 2u);
  EXPECT_EQ(seen_by(3), (std::vector<std::string>{"acme/b", "acme/a"}));
}

TEST_P(Inbox, TellsAnOrganizationsEventsToNobodyElse) {
  take("d1", "acme/a", {3, 30});
  take("d2", "private/b", {3, 30});
  take("d3", "acme/everybody", {});
  take("d4", "private/nobody", {});
  work_off();
  EXPECT_EQ(seen_by(4), (std::vector<std::string>{"acme/everybody"}));
  EXPECT_EQ(seen_by(3).size(), 3u);
}

TEST_P(Inbox, SaysWhyNothingCouldBeMadeOfADelivery) {
  take("empty", "");
  take("odd", "sunny", {3, 30}, "weather");
  take("good", "acme/a");
  work_off();
  EXPECT_EQ(problem_of("empty"), "the body is empty");
  EXPECT_EQ(problem_of("odd"), "a kind that nothing here reads");
  EXPECT_EQ(problem_of("good"), "");
}

TEST_P(Inbox, KeepsNothingOfWhomASubscriberRefuses) {
  environment_.subscribers.push_back(
      [](db::Connection&, const Arrival& arrival) -> Result<Interest> {
        Interest interest;
        for (std::size_t i = 0; i < arrival.events.size(); ++i) interest.refused.push_back(i);
        return interest;
      });
  take("d1", "acme/a");
  work_off();
  EXPECT_EQ(problem_of("d1"), "");
  EXPECT_TRUE(seen_by(3).empty());
  const auto reader = value_of(database_->reader());
  EXPECT_EQ(value_of(reader->row(db::Query("SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL"),
                                 [](const db::Row& row) { return row.integer(0); })),
            0)
      << "what was worked off is forgotten as received";
}

TEST_P(Inbox, KeepsADeliveryUntilWhoSubscribesHasTakenIt) {
  take("d1", "acme/a");
  subscriber_fails_ = Error{ErrorKind::unavailable, "later"};
  jobs::Job job{.organization = 3, .kind = delivery_kind, .key = "30/d1", .payload = "{}"};
  EXPECT_FALSE(work_off_delivery(environment_, job));
  EXPECT_EQ(problem_of("d1"), "(waiting)");
  EXPECT_TRUE(seen_by(3).empty()) << "nothing of it is kept by halves";
  subscriber_fails_.reset();
  value_of(work_off_delivery(environment_, job));
  EXPECT_EQ(seen_by(3).size(), 1u);
}

TEST_P(Inbox, ForgetsWhatHasHadItsTimeAndIsWorkedOff) {
  take("old", "acme/a");
  work_off();
  clock_.advance(std::chrono::hours{24});
  take("waiting", "acme/b");
  clock_.advance(events_kept);
  value_of(purge(environment_, {}));
  EXPECT_EQ(problem_of("old"), "(waiting)") << "it is gone";
  EXPECT_TRUE(seen_by(3).empty());
  work_off();
  EXPECT_EQ(seen_by(3), std::vector<std::string>{"acme/b"}) << "what waits is never forgotten";
}

TEST_P(Inbox, ForgetsWhatCouldNeverBeWorkedOffWithItsJob) {
  take("broken", "acme/a");
  jobs::JobStore queue(*database_, jobs::shared_time(*database_, system_clock()));
  const auto job = value_of(queue.claim({delivery_kind}, "n", std::chrono::seconds{60}));
  ASSERT_TRUE(job && value_of(queue.fail(*job, "no")));
  const auto rows = [&](const char* table) {
    const auto reader = value_of(database_->reader());
    return value_of(reader->row(db::Query(std::string("SELECT COUNT(*) FROM ") + table),
                                [](const db::Row& row) { return row.integer(0); }))
        .value();
  };
  value_of(purge(environment_, {}));
  EXPECT_EQ(rows("inbox"), 1) << "for some time somebody may ask for it again";
  clock_.advance(events_kept + std::chrono::hours{1});
  value_of(purge(environment_, {}));
  EXPECT_EQ(rows("inbox") + rows("jobs"), 0);
}

TEST_P(Inbox, ErasesAPersonsEventsByNumberOrLogin) {
  take("d1", "acme/a", {3, 30});
  take("d2", "acme/b", {4, 40});
  work_off();
  const auto erase = [&](std::int64_t organization, std::int64_t actor, std::string_view login) {
    std::int64_t erased = 0;
    value_of(database_->write([&](db::Connection& db) -> Result<void> {
      erased = TRY(erase_events(db, organization, actor, login));
      return {};
    }));
    return erased;
  };
  EXPECT_EQ(erase(3, 0, "bob"), 0);
  EXPECT_EQ(erase(3, 0, "ADA"), 1);
  EXPECT_EQ(seen_by(4).size(), 1u) << "another organisation's stay";
  EXPECT_EQ(erase(4, 11, "renamed"), 1);
}

SEXTANT_ON_EVERY_DATABASE(Inbox);

}  // namespace
}  // namespace sextant::ingest
