#include "app/read_text.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

namespace sextant::app {

Result<std::string> read_text(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return fail(ErrorKind::invalid, fmt::format("{} is a folder; name a file in it", file));
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorKind::not_found, fmt::format("cannot read {}", file));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string shown_file(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

}  // namespace sextant::app
