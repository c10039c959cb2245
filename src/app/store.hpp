// What every command begins with: the settings, the data directory, and the open, migrated store.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "access/organizations.hpp"
#include "app/config.hpp"
#include "db/database.hpp"
#include "db/files.hpp"

namespace sextant::app {

struct GlobalOptions {
  std::string config_file;  // empty: none
  std::string data;         // empty: as configured
};

Result<Config> read_config(const GlobalOptions& options);

struct Store {
  Config config;
  std::optional<db::FileLock> lock = {};  // of an embedded store; outlives its last use
  std::unique_ptr<db::Database> database;

  // In the data directory; else it is a database that other nodes may share.
  bool is_embedded() const { return config.database.url.empty(); }
  std::filesystem::path file() const { return config.data / "sextant.db"; }  // where embedded
  std::filesystem::path clones() const {
    return config.data / "clones";
  }  // of repositories given by URL
  std::filesystem::path scratch() const {
    return config.data / "scratch";
  }  // what repositories are read through
};

Result<void> make_data_directory(const Config& config);

// Makes the data directory and the store where they are missing, and brings the store to this
// program's schema.
Result<Store> open_store(const GlobalOptions& options);
// The same with the schema as it stands.
Result<Store> open_unmigrated_store(const GlobalOptions& options);

// The organisation called so. With an empty slug: the only one there is; with none in the store and
// `make` set, a new one named main.
Result<access::Organization> choose_organization(const Store& store, const std::string& slug,
                                                 bool make = false);

}  // namespace sextant::app
