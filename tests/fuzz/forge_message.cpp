// Commit messages: any bytes; what comes out is UTF-8 and bounded.
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "forge/local/merge_styles.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& parsed :
       {forge::local::parse_message(text), forge::local::parse_direct_message(text)}) {
    if (valid_utf8(parsed.title) != parsed.title || parsed.title.size() > 4000) std::abort();
    if (valid_utf8(parsed.description) != parsed.description) std::abort();
    if (parsed.description.size() > (64u << 10) || parsed.reverts.size() > 64) std::abort();
    if (parsed.number && *parsed.number <= 0) std::abort();
  }
  return 0;
}
