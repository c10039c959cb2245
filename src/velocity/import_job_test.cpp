#include "velocity/import_job.hpp"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/organizations.hpp"
#include "jobs/job_store.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"
#include "testing/git_repositories.hpp"

namespace sextant::velocity {
namespace {

using testing::value_of;
using namespace std::chrono_literals;

// Scores as the static scorer does, and has a job stopped at its so-manieth change.
class StoppingScorer : public scoring::Scorer {
 public:
  StoppingScorer(std::stop_source& stop, int stop_at) : stop_(stop), stop_at_(stop_at) {}
  std::string id() const override { return scorer_->id(); }
  Result<scoring::Score> score(const scoring::ChangeInputs& change) const override {
    if (++scored_ == stop_at_) stop_.request_stop();
    return scorer_->score(change);
  }

 private:
  const std::unique_ptr<scoring::Scorer> scorer_ = scoring::make_static_scorer({});
  std::stop_source& stop_;
  const int stop_at_;
  mutable std::atomic<int> scored_ = 0;
};

class ImportJob : public testing::EveryDatabase {
 protected:
  ImportJob() { organization = make_organization("acme"); }

  std::int64_t make_organization(const std::string& slug) {
    std::int64_t id = 0;
    value_of(database_->write([&](db::Connection& db) -> Result<void> {
      id = TRY(access::create_organization(db, slug, slug, std::nullopt, clock.now())).id;
      return {};
    }));
    return id;
  }
  void squash(std::int64_t number) {
    repository.squash_pull_request(
        number,
        {.message = "Change " + std::to_string(number),
         .files = {{"file" + std::to_string(number) + ".py", "def run():\n    return 1\n"}}});
  }

  ImportRequest request() const {
    return {
        .location = repository.path(), .repository_name = "acme/api", .branch = "", .since = {}};
  }
  std::optional<jobs::Job> claim() {
    return value_of(store.claim({import_kind, refresh_kind}, "node", 15s));
  }
  Result<void> run(const jobs::Job& job, const scoring::Scorer& scorer,
                   const std::stop_token& stop) {
    return run_import_job(job, stop,
                          {.database = *database_,
                           .scorer = scorer,
                           .clock = clock,
                           .settings = {},
                           .open = [this](const std::string& location) {
                             return git::Repository::open(location,
                                                          database_.directory() / "scratch");
                           }});
  }
  Result<void> run(const jobs::Job& job) {
    return run(job, *scoring::make_static_scorer({}), stop.get_token());
  }
  // Asks for it, takes the job, and does it.
  Result<void> import(const ImportRequest& request) {
    TRY(store.add(import_job(organization, request)));
    const auto job = *claim();
    TRY(run(job));
    EXPECT_TRUE(value_of(store.complete(job)));
    return {};
  }

  std::int64_t ask(const std::string& query) {
    const auto reader = value_of(database_->reader());
    return *value_of(
        reader->row(db::Query(query), [](const db::Row& row) { return row.integer(0); }));
  }
  std::int64_t stored() { return ask("SELECT COUNT(*) FROM pull_requests"); }
  std::vector<TrackedRepository> tracked() {
    return value_of(RepositoryStore(*value_of(database_->reader())).list(organization));
  }
  void track(const std::string& name, const std::string& location, std::int64_t whose) {
    value_of(database_->write([&](db::Connection& db) -> Result<void> {
      TrackedRepository repository;
      repository.name = name;
      repository.location = location;
      repository.branch = "stable";
      repository.imported_since = from_unix_ms(5);
      TRY(RepositoryStore(db).save(whose, repository, clock.now()));
      return {};
    }));
  }

