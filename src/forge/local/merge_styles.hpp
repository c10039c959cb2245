// What a commit's message says about the pull request that it merged: the styles of the forges, of
// merge bots and of squash merges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sextant::forge::local {

struct ParsedMessage {
  std::optional<std::int64_t> number;  // none: a direct commit
  std::string title;
  std::string description;
  std::string reverts;  // the number, or else the hash, of what it takes back; else empty
};

// Any bytes; what comes out is UTF-8, the title at most 1,000 characters, the description 64 KiB.
ParsedMessage parse_message(std::string_view message);

// The same message without regard to any number in it.
ParsedMessage parse_direct_message(std::string_view message);

}  // namespace sextant::forge::local
