// A file compiled into the program by sextant_embed (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace sextant {

struct EmbeddedFile {
  std::string_view name;  // without its folder: "0001_organizations.sql"
  std::string_view content;
};

}  // namespace sextant
