#include "ingest/subscriber.hpp"

namespace sextant::ingest {

std::string_view to_text(Path path) {
  return path == Path::webhook ? "webhook" : "archive";
}

std::optional<Path> path_named(std::string_view text) {
  for (const Path path : {Path::webhook, Path::archive})
    if (to_text(path) == text) return path;
  return std::nullopt;
}

}  // namespace sextant::ingest
