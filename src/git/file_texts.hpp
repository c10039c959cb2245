// Whole texts of files as commits have them, from one long-lived `git cat-file`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/repository.hpp"
#include "git/subprocess.hpp"

namespace sextant::git {

struct FilePlace {
  std::string_view commit;
  std::string_view path;
};

// For one thread. The child is started when it is first asked, and again should it have died.
class FileTexts {
 public:
  explicit FileTexts(const Repository& repository) : repository_(repository) {}

  // One for each place: nothing where there is no such file, it cannot be read, or it is larger
  // than `bytes_most`. An error: git does not run.
  Result<std::vector<std::optional<std::string>>> read(std::span<const FilePlace> places,
                                                       std::size_t bytes_most);

 private:
  Result<void> start();
  Result<bool> receive();
  Result<std::optional<std::string>> take_line();
  Result<std::optional<std::string>> take_bytes(std::size_t count);

  const Repository& repository_;
  std::optional<Subprocess> child_;
  std::string output_;
  std::size_t taken_ = 0;  // of the output
};

}  // namespace sextant::git
