#include "access/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include <nlohmann/json.hpp>

#include "access/local_rate_limits.hpp"
#include "access/organizations.hpp"
#include "access/people.hpp"
#include "testing/db_child_process.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::value_of;

class GuardTest : public testing::EveryDatabase {
 protected:
  void SetUp() override {
    write([&](db::Connection& connection) -> Result<void> {
      organization_ = TRY(create_organization(connection, "acme", "Acme Co", {}, clock_.now()));
      const Person ada = TRY(add_person(connection, organization_.id, "ada@example.com", "",
                                        Role::admin, clock_.now()));
      token_ = TRY(create_token(connection, organization_.id,
                                {.name = "etl", .created_by = ada.account}, clock_.now()));
      return {};
    });
  }

  void write(const std::function<Result<void>(db::Connection&)>& work) {
    value_of(database_->write(work));
  }

  Outcome ask(std::string_view authorization, std::string_view scope = "read",
              std::string_view endpoint = "list") {
    http::Request request;
    request.headers.emplace_back("authorization", authorization);
    return guard_.admit(request, scope, endpoint, *reader_);
  }
  Outcome ask() { return ask("Bearer " + token_.secret.reveal()); }

  static const http::Response& refused(const Outcome& outcome) {
    if (!std::holds_alternative<http::Response>(outcome)) throw std::runtime_error("was admitted");
    return std::get<http::Response>(outcome);
  }
  static std::string header(const http::Pairs& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "(none)";
  }
  static nlohmann::json body(const http::Response& response) {
    return nlohmann::json::parse(std::get<std::string>(response.body));
  }
  void expect_refused(const Outcome& outcome, int status, const std::string& code) {
    EXPECT_EQ(refused(outcome).status, status);
    EXPECT_EQ(body(refused(outcome))["statusCode"], status);
    EXPECT_EQ(body(refused(outcome))["error"], code);
    EXPECT_EQ(header(refused(outcome).headers, "X-RateLimit-Limit-minute"), "(none)");
  }
  void expect_invalid_token(const Outcome& outcome, const std::string& why) {
    expect_refused(outcome, 401, "invalid_token");
    const auto challenge = header(refused(outcome).headers, "WWW-Authenticate");
    EXPECT_THAT(
        challenge,
        StartsWith("Bearer realm=\"sextant\", error=\"invalid_token\", error_description=\""));
    EXPECT_THAT(challenge, HasSubstr(why));
  }

  testing::FakeClock clock_;
  LocalRateLimits limits_{RateSettings{}, clock_};
  Guard guard_{limits_, clock_};
  Organization organization_;
  MintedToken token_;
  db::Lease reader_ = value_of(database_->reader());
};

SEXTANT_ON_EVERY_DATABASE(GuardTest);

TEST_P(GuardTest, AdmitsAGoodToken) {
  const auto outcome = ask();
  ASSERT_TRUE(std::holds_alternative<Admission>(outcome));
  const Caller& caller = *std::get<Admission>(outcome).caller;
  EXPECT_EQ(caller.organization, organization_.id);
  EXPECT_EQ(caller.public_id, organization_.public_id);
  EXPECT_EQ(caller.slug, "acme");
  EXPECT_EQ(caller.name, "Acme Co");
  EXPECT_EQ(caller.token, token_.id);
  EXPECT_EQ(caller.scopes, "read");
}

TEST_P(GuardTest, TakesTheSchemeInAnyCase) {
  for (const std::string scheme : {"bearer ", "BEARER ", "Bearer   "})
    EXPECT_TRUE(std::holds_alternative<Admission>(ask(scheme + token_.secret.reveal()))) << scheme;
}

TEST_P(GuardTest, SaysWhatIsLeftOfTheBudgets) {
  (void)ask();
  clock_.advance(std::chrono::seconds{10});
  const auto outcome = ask();
  const auto& headers = std::get<Admission>(outcome).rate_headers;
  EXPECT_EQ(header(headers, "X-RateLimit-Limit-minute"), "60");
  EXPECT_EQ(header(headers, "X-RateLimit-Remaining-minute"), "58");
  EXPECT_EQ(header(headers, "X-RateLimit-Reset-minute"), "50");
  EXPECT_EQ(header(headers, "X-RateLimit-Limit-day"), "10000");
  EXPECT_EQ(header(headers, "X-RateLimit-Remaining-day"), "9998");
  EXPECT_EQ(header(headers, "X-RateLimit-Reset-day"), "86390");
  EXPECT_EQ(headers.size(), 6u);
}

