#include <algorithm>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/serve.hpp"
#include "base/json.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::app {

Result<int> list_repositories(const GlobalOptions& global, const RepositoryOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  const auto repositories = TRY(velocity::RepositoryStore(*reader).list(organization.id));
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& repository : repositories) {
    if (!options.json) fmt::print("{}\t{}\n", repository.name, repository.location);
    json.begin_object();
    json.key("name").string(repository.name);
    json.key("location").string(repository.location);
    json.key("web_url").string(repository.web_url);
    json.key("branch").string(repository.branch);
    json.key("imported_head").string(repository.imported_head);
    json.end_object();
  }
  json.end_array();
  if (options.json) fmt::print("{}\n", out);
  return ExitStatus::done;
}

Result<int> run_server(const GlobalOptions& global, const ServeOptions& options) {
  Store store = TRY(open_store(global));
  if (!options.listen.empty()) store.config.http.listen = options.listen;
  const auto has = [&](const char* role) {
    return std::ranges::find(options.roles, role) != options.roles.end();
  };
  TRY(serve(store, {.api = has("api"), .worker = has("worker")}));
  return ExitStatus::done;
}

}  // namespace sextant::app
