// /v1/tracked-repos
#include "leads/api_call.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/public_id.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {
namespace {

void append(std::string& out, const TrackedRepository& repository) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(repository_prefix, repository.id));
  json.key("full_name").string(repository.full_name);
  json.key("type").string(to_text(repository.relation));
  json.key("created_at").time(repository.created_at);
  json.key("paused").boolean(repository.is_paused);
  json.end_object();
}

std::string to_json(const TrackedRepository& repository) {
  std::string out;
  append(out, repository);
  return out;
}

}  // namespace

Result<http::Response> list_tracked_repositories(const ApiCall& call) {
  const auto tracked = TRY(Trackers(call.db, call.organization).repositories());
  return whole_list(tracked, append);
}

Result<http::Response> add_tracked_repository(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const std::string full_name = TRY(body.text("full_name"));
    TRY(check_full_name(full_name));
    const auto type = TRY(body.text_if_there("type"));
    const auto relation = type ? relation_named(*type) : Relation::competitor;
    if (!relation) return fail(ErrorKind::invalid, "type takes own, competitor or ecosystem");
    return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
      const auto made =
          TRY(Trackers(db, call.organization)
                  .add_repository(full_name, *relation, call.environment.clock.now()));
      return created(to_json(made), "/v1/tracked-repos/" + public_id(repository_prefix, made.id));
    });
  });
}

Result<http::Response> change_tracked_repository(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, repository_prefix, "tracked repository"));
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const auto paused = TRY(body.flag_if_there("paused"));
    if (!paused) return fail(ErrorKind::invalid, "paused takes true or false, and is required");
    return write(call, [&](db::Connection& db) -> Result<http::Response> {
      const auto changed = TRY(Trackers(db, call.organization).pause_repository(id, *paused));
      if (!changed) return no_such("tracked repository");
      return http::json(to_json(*changed));
    });
  });
}

Result<http::Response> remove_tracked_repository(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, repository_prefix, "tracked repository"));
  return write(call, [&](db::Connection& db) -> Result<http::Response> {
    if (!TRY(Trackers(db, call.organization).remove_repository(id)))
      return no_such("tracked repository");
    return http::no_content();
  });
}

}  // namespace sextant::leads
