#include "db/postgres_url.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace sextant::db {
namespace {

constexpr std::string_view example = "postgresql://user:password@host:5432/database";

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::unexpected<Error> unreadable() {
  return fail(ErrorKind::invalid,
              fmt::format("the database's URL cannot be read; it looks like {}, and in a name or "
                          "password the characters @ : / ? # % are written %40 %3A %2F %3F %23 %25",
                          example));
}

bool is_number_list(std::string_view text) {
  return text.find_first_not_of("0123456789,") == text.npos;
}

// A password with a bare @ or / reads as a host or a database, which errors would show.
bool is_ambiguous(std::string_view url, const PQconninfoOption* options) {
  bool has_user = false;
  for (const auto* option = options; option->keyword; ++option) {
    if (!option->val) continue;
    const std::string_view name = option->keyword;
    const std::string_view value = option->val;
    if (name == "user") has_user = true;
    if (name == "host" && value.find_first_of("@?#") != value.npos) return true;
    if (name == "dbname" && value.find_first_of("@/?#:") != value.npos) return true;
    if (name == "port" && !is_number_list(value)) return true;
  }
  return !has_user && url.substr(0, url.find('?')).contains('@');
}

std::string server_settings(const Settings& settings) {
  // Plans are made for the values at hand: a plan for any value is ruinous for a large tenant.
  // Whatever becomes of this process, the server lets go of its locks soon.
  return fmt::format(
      "-c plan_cache_mode=force_custom_plan -c jit=off -c statement_timeout={} "
      "-c default_transaction_isolation=read\\ committed "
      "-c idle_in_transaction_session_timeout=60000 -c tcp_keepalives_idle=10 "
      "-c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
      settings.statement_timeout.count());
}

// What the texts of values look like; not the URL's to choose.
constexpr std::string_view text_forms =
    " -c bytea_output=hex -c extra_float_digits=1 -c standard_conforming_strings=on";

}  // namespace

Result<PostgresTarget> read_postgres_url(const Settings& settings) {
  const std::string& url = settings.url.reveal();
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    return fail(ErrorKind::invalid,
                fmt::format("the database's URL must look like {}; leave it empty for the embedded "
                            "store",
                            example));
  const Options options(PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
  if (!options || is_ambiguous(url, options.get())) return unreadable();

  PostgresTarget target{.parameters = {}, .statement_timeout = settings.statement_timeout};
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(target.parameters,
                               [&](const auto& one) { return one.name == name; });
  };
  const auto add = [&](std::string_view name, std::string value) {
    if (!has(name)) target.parameters.push_back({std::string(name), Secret(std::move(value))});
  };
  add("client_encoding", "UTF8");
  std::string theirs;
  for (const auto* option = options.get(); option->keyword; ++option)
    if (option->val && std::string_view(option->keyword) == "options")
      theirs = option->val;
    else if (option->val)
      add(option->keyword, option->val);
  add("options", fmt::format("{} {}{}", server_settings(settings), theirs, text_forms));

  using std::chrono::ceil;
  using std::chrono::seconds;
  add("connect_timeout", std::to_string(ceil<seconds>(settings.connect_timeout).count()));
  add("keepalives_idle", "10");
  add("keepalives_interval", "5");
  add("keepalives_count", "3");
  add("tcp_user_timeout", "25000");
  add("fallback_application_name", "sextant");
  add("target_session_attrs", "primary");  // of several hosts
  return target;
}

}  // namespace sextant::db
