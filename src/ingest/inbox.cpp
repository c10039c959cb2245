#include "ingest/inbox.hpp"

#include <vector>

#include "base/text.hpp"

namespace sextant::ingest {
namespace {

constexpr int slice = 500;

}  // namespace

Result<bool> keep_delivery(db::Connection& connection, const Delivery& delivery) {
  const auto kept = TRY(connection.execute(db::Query(
      "INSERT INTO inbox (organization, hook, delivery, kind, body, received_at, problem)"
      " VALUES ({}, {}, {}, {}, {}, {}, '') ON CONFLICT (organization, hook, delivery) DO NOTHING",
      delivery.name.hook.organization, delivery.name.hook.id, delivery.name.delivery, delivery.kind,
      db::Blob{delivery.body}, delivery.received_at)));
  return kept > 0;
}

Result<std::optional<Delivery>> find_delivery(db::Connection& connection,
                                              const DeliveryName& name) {
  return connection.row(
      db::Query("SELECT kind, body, received_at FROM inbox WHERE organization = {} AND hook = {}"
                " AND delivery = {} AND done_at IS NULL AND body IS NOT NULL",
                name.hook.organization, name.hook.id, name.delivery)
          .keep_plan(),
      [&](const db::Row& row) {
        return Delivery{.name = name,
                        .kind = std::string(row.text(0)),
                        .body = std::string(row.blob(1)),
                        .received_at = row.time(2)};
      });
}

Result<void> finish_delivery(db::Connection& connection, const DeliveryName& name,
                             std::string_view problem, bool keeps_body, Instant now) {
  return connection.post(
      db::Query("UPDATE inbox SET done_at = {}, problem = {},"
                " body = CASE WHEN {} THEN body ELSE NULL END"
                " WHERE organization = {} AND hook = {} AND delivery = {}",
                now, problem, keeps_body, name.hook.organization, name.hook.id, name.delivery));
}

Result<std::int64_t> erase_bodies(db::Connection& connection, std::int64_t organization,
                                  std::string_view login) {
  std::vector<DeliveryName> naming;
  TRY(connection.each(
      db::Query("SELECT organization, hook, delivery, body FROM inbox"
                " WHERE organization IN ({}, 0) AND body IS NOT NULL AND done_at IS NOT NULL",
                organization),
      [&](const db::Row& row) {
        if (fold(row.blob(3)).contains(login))
          naming.push_back({{row.integer(0), row.integer(1)}, std::string(row.text(2))});
      }));
  for (const DeliveryName& name : naming)
    TRY(connection.post(db::Query(
        "UPDATE inbox SET body = NULL WHERE organization = {} AND hook = {} AND delivery = {}",
        name.hook.organization, name.hook.id, name.delivery)));
  return std::ssize(naming);
}

Result<std::int64_t> purge_inbox(db::Connection& connection, Instant before) {
  const auto old = TRY(connection.rows(
      db::Query("SELECT organization, hook, delivery FROM inbox"
                " WHERE received_at < {} AND done_at IS NOT NULL LIMIT {}",
                before, slice),
      [](const db::Row& row) {
        return DeliveryName{{row.integer(0), row.integer(1)}, std::string(row.text(2))};
      }));
  for (const DeliveryName& name : old) TRY(remove_delivery(connection, name));
  return std::ssize(old);
}

Result<void> remove_delivery(db::Connection& connection, const DeliveryName& name) {
  return connection.post(
      db::Query("DELETE FROM inbox WHERE organization = {} AND hook = {} AND delivery = {}",
                name.hook.organization, name.hook.id, name.delivery));
}

}  // namespace sextant::ingest
