// Which lines of an archive may matter to leads, seen in their raw bytes.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "forge/prescan.hpp"
#include "leads/keyword_matcher.hpp"

namespace sextant::leads {

// The names that JSON lines have for what is looked at: what people write, and "owner/name".
struct ScannedFields {
  std::vector<std::string> texts;
  std::string repository;
};

// Hits the lines with a text in which the matcher may find a keyword, and those that name one of
// the repositories ("owner/name").
Result<std::unique_ptr<forge::Prescan>> make_prescan(std::shared_ptr<const KeywordMatcher> matcher,
                                                     std::span<const std::string> repositories,
                                                     const ScannedFields& fields);

}  // namespace sextant::leads
