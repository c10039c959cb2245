#include "db/postgres_shown_url.hpp"

#include <memory>
#include <string_view>

#include <libpq-fe.h>

#include "base/text.hpp"
#include "db/postgres_url.hpp"

namespace sextant::db {
namespace {

bool is_password(std::string_view parameter) {
  return parameter == "password" || parameter == "sslpassword";
}

// "user:password@host" without what lies between the colon and the at.
std::string without_login_password(const std::string& url) {
  const auto begin = url.find("://") + 3;
  const auto end = url.find_first_of("/?#", begin);
  const auto at = url.substr(0, end).rfind('@');
  const auto colon = url.find(':', begin);
  if (at == url.npos || at < begin || colon > at) return url;
  return url.substr(0, colon) + url.substr(at);
}

std::string without_password_parameters(const std::string& url) {
  const auto question = url.find('?');
  if (question == url.npos) return url;
  std::string kept;
  for (const std::string_view parameter : split(std::string_view(url).substr(question + 1), '&')) {
    if (is_password(parameter.substr(0, parameter.find('=')))) continue;
    kept += (kept.empty() ? "?" : "&") + std::string(parameter);
  }
  return url.substr(0, question) + kept;
}

// However it may have been written.
bool holds_password(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
  if (!options) return true;
  for (const auto* option = options.get(); option->keyword; ++option)
    if (option->val && is_password(option->keyword)) return true;
  return false;
}

}  // namespace

Result<std::string> shown_postgres_url(const Settings& settings) {
  TRY(read_postgres_url(settings));
  const std::string shown =
      without_password_parameters(without_login_password(settings.url.reveal()));
  return holds_password(shown) ? "postgresql://..." : shown;
}

}  // namespace sextant::db
