#include <algorithm>

#include "app/commands.hpp"
#include "app/serve.hpp"

namespace sextant::app {

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