TEST_P(GuardTest, AsksForATokenWhereNoneWasSent) {
  http::Request bare;
  for (const auto& outcome : {guard_.admit(bare, "read", "list", *reader_), ask(""), ask("  ")}) {
    expect_refused(outcome, 401, "unauthorized");
    EXPECT_EQ(header(refused(outcome).headers, "WWW-Authenticate"), "Bearer realm=\"sextant\"");
  }
}

TEST_P(GuardTest, RefusesWhatIsNoToken) {
  std::string mistyped = token_.secret.reveal();
  mistyped[20] = mistyped[20] == 'a' ? 'b' : 'a';
  for (const auto& authorization :
       {std::string("Bearer"), std::string("Bearer "), "Bearer " + mistyped,
        "Basic " + token_.secret.reveal(), token_.secret.reveal(),
        "Bearer " + token_.secret.reveal() + " x", "Bearer" + token_.secret.reveal()})
    expect_invalid_token(ask(authorization), "malformed");
}

// Every use of it fails: whoever is refused without the store is refused with this one.
class NoConnection : public db::Connection {
 public:
  db::Dialect dialect() const override { return db::Dialect::sqlite; }
  Result<void> each(const db::Query&, const std::function<void(const db::Row&)>&) override {
    return away();
  }
  Result<std::unique_ptr<db::Rows>> open(const db::Query&) override { return away(); }
  Result<std::int64_t> execute(const db::Query&) override { return away(); }
  Result<void> run_script(std::string_view) override { return away(); }
  std::optional<std::uint64_t> epoch() override { return std::nullopt; }

 private:
  static std::unexpected<Error> away() { return fail(ErrorKind::unavailable, "the store is away"); }
  Result<void> begin_snapshot() override { return away(); }
  void end_snapshot() override {}
};

TEST_P(GuardTest, RefusesAMistypedTokenWithoutTheStore) {
  NoConnection away;
  http::Request request;
  std::string mistyped = token_.secret.reveal();
  std::swap(mistyped[8], mistyped[9]);
  mistyped[10] = mistyped[10] == 'a' ? 'b' : 'a';
  request.headers = {{"authorization", "Bearer " + mistyped}};
  expect_invalid_token(guard_.admit(request, "read", "list", away), "malformed");
  request.headers = {{"authorization", "Bearer " + token_.secret.reveal()}};
  EXPECT_EQ(refused(guard_.admit(request, "read", "list", away)).status, 503);
}

// The store, with a count of the statements run.
class CountedConnection : public db::Connection {
 public:
  explicit CountedConnection(db::Connection& inner) : inner_(inner) {}
  db::Dialect dialect() const override { return inner_.dialect(); }
  Result<void> each(const db::Query& query,
                    const std::function<void(const db::Row&)>& sink) override {
    ++statements;
    return inner_.each(query, sink);
  }
  Result<std::unique_ptr<db::Rows>> open(const db::Query& query) override {
    return inner_.open(query);
  }
  Result<std::int64_t> execute(const db::Query& query) override { return inner_.execute(query); }
  Result<void> run_script(std::string_view sql) override { return inner_.run_script(sql); }
  std::optional<std::uint64_t> epoch() override { return inner_.epoch(); }

  int statements = 0;

 private:
  Result<void> begin_snapshot() override { return {}; }
  void end_snapshot() override {}
  db::Connection& inner_;
};

TEST_P(GuardTest, AsksTheStoreOnceUntilSomethingChanges) {
  CountedConnection counted(*reader_);
  http::Request request;
  request.headers = {{"authorization", "Bearer " + token_.secret.reveal()}};
  // PostgreSQL cannot say that nothing has changed: it is asked each time.
  const int once = is_postgresql() ? 5 : 1;
  for (int i = 0; i < 5; ++i) (void)guard_.admit(request, "read", "list", counted);
  EXPECT_EQ(counted.statements, once);
  value_of(guard_.flush_uses(*database_));
  for (int i = 0; i < 5; ++i) (void)guard_.admit(request, "read", "list", counted);
  EXPECT_EQ(counted.statements, 2 * once);
}

