#include "app/store.hpp"

#include <fmt/format.h>

namespace sextant::app {

Result<Config> read_config(const GlobalOptions& options) {
  Environment environment = process_environment();
  if (!options.data.empty()) environment["SEXTANT_DATA"] = options.data;
  auto config = TRY(load_config(options.config_file.empty()
                                    ? std::nullopt
                                    : std::optional(std::filesystem::path(options.config_file)),
                                environment));
  log::set_level(config.log_level);
  return config;
}

Result<Store> open_store(const GlobalOptions& options) {
  Store store{.config = TRY(read_config(options)), .database = nullptr};
  std::error_code error;
  std::filesystem::create_directories(store.config.data, error);
  if (error)
    return fail(ErrorKind::unavailable, fmt::format("cannot make the data directory {}: {}",
                                                    store.config.data.string(), error.message()));
  if (!store.config.database.url.empty())
    return fail(ErrorKind::invalid,
                "database.url names another database; this version has the embedded store only, so "
                "leave it empty");
  store.database = TRY(db::open_sqlite(store.config.data / "sextant.db", store.config.database));
  TRY(db::migrate(*store.database));
  return store;
}

Result<access::Organization> choose_organization(const Store& store, const std::string& slug,
                                                 bool make) {
  const auto reader = TRY(store.database->reader());
  if (!slug.empty()) return access::find_organization(*reader, slug);
  const auto all = TRY(access::list_organizations(*reader));
  if (all.size() == 1) return all.front();
  if (all.empty() && !make)
    return fail(ErrorKind::not_found,
                "there is no organisation yet; make one with `sextant org create SLUG`");
  if (!all.empty())
    return fail(ErrorKind::invalid,
                fmt::format("there are {} organisations; say which with --org SLUG", all.size()));
  access::Organization made;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    made = TRY(access::create_organization(db, "main", "main", std::nullopt, system_clock().now()));
    return {};
  }));
  return made;
}

}  // namespace sextant::app
