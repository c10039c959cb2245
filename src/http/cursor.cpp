#include "http/cursor.hpp"

namespace sextant::http {
namespace {

constexpr std::size_t mark_bytes = 16;

std::string_view as_text(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// The position's length comes first, so that no byte can move from it to `bound_to` unnoticed.
std::string mark_of(const Hash& key, std::string_view position, std::string_view bound_to) {
  std::string sealed;
  sealed.reserve(8 + position.size() + bound_to.size());
  for (int shift = 0; shift < 64; shift += 8)
    sealed += static_cast<char>(static_cast<std::uint64_t>(position.size()) >> shift);
  sealed += position;
  sealed += bound_to;
  return std::string(as_text(hmac_sha256(as_text(key), sealed)).substr(0, mark_bytes));
}

// Length before text, so that no two lists of parts read the same.
void append_part(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
}

}  // namespace

std::string cursor_binding(const Request& request, std::int64_t organization,
                           std::span<const std::string_view> filters) {
  std::string binding;
  append_part(binding, request.path);
  append_part(binding, std::to_string(organization));
  for (const std::string_view filter : filters) {
    const auto value = request.parameter(filter);
    append_part(binding, value ? "=" : "");
    append_part(binding, value.value_or(""));
  }
  return binding;
}

std::string seal_cursor(const Hash& key, std::string_view position, std::string_view bound_to) {
  return to_base64url(mark_of(key, position, bound_to).append(position));
}

Result<std::string> open_cursor(const Hash& key, std::string_view cursor,
                                std::string_view bound_to) {
  const auto bytes = from_base64url(cursor);
  if (bytes && bytes->size() >= mark_bytes) {
    const std::string_view mark = std::string_view(*bytes).substr(0, mark_bytes);
    const std::string_view position = std::string_view(*bytes).substr(mark_bytes);
    if (equal_in_constant_time(mark, mark_of(key, position, bound_to)))
      return std::string(position);
  }
  return fail(ErrorKind::invalid,
              "cursor is not one that this endpoint gave for these filters; leave it out to start "
              "at the first page");
}

}  // namespace sextant::http
