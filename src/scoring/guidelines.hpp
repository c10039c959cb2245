// Guidelines as people write them: prose in UTF-8, and lines `ignore: GLOB` among it, which name
// paths that do not count.
#pragma once

#include <string>

#include "base/result.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

constexpr std::size_t guidelines_bytes_max = 64 * 1024;

// `invalid`, with the line, where the text is no UTF-8, is too long, or names a glob that could
// never match.
Result<Guidelines> read_guidelines(int version, std::string text);

}  // namespace sextant::scoring