TEST_P(GuardTest, RefusesATokenNobodyMade) {
  expect_invalid_token(ask("Bearer " + new_token(velocity_token.prefix)), "unknown");
}

TEST_P(GuardTest, RefusesATokenTheMomentItExpires) {
  clock_.advance(std::chrono::days{365} - std::chrono::milliseconds{1});
  EXPECT_TRUE(std::holds_alternative<Admission>(ask()));
  clock_.advance(std::chrono::milliseconds{1});
  expect_invalid_token(ask(), "expired");
}

TEST_P(GuardTest, RefusesARevokedTokenFromTheNextRequestOn) {
  EXPECT_TRUE(std::holds_alternative<Admission>(ask()));
  write([&](db::Connection& connection) {
    return revoke_token(connection, organization_.id, token_.id, clock_.now());
  });
  expect_invalid_token(ask(), "revoked");
}

TEST_P(GuardTest, RefusesWhoeverLostMembershipAndSparesTheBudget) {
  write([&](db::Connection& c) { return remove_person(c, organization_.id, "ada@example.com"); });
  for (int i = 0; i < 100; ++i) expect_refused(ask(), 403, "membership_revoked");
  EXPECT_EQ(limits_.buckets(), 0);
}

TEST_P(GuardTest, AdmitsATokenThatNobodyInParticularMade) {
  write([&](db::Connection& connection) -> Result<void> {
    token_ = TRY(create_token(connection, organization_.id, {.name = "ours", .created_by = {}},
                              clock_.now()));
    return {};
  });
  EXPECT_TRUE(std::holds_alternative<Admission>(ask()));
}

TEST_P(GuardTest, RefusesAScopeTheTokenLacks) {
  for (const std::string_view scope : {"write", "rea", "read write", ""})
    expect_refused(ask("Bearer " + token_.secret.reveal(), scope), 403, "insufficient_scope");
}

TEST_P(GuardTest, FindsNothingInADeletedOrganization) {
  EXPECT_TRUE(std::holds_alternative<Admission>(ask()));
  write([&](db::Connection& c) { return remove_organization(c, organization_.id, clock_.now()); });
  expect_refused(ask(), 404, "not_found");
}

TEST_P(GuardTest, RefusesMoreThanTheMinuteHolds) {
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(std::holds_alternative<Admission>(ask())) << i;
  clock_.advance(std::chrono::seconds{15});
  const auto outcome = ask();
  const auto& response = refused(outcome);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"statusCode":429,"message":"ThrottlerException: Too Many Requests"})");
  EXPECT_EQ(header(response.headers, "Retry-After"), "45");
  EXPECT_EQ(header(response.headers, "Retry-After-minute"), "45");
  EXPECT_EQ(header(response.headers, "Retry-After-day"), "86385");
  EXPECT_EQ(header(response.headers, "X-RateLimit-Remaining-minute"), "0");
  EXPECT_EQ(header(response.headers, "X-RateLimit-Remaining-day"), "9940");
  EXPECT_TRUE(
      std::holds_alternative<Admission>(ask("Bearer " + token_.secret.reveal(), "read", "detail")));
  clock_.advance(std::chrono::seconds{45});
  EXPECT_TRUE(std::holds_alternative<Admission>(ask()));
}

TEST_P(GuardTest, SaysTheLongerWaitWhenTheDayIsSpent) {
  LocalRateLimits limits({.per_minute = 60, .per_day = 1}, clock_);
  Guard guard(limits, clock_);
  http::Request request;
  request.headers = {{"authorization", "Bearer " + token_.secret.reveal()}};
  (void)guard.admit(request, "read", "list", *reader_);
  const auto outcome = guard.admit(request, "read", "list", *reader_);
  EXPECT_EQ(header(refused(outcome).headers, "Retry-After"), "86400");
  EXPECT_EQ(header(refused(outcome).headers, "Retry-After-minute"), "60");
  EXPECT_EQ(header(refused(outcome).headers, "Retry-After-day"), "86400");
}

