// One pull request with every part of its score: the documented fields first, then ours.
#include <fmt/format.h>

#include "base/text.hpp"
#include "velocity/api_call.hpp"
#include "velocity/pull_request_detail.hpp"
#include "velocity/pull_requests_filter.hpp"

namespace sextant::velocity {

Result<http::Response> show_pull_request(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  const std::string_view id_text = call.request.path_value("id");
  const auto id = parse_integer(id_text);
  const auto detail = TRY(PullRequestStore(call.db).find(call.organization, id.value_or(-1)));
  // "007" and "+7" are not the identifiers that the list gave.
  if (!detail || std::to_string(*id) != id_text)
    return fail(ErrorKind::not_found,
                fmt::format("no pull request has the id \"{}\"; the list gives the ids", id_text));
  std::string version = answer_version(call, names.versions);
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  const auto history =
      TRY(PullRequestStore(call.db).history(call.organization, *id, history_shown));
  http::Response response = http::json(TRY(pull_request_json(*names.directory, *detail, history)));
  response.version = std::move(version);
  return response;
}

}  // namespace sextant::velocity
