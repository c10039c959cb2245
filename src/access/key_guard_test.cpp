#include "access/key_guard.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access/local_rate_limits.hpp"
#include "access/organizations.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using testing::value_of;

Allowance allowance(const std::optional<std::string>& plan) {
  if (plan == "free") return {.has_api = false, .requests_per_minute = 0};
  return {.has_api = true, .requests_per_minute = plan == "pro" ? 2 : 3};
}

class KeyGuardTest : public testing::EveryDatabase {
 protected:
  KeyGuardTest() {
    value_of(database_->write([&](db::Connection& db) -> Result<void> {
      organization_ = TRY(create_organization(db, "acme", "", {}, clock_.now()));
      key_ =
          TRY(create_token(db, organization_.id, {.name = "crm", .form = leads_key}, clock_.now()));
      token_ = TRY(create_token(db, organization_.id, {.name = "etl"}, clock_.now()));
      return {};
    }));
  }

  Outcome ask(const Secret& secret) {
    http::Request request;
    request.headers.emplace_back("authorization", "Bearer " + secret.reveal());
    return guard_.admit(request, *reader_);
  }
  static int status(const Outcome& outcome) {
    const auto* refused = std::get_if<http::Response>(&outcome);
    return refused ? refused->status : 200;
  }
  static std::string header(const Outcome& outcome, std::string_view name) {
    const auto* refused = std::get_if<http::Response>(&outcome);
    const http::Pairs& headers =
        refused ? refused->headers : std::get<Admission>(outcome).rate_headers;
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "(none)";
  }
  void set_plan(const char* plan) {
    value_of(database_->write(
        [&](db::Connection& db) { return access::set_plan(db, organization_.id, plan); }));
  }

  testing::FakeClock clock_;
  LocalRateLimits limits_{{}, clock_};
  Guard tokens_{limits_, clock_};
  KeyGuard guard_{tokens_, limits_, allowance, leads_key, "/v1", clock_};
  db::Lease reader_ = value_of(database_->reader());
  Organization organization_;
  MintedToken key_;
  MintedToken token_;
};

TEST_P(KeyGuardTest, AdmitsAGoodKeyAndSaysWhatIsLeft) {
  const Outcome outcome = ask(key_.secret);
  ASSERT_EQ(status(outcome), 200);
  EXPECT_EQ(std::get<Admission>(outcome).caller->organization, organization_.id);
  EXPECT_EQ(header(outcome, "X-RateLimit-Limit"), "3");
  EXPECT_EQ(header(outcome, "X-RateLimit-Remaining"), "2");
  EXPECT_EQ(header(outcome, "X-RateLimit-Reset"),
            std::to_string(unix_ms(clock_.now()) / 1000 + 60));
}

TEST_P(KeyGuardTest, RefusesEverythingElseAlike) {
  for (const Secret& wrong :
       {Secret(""), Secret("gl_live_nonsense"), token_.secret, Secret(new_token("gl_live_", 32)),
        Secret(key_.secret.reveal() + "x")}) {
    const Outcome outcome = ask(wrong);
    EXPECT_EQ(status(outcome), 401) << wrong.reveal();
    EXPECT_EQ(nlohmann::json::parse(
                  std::get<std::string>(std::get<http::Response>(outcome).body))["message"],
              "Invalid or missing API key");
    EXPECT_EQ(header(outcome, "X-RateLimit-Limit"), "(none)");
  }
}

TEST_P(KeyGuardTest, HasOneBudgetByThePlan) {
  set_plan("pro");
  EXPECT_EQ(status(ask(key_.secret)), 200);
  EXPECT_EQ(status(ask(key_.secret)), 200);
  const Outcome refused = ask(key_.secret);
  EXPECT_EQ(status(refused), 429);
  EXPECT_EQ(header(refused, "Retry-After"), "60");
  EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
  set_plan("agency");
  EXPECT_EQ(status(ask(key_.secret)), 200) << "a plan that rises holds at once";
  clock_.advance(std::chrono::seconds{60});
  EXPECT_EQ(header(ask(key_.secret), "X-RateLimit-Remaining"), "2");
}

TEST_P(KeyGuardTest, ForbidsWhereThePlanHasNoApi) {
  set_plan("free");
  const Outcome outcome = ask(key_.secret);
  EXPECT_EQ(status(outcome), 403);
  EXPECT_EQ(header(outcome, "X-RateLimit-Limit"), "0");
}

TEST_P(KeyGuardTest, RefusesWhatWasRevokedOrWhoseOrganizationIsDeleted) {
  value_of(database_->write([&](db::Connection& db) {
    return revoke_token(db, organization_.id, key_.id, clock_.now());
  }));
  EXPECT_EQ(status(ask(key_.secret)), 401);
  MintedToken other;
  value_of(database_->write([&](db::Connection& db) -> Result<void> {
    other = TRY(create_token(db, organization_.id, {.name = "b", .form = leads_key}, clock_.now()));
    return remove_organization(db, organization_.id, clock_.now());
  }));
  EXPECT_EQ(status(ask(other.secret)), 401);
}

TEST_P(KeyGuardTest, KeepsKeysAndTokensApart) {
  const auto keys = value_of(list_tokens(*reader_, organization_.id, leads_key));
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].name, "crm");
  EXPECT_EQ(value_of(list_tokens(*reader_, organization_.id)).size(), 1u);
  http::Request request;
  request.headers.emplace_back("authorization", "Bearer " + key_.secret.reveal());
  const Outcome outcome = tokens_.admit(request, "read", "list", *reader_);
  EXPECT_EQ(status(outcome), 401) << "a key opens nothing of Velocity";
}

SEXTANT_ON_EVERY_DATABASE(KeyGuardTest);

}  // namespace
}  // namespace sextant::access
