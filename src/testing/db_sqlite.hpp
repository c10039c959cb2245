// For tests: an empty, migrated store in a directory of its own, gone at the end of the scope.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "db/database.hpp"

namespace sextant::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "sextant-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The value of a Result, which a test cannot go on without.
template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class TemporaryDatabase {
 public:
  TemporaryDatabase() : database_(open_again()) { value_of(db::migrate(*database_)); }

  db::Database& operator*() const { return *database_; }
  db::Database* operator->() const { return database_.get(); }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path file() const { return directory_.path() / "sextant.db"; }

  // Another opening of the same file, as another process would have.
  std::unique_ptr<db::Database> open_again() const { return value_of(db::open_sqlite(file(), {})); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<db::Database> database_;
};

}  // namespace sextant::testing