TEST_P(GuardTest, IsUnavailableWhenTooManyOrganizationsAreActive) {
  LocalRateLimits limits({.buckets_max = 0}, clock_);
  Guard guard(limits, clock_);
  http::Request request;
  request.headers = {{"authorization", "Bearer " + token_.secret.reveal()}};
  EXPECT_EQ(refused(guard.admit(request, "read", "list", *reader_)).status, 503);
}

TEST_P(GuardTest, WritesDownWhenATokenWasUsedAndOnlyThen) {
  const auto last_used = [&] {
    return value_of(list_tokens(*reader_, organization_.id)).at(0).last_used_at;
  };
  (void)ask();
  clock_.advance(std::chrono::seconds{3});
  (void)ask();
  EXPECT_EQ(last_used(), std::nullopt);
  value_of(guard_.flush_uses(*database_));
  EXPECT_EQ(last_used(), clock_.now());

  const auto epoch = reader_->epoch();
  value_of(guard_.flush_uses(*database_));
  (void)ask("Bearer " + new_token(velocity_token.prefix));
  value_of(guard_.flush_uses(*database_));
  EXPECT_EQ(reader_->epoch(), epoch);
}

// A store that takes no writes for a while.
class FullDatabase : public db::Database {
 public:
  Result<db::Lease> reader() override { return fail(ErrorKind::unavailable, "full"); }
  Result<void> write(const std::function<Result<void>(db::Connection&)>&) override {
    return fail(ErrorKind::unavailable, "full");
  }

 private:
  void give_back(std::unique_ptr<db::Connection>) override {}
};

TEST_P(GuardTest, KeepsTheUsesThatCouldNotBeWrittenDown) {
  (void)ask();
  FullDatabase full;
  EXPECT_FALSE(guard_.flush_uses(full));
  value_of(guard_.flush_uses(*database_));
  EXPECT_EQ(value_of(list_tokens(*reader_, organization_.id)).at(0).last_used_at, clock_.now());
}

TEST_P(GuardTest, AnswersManyAtOnce) {
  LocalRateLimits limits({.per_minute = 500, .per_day = 10'000}, clock_);
  Guard guard(limits, clock_);
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        const auto reader = value_of(database_->reader());
        http::Request request;
        request.headers = {{"authorization", "Bearer " + token_.secret.reveal()}};
        for (int n = 0; n < 200; ++n)
          admitted +=
              std::holds_alternative<Admission>(guard.admit(request, "read", "list", *reader));
      });
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) value_of(guard.flush_uses(*database_));
    });
  }
  EXPECT_EQ(admitted, 500);
}

TEST(GuardAndOthers, ATokenRevokedByAnotherProcessIsDeadAtOnce) {
  testing::TemporaryDirectory directory;
  const auto file = directory.path() / "store.db";
  testing::FakeClock clock;
  testing::ChildProcess child([&](const testing::ChildProcess::Pipes& pipes) {
    pipes.await();
    const auto database = value_of(db::open_sqlite(file, {}));
    const auto id = value_of(list_tokens(*value_of(database->reader()), 1)).at(0).id;
    value_of(
        database->write([&](db::Connection& c) { return revoke_token(c, 1, id, clock.now()); }));
    pipes.tell();
    pipes.await();
  });
  const auto database = value_of(db::open_sqlite(file, {}));
  value_of(db::migrate(*database));
  MintedToken token;
  value_of(database->write([&](db::Connection& connection) -> Result<void> {
    const auto organization = TRY(create_organization(connection, "acme", "", {}, clock.now()));
    token = TRY(
        create_token(connection, organization.id, {.name = "etl", .created_by = {}}, clock.now()));
    return {};
  }));
  LocalRateLimits limits({}, clock);
  Guard guard(limits, clock);
  http::Request request;
  request.headers = {{"authorization", "Bearer " + token.secret.reveal()}};
  auto first = value_of(database->reader());
  auto second = value_of(database->reader());
  for (auto* reader : {&first, &second, &first})
    EXPECT_TRUE(std::holds_alternative<Admission>(guard.admit(request, "read", "list", **reader)));
  child.pipes().tell();
  ASSERT_TRUE(child.pipes().await());
  for (auto* reader : {&second, &first})
    EXPECT_FALSE(std::holds_alternative<Admission>(guard.admit(request, "read", "list", **reader)));
}

}  // namespace
}  // namespace sextant::access
