// /v1/usage and /v1/coverage
#include "base/text.hpp"
#include "leads/api_call.hpp"
#include "leads/public_id.hpp"
#include "leads/quota.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {
namespace {

void write_time_or_null(json::Writer& json, std::optional<Instant> at) {
  at ? json.time(*at) : json.null();
}

void append(json::Writer& json, const PathCoverage& path) {
  json.begin_object();
  json.key("path").string(to_text(path.path));
  json.key("events").integer(path.events);
  json.key("first_event_at");
  write_time_or_null(json, path.first_event_at);
  json.key("last_event_at");
  write_time_or_null(json, path.last_event_at);
  json.key("lag_ms");
  path.lag_ms ? json.integer(*path.lag_ms) : json.null();
  json.key("gaps").begin_array();
  for (const PathCoverage::Gap& gap : path.gaps) {
    json.begin_object();
    json.key("from").time(gap.from);
    json.key("to").time(gap.to);
    json.key("reason").string(gap.reason);
    json.end_object();
  }
  json.end_array();
  json.key("note");
  path.note.empty() ? json.null() : json.string(path.note);
  json.end_object();
}

}  // namespace

Result<http::Response> show_usage(const ApiCall& call) {
  const Usage usage = TRY(read_usage(call.db, call.organization, call.environment.clock.now()));
  return http::json(to_json(usage));
}

Result<http::Response> show_coverage(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const auto tracked = TRY(Trackers(call.db, call.organization).repositories());
  std::string out = "{\"data\":";
  json::Writer json(out);
  json.begin_array();
  for (const TrackedRepository& repository : tracked) {
    const auto paths = TRY(call.environment.coverage(call.db, call.organization, repository));
    json.begin_object();
    json.key("id").string(public_id(repository_prefix, repository.id));
    json.key("full_name").string(repository.full_name);
    json.key("paused").boolean(repository.is_paused);
    json.key("paths").begin_array();
    for (const PathCoverage& path : paths) append(json, path);
    json.end_array();
    json.end_object();
  }
  append_list_end(out, std::nullopt);
  return http::json(std::move(out));
}

}  // namespace sextant::leads