  testing::FakeClock clock;
  testing::GitRepository repository;
  std::int64_t organization = 0;
  std::stop_source stop;
  jobs::JobStore store{*database_, [this]() -> Result<Instant> { return clock.now(); }};
};

SEXTANT_ON_EVERY_DATABASE(ImportJob);

TEST_P(ImportJob, ImportsWhatWasAskedForAsItWasAskedFor) {
  squash(1);
  repository.git({"checkout", "--quiet", "-b", "stable"});
  squash(2);
  const Instant since = repository.time();
  squash(3);
  repository.git({"checkout", "--quiet", "main"});
  squash(4);
  auto asked = request();
  asked.branch = "stable";
  asked.since = since;
  asked.score = false;
  value_of(import(asked));
  ASSERT_EQ(tracked().size(), 1u);
  EXPECT_EQ(tracked()[0].name, "acme/api");
  EXPECT_EQ(tracked()[0].location, repository.path());
  EXPECT_EQ(tracked()[0].branch, "stable");
  EXPECT_EQ(tracked()[0].imported_since, since);
  EXPECT_EQ(ask("SELECT COUNT(*) FROM pull_requests WHERE number IN (2, 3)"), 2);
  EXPECT_EQ(stored(), 2);
  EXPECT_EQ(ask("SELECT COUNT(score) FROM pull_requests"), 0);
}

TEST_P(ImportJob, StoppedInTheMiddleAndRunAgainEndsWithTheSameSet) {
  constexpr int pull_requests = 150;
  for (int number = 1; number <= pull_requests; ++number) squash(number);
  value_of(store.add(import_job(organization, request())));
  const auto job = *claim();
  EXPECT_FALSE(run(job, StoppingScorer(stop, 140), stop.get_token()));
  EXPECT_LT(stored(), pull_requests);
  EXPECT_TRUE(value_of(store.give_back(job)));

  stop = std::stop_source();
  value_of(run(*claim()));
  EXPECT_EQ(stored(), pull_requests);
  EXPECT_EQ(ask("SELECT COUNT(DISTINCT number) FROM pull_requests"), pull_requests);
  EXPECT_EQ(ask("SELECT SUM(count) FROM daily_scores"), pull_requests);
}

TEST_P(ImportJob, DoneTwiceIsAsGoodAsOnce) {
  squash(1);
  squash(2);
  value_of(import(request()));
  value_of(import(request()));
  EXPECT_EQ(stored(), 2);
  EXPECT_EQ(ask("SELECT SUM(count) FROM daily_scores"), 2);
}

TEST_P(ImportJob, BringsNothingToAnOrganizationThatIsGone) {
  squash(1);
  value_of(store.add(import_job(organization, request())));
  const auto job = *claim();
  value_of(database_->write([&](db::Connection& db) {
    return access::remove_organization(db, organization, clock.now());
  }));
  value_of(run(job));
  EXPECT_EQ(stored(), 0);
}

TEST_P(ImportJob, AFolderThatIsNotHereMayBeOnAnotherNode) {
  auto asked = request();
  asked.location = "/nowhere/at/all";
  EXPECT_EQ(import(asked).error().kind, ErrorKind::unavailable);
}

TEST_P(ImportJob, RefusesAPayloadThatIsNoRequest) {
  for (const char* payload : {"", "{}", "[1]", R"({"location":1})"}) {
    const auto refused = run({.organization = organization,
                              .id = 1,
                              .kind = import_kind,
                              .key = "",
                              .payload = payload});
    ASSERT_FALSE(refused) << payload;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << payload;
  }
}

TEST_P(ImportJob, ARefreshAsksForWhatCameByUrlOfEveryOrganizationOnce) {
  const std::int64_t other = make_organization("other");
  track("acme/api", "https://example.com/acme/api.git", organization);
  track("acme/local", "/srv/acme/local", organization);
  track("other/web", "git@example.com:other/web.git", other);
  const jobs::SharedTime now = [this]() -> Result<Instant> { return clock.now(); };
  value_of(run_refresh_job(stop.get_token(), *database_, now));
  value_of(run_refresh_job(stop.get_token(), *database_, now));

  std::vector<std::string> asked;
  while (const auto job = claim()) {
    EXPECT_EQ(job->kind, import_kind);
    asked.push_back(std::to_string(job->organization) + " " + job->payload);
  }
  const auto wanted = [](std::int64_t whose, const std::string& location, const std::string& name) {
    return std::to_string(whose) + R"( {"location":")" + location + R"(","repository":")" + name +
           R"(","branch":"stable","since":5,"score":true})";
  };
  EXPECT_THAT(asked, ::testing::UnorderedElementsAre(
                         wanted(organization, "https://example.com/acme/api.git", "acme/api"),
                         wanted(other, "git@example.com:other/web.git", "other/web")));
}

}  // namespace
}  // namespace sextant::velocity
