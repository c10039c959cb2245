// What every command begins with: the settings, the data directory, and the open, migrated store.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "access/organizations.hpp"
#include "app/config.hpp"
#include "db/database.hpp"

namespace sextant::app {

struct GlobalOptions {
  std::string config_file;  // empty: none
  std::string data;         // empty: as configured
};

Result<Config> read_config(const GlobalOptions& options);

struct Store {
  Config config;
  std::unique_ptr<db::Database> database;

  std::filesystem::path clones() const {
    return config.data / "clones";
  }  // of repositories given by URL
  std::filesystem::path scratch() const {
    return config.data / "scratch";
  }  // what repositories are read through
};

// Makes the data directory and the store where they are missing.
Result<Store> open_store(const GlobalOptions& options);

// The organisation called so. With an empty slug: the only one there is; with none in the store and
// `make` set, a new one named main.
Result<access::Organization> choose_organization(const Store& store, const std::string& slug,
                                                 bool make = false);

}  // namespace sextant::app
