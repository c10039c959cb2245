#include "ingest/stored_events.hpp"

#include <array>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "ingest/event_json.hpp"
#include "ingest/inbox.hpp"

namespace sextant::ingest {
namespace {

constexpr int slice = 500;
constexpr std::int64_t everybody = 0;

// A star is one for a person and a repository each time it is given; everything else has a number,
// and an edit another time.
std::string natural_key(const forge::Event& event) {
  return fmt::format("{} {} {} {} {}", forge::to_text(event.kind), fold(event.repository.full_name),
                     event.act, event.actor.id, unix_ms(event.occurred_at));
}

}  // namespace

Result<void> save_events(db::Connection& connection, const Arrival& arrival,
                         const std::vector<std::size_t>& places) {
  for (const std::size_t place : places) {
    const forge::Event& event = arrival.events[place];
    TRY(connection.post(db::Query(
        "INSERT INTO events (organization, id, natural_key, path, repository_folded, actor,"
        " actor_folded, occurred_at, received_at, event)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (organization, natural_key) DO NOTHING",
        arrival.organization.value_or(everybody), new_id(), natural_key(event),
        to_text(arrival.path), fold(event.repository.full_name), event.actor.id,
        fold(event.actor.login), event.occurred_at, arrival.received_at, to_json(event))));
  }
  return {};
}

Result<void> each_stored_event(db::Connection& connection, std::int64_t organization, int most,
                               const std::function<bool(const forge::Event&)>& sink) {
  // Ids grow with time, so this is the latest received first, or as good as.
  const auto rows = TRY(connection.open(
      db::Query("SELECT event FROM events WHERE organization IN ({}, {}) ORDER BY id DESC LIMIT {}",
                organization, everybody, most)));
  while (const db::Row* row = TRY(rows->next())) {
    const forge::Event event = TRY(read_event(row->text(0)));
    if (!sink(event)) break;
  }
  return {};
}

Result<std::int64_t> erase_events(db::Connection& connection, std::int64_t organization,
                                  std::int64_t actor, std::string_view login) {
  db::Query query("DELETE FROM events WHERE organization IN ({}, {})", organization, everybody);
  if (actor != 0)
    query.append(" AND (actor = {} OR actor_folded = {})", actor, fold(login));
  else
    query.append(" AND actor_folded = {}", fold(login));
  const auto bodies = TRY(erase_bodies(connection, organization, fold(login)));
  const auto events = TRY(connection.execute(query));
  return bodies + events;
}

Result<std::int64_t> purge_events(db::Connection& connection, Instant before) {
  const auto old = TRY(connection.rows(
      db::Query("SELECT organization, id FROM events WHERE received_at < {} LIMIT {}", before,
                slice),
      [](const db::Row& row) { return std::array{row.integer(0), row.integer(1)}; }));
  for (const auto& [organization, id] : old)
    TRY(connection.post(
        db::Query("DELETE FROM events WHERE organization = {} AND id = {}", organization, id)));
  return std::ssize(old);
}

}  // namespace sextant::ingest
