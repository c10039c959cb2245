#include "http/address_guard.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sextant::http {
namespace {

constexpr std::size_t url_bytes_most = 2048;

// Addresses that begin with the first `bits` of these.
struct Block {
  std::array<std::uint8_t, 6> begin;
  int bits;
};

constexpr Block inside_4[] = {
    {{0}, 8},                  // this network
    {{10}, 8},                 // private
    {{100, 64}, 10},           // shared by a provider's customers
    {{127}, 8},                // loopback
    {{169, 254}, 16},          // link-local; most clouds' metadata
    {{172, 16}, 12},           // private
    {{192, 0, 0}, 24},         // protocol assignments
    {{192, 0, 2}, 24},         // documentation
    {{192, 31, 196}, 24},      // AS112
    {{192, 52, 193}, 24},      // AMT
    {{192, 88, 99}, 24},       // 6to4 relays
    {{192, 168}, 16},          // private
    {{192, 175, 48}, 24},      // AS112
    {{198, 18}, 15},           // benchmarks
    {{198, 51, 100}, 24},      // documentation
    {{203, 0, 113}, 24},       // documentation
    {{168, 63, 129, 16}, 32},  // the host of an Azure machine
    {{224}, 4},                // multicast
    {{240}, 4},                // reserved, broadcast
};

// Of IPv6 only 2000::/3 is given out; these parts of it are not receivers.
constexpr Block inside_6[] = {
    {{0x20, 0x01, 0x00}, 23},              // protocol assignments, Teredo, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},        // documentation
    {{0x20, 0x02}, 16},                    // 6to4
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, 48},  // AS112
    {{0x3f, 0xfe}, 16},                    // 6bone, given back
    {{0x3f, 0xff, 0x00}, 20},              // documentation
};

bool begins_with(std::span<const std::uint8_t> bytes, const Block& block) {
  for (int bit = 0; bit < block.bits; bit += 8) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const int rest = std::min(8, block.bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    if ((bytes[at] & mask) != (block.begin[at] & mask)) return false;
  }
  return true;
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part(CURLU* url, CURLUPart what) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, 0) != CURLUE_OK) return {};
  std::string copied(text);
  curl_free(text);
  return copied;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorKind::invalid, fmt::format("url {}", why));
}

// Between "//" and the path. Parsers disagree about what is odd in here, so nothing odd may be.
Result<std::string> plain_authority(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == url.npos) return refuse("needs a scheme: https://");
  std::string_view authority = url.substr(begin + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.find('@') != authority.npos)
    return refuse("must not hold a user name or a password");
  const bool is_plain = std::ranges::all_of(authority, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
  if (authority.empty() || !is_plain)
    return refuse("needs a host of plain letters, digits, dots and hyphens (punycode: xn--...)");
  return std::string(authority);
}

bool ends_in_number(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty()) return false;
  if (last.starts_with("0x")) return true;
  return std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_inside_name(std::string_view host) {
  if (host.find('.') == host.npos) return true;  // of the local network's search list
  constexpr std::string_view suffixes[] = {
      ".localhost", ".localdomain", ".local",   ".internal",  ".intranet",    ".lan",
      ".home",      ".corp",        ".private", ".home.arpa", ".in-addr.arpa"};
  return std::ranges::any_of(suffixes,
                             [&](std::string_view suffix) { return host.ends_with(suffix); });
}

// The address that a host is, when it is written as one.
std::optional<bool> is_public_literal(const std::string& host) {
  std::array<std::uint8_t, 16> bytes{};
  if (host.starts_with('[')) {
    const std::string inner = host.substr(1, host.size() - 2);
    return ::inet_pton(AF_INET6, inner.c_str(), bytes.data()) == 1 && is_public_address(bytes);
  }
  if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
    return is_public_address(std::span(bytes).first(4));
  // Looks like a number and is none that everybody reads the same.
  if (ends_in_number(host)) return false;
  return std::nullopt;
}

Result<void> check_host(std::string host) {
  host = fold(host);
  while (host.ends_with('.')) host.pop_back();
  const auto literal = is_public_literal(host);
  const bool is_public = literal ? *literal : !is_inside_name(host);
  if (!is_public || host.empty())
    return refuse("must lead to a public host, not into an internal network");
  return {};
}

}  // namespace

bool is_public_address(std::span<const std::uint8_t> bytes) {
  const auto is_in = [&](const Block& block) { return begins_with(bytes, block); };
  if (bytes.size() == 4) return std::ranges::none_of(inside_4, is_in);
  if (bytes.size() == 16) return (bytes[0] & 0xe0) == 0x20 && std::ranges::none_of(inside_6, is_in);
  return false;
}

Result<void> check_outgoing_url(std::string_view url, const Reach& reach) {
  if (url.size() > url_bytes_most) return refuse("takes at most 2048 characters");
  const bool is_printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_printable || url.find('\\') != url.npos)
    return refuse("takes printable ASCII without spaces or backslashes; encode what is not");
  TRY(plain_authority(url));
  // curl itself takes it apart, so that what is checked is what is connected to.
  const Url parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(),
                   CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return refuse("is not one");
  const std::string scheme = part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && reach.allow_insecure))
    return refuse("must begin with https://");
  if (part(parsed.get(), CURLUPART_PORT) == "0") return refuse("needs a port above 0");
  if (reach.allow_private) return {};
  return check_host(part(parsed.get(), CURLUPART_HOST));
}

}  // namespace sextant::http
