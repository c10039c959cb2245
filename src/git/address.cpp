#include "git/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sextant::git {

Result<void> check_address(std::string_view url) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
  if (url.empty() || url.starts_with('-') || std::ranges::any_of(url, is_control))
    return fail(ErrorKind::invalid, fmt::format("'{}' is no address of a repository", url));
  // "ext::COMMAND" and its like run a program instead of fetching.
  const std::size_t helper = url.find("::");
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (helper != std::string_view::npos && std::ranges::all_of(url.substr(0, helper), is_word))
    return fail(ErrorKind::invalid, fmt::format("'{}': addresses of the form '{}::' are refused",
                                                url, url.substr(0, helper)));
  return {};
}

std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t start = scheme + 3;
  const std::size_t at = url.substr(0, url.find('/', start)).rfind('@');
  if (at == std::string_view::npos || at < start) return std::string(url);
  std::string_view user = url.substr(start, at - start);
  // An ssh user is part of the address; with any other scheme even the name may be a token.
  user = url.starts_with("ssh") ? user.substr(0, user.find(':')) : std::string_view();
  return fmt::format("{}{}{}{}", url.substr(0, start), user, user.empty() ? "" : "@",
                     url.substr(at + 1));
}

}  // namespace sextant::git
