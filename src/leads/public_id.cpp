#include "leads/public_id.hpp"

#include <limits>

namespace sextant::leads {
namespace {

constexpr std::string_view digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t most_digits = 11;  // 62^11 is above 2^63

}  // namespace

std::string public_id(std::string_view prefix, std::int64_t id) {
  std::string backwards;
  for (auto rest = static_cast<std::uint64_t>(id); rest > 0; rest /= digits.size())
    backwards += digits[rest % digits.size()];
  std::string text(prefix);
  return text.append(backwards.rbegin(), backwards.rend());
}

std::optional<std::int64_t> read_public_id(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  if (text.empty() || text.size() > most_digits || text.front() == '0') return std::nullopt;
  unsigned __int128 id = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == digits.npos) return std::nullopt;
    id = id * digits.size() + digit;
  }
  if (id > static_cast<unsigned __int128>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return static_cast<std::int64_t>(id);
}

}  // namespace sextant::leads
