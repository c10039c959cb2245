#include "leads/quota.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/organizations.hpp"
#include "base/json.hpp"
#include "leads/announcements.hpp"
#include "leads/lead_store.hpp"
#include "leads/plans.hpp"

namespace sextant::leads {
namespace {

constexpr int slice = 200;

Result<std::optional<std::string>> read_plan(db::Connection& db, std::int64_t organization) {
  auto plan =
      TRY(db.row(db::Query("SELECT plan FROM organizations WHERE id = {}", organization),
                 [](const db::Row& row) {
                   return row.is_null(0) ? std::nullopt : std::optional(std::string(row.text(0)));
                 }));
  return plan.value_or(std::nullopt);
}

}  // namespace

int period_of(Instant at) {
  const std::chrono::year_month_day date{day_of(at)};
  return static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned{date.month()}) - 1;
}

std::string period_name(int period) {
  return fmt::format("{:04}-{:02}", period / 12, period % 12 + 1);
}

Result<Quota> Quota::load(db::Connection& db, std::int64_t organization, Instant now) {
  Quota quota;
  quota.organization_ = organization;
  quota.period_ = period_of(now);
  quota.now_ = now;
  const auto plan = TRY(read_plan(db, organization));
  quota.limit_ = plan_of(plan).leads_a_month;
  const auto last = TRY(db.row(
      db::Query("SELECT last_captured_at FROM lead_accounts WHERE organization = {}", organization),
      [](const db::Row& row) { return row.time(0); }));
  quota.last_captured_at_ = last.value_or(from_unix_ms(0));
  TRY(db.each(db::Query("SELECT captured, is_announced FROM lead_usage WHERE organization = {}"
                        " AND period = {}",
                        organization, quota.period_),
              [&](const db::Row& row) {
                quota.captured_ = row.integer(0);
                quota.is_announced_ = row.boolean(1);
              }));
  return quota;
}

Instant Quota::next_captured_at() {
  last_captured_at_ = std::max(now_, last_captured_at_ + std::chrono::milliseconds{1});
  return last_captured_at_;
}

bool Quota::must_announce() {
  if (has_room() || is_announced_) return false;
  is_announced_ = true;
  return true;
}

Result<void> Quota::save(db::Connection& db) const {
  TRY(db.post(db::Query(
      "INSERT INTO lead_accounts (organization, last_captured_at) VALUES ({}, {})"
      " ON CONFLICT (organization) DO UPDATE SET last_captured_at = excluded.last_captured_at",
      organization_, last_captured_at_)));
  return db.post(
      db::Query("INSERT INTO lead_usage (organization, period, captured, is_announced)"
                " VALUES ({}, {}, {}, {}) ON CONFLICT (organization, period) DO UPDATE SET"
                " captured = excluded.captured, is_announced = excluded.is_announced",
                organization_, period_, captured_, is_announced_));
}

Result<Usage> read_usage(db::Connection& db, std::int64_t organization, Instant now) {
  const Quota quota = TRY(Quota::load(db, organization, now));
  const auto kept =
      TRY(db.row(db::Query("SELECT COUNT(*) FROM leads WHERE organization = {} AND state = {}",
                           organization, LeadState::over_quota),
                 [](const db::Row& row) { return row.integer(0); }));
  return Usage{.period = quota.period(),
               .captured = quota.captured(),
               .limit = quota.limit(),
               .over_quota = kept.value_or(0)};
}

std::string to_json(const Usage& usage) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("period").string(period_name(usage.period));
  json.key("captured").integer(usage.captured);
  json.key("limit");
  usage.limit ? json.integer(*usage.limit) : json.null();
  json.key("over_quota").integer(usage.over_quota);
  json.end_object();
  return out;
}

Result<int> release_over_quota(db::Connection& db, std::int64_t organization,
                               const Settings& settings, Instant now) {
  Quota quota = TRY(Quota::load(db, organization, now));
  const auto room = quota.limit() ? *quota.limit() - quota.captured() : slice;
  if (room <= 0) return 0;
  LeadStore store(db, organization);
  auto kept = TRY(store.kept_over_quota(static_cast<int>(std::min<std::int64_t>(room, slice))));
  if (kept.empty()) return 0;
  Announcer announcer(db, organization, now);
  for (Lead& lead : kept) {
    const Instant captured_at = quota.next_captured_at();
    quota.count();
    TRY(store.release(lead, captured_at, now));
    if (!lead.is_backfill || settings.announce_backfill) TRY(announcer.tell(lead_created, lead));
  }
  if (quota.must_announce()) TRY(announcer.tell_quota_reached(quota));
  TRY(quota.save(db));
  return static_cast<int>(kept.size());
}

}  // namespace sextant::leads
