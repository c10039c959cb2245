#include "app/store.hpp"

#include <fmt/format.h>

#include "db/move.hpp"

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

Result<void> make_data_directory(const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.data, error);
  if (error)
    return fail(ErrorKind::unavailable, fmt::format("cannot make the data directory {}: {}",
                                                    config.data.string(), error.message()));
  return {};
}

Result<Store> open_unmigrated_store(const GlobalOptions& options) {
  Store store{.config = TRY(read_config(options)), .database = nullptr};
  TRY(make_data_directory(store.config));
  if (store.is_embedded()) {
    store.lock = TRY(db::lock_store(store.config.data, db::FileLock::Kind::shared));
    store.database = TRY(db::open_sqlite(store.file(), store.config.database));
  } else {
    store.database = TRY(db::open_postgres(store.config.database));
  }
  return store;
}

Result<Store> open_store(const GlobalOptions& options) {
  Store store = TRY(open_unmigrated_store(options));
  {
    const auto reader = TRY(store.database->reader());
    TRY(db::refuse_unfinished_move(*reader));
  }
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
