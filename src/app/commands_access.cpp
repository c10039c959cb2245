#include <fmt/format.h>

#include "access/people.hpp"
#include "access/tokens.hpp"
#include "app/commands.hpp"
#include "app/print_list.hpp"
#include "base/text.hpp"
#include "leads/erasure.hpp"
#include "leads/plans.hpp"
#include "leads/quota.hpp"
#include "leads/trackers.hpp"

namespace sextant::app {
namespace {

constexpr std::int64_t retention_days_max = 3650;

Instant now() {
  return system_clock().now();
}

}  // namespace

Result<int> create_organization(const GlobalOptions& global, const OrganizationOptions& options) {
  const Store store = TRY(open_store(global));
  access::Organization made;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    const auto plan = options.plan.empty() ? std::nullopt : std::optional(options.plan);
    made = TRY(access::create_organization(db, options.slug, options.name, plan, now()));
    return {};
  }));
  fmt::print("{}\n", made.slug);
  return ExitStatus::done;
}

Result<int> list_organizations(const GlobalOptions& global, const OrganizationOptions& options) {
  const Store store = TRY(open_store(global));
  const auto reader = TRY(store.database->reader());
  const auto all = TRY(access::list_organizations(*reader));
  print_list(
      all, options.json,
      [](json::Writer& json, const access::Organization& one) {
        json.key("id").string(one.public_id);
        json.key("slug").string(one.slug);
        json.key("name").string(one.name);
        json.key("plan");
        one.plan ? json.string(*one.plan) : json.null();
        json.key("created_at").time(one.created_at);
      },
      [](const access::Organization& one) {
        return fmt::format("{}\t{}\t{}", one.slug, one.name, leads::plan_of(one.plan).name);
      });
  return ExitStatus::done;
}

Result<int> set_plan(const GlobalOptions& global, const OrganizationOptions& options) {
  if (!leads::plan_named(options.plan))
    return fail(ErrorKind::invalid, "the plans are free, starter, pro and agency");
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.slug));
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    TRY(access::set_plan(db, organization.id, options.plan));
    return {};
  }));
  int released = 1;
  while (released > 0)
    TRY(store.database->write([&](db::Connection& db) -> Result<void> {
      released = TRY(leads::release_over_quota(db, organization.id, store.config.leads, now()));
      return {};
    }));
  fmt::print(stderr, "{} is on the plan {} from now on\n", organization.slug, options.plan);
  return ExitStatus::done;
}

Result<int> set_retention(const GlobalOptions& global, const OrganizationOptions& options) {
  std::optional<int> days;
  if (options.retention != "forever") {
    const auto read = parse_integer(options.retention);
    if (!read || *read < 1 || *read > retention_days_max)
      return fail(ErrorKind::invalid,
                  fmt::format("\"{}\" is no time to keep leads for; it is 1 to {} days, or forever",
                              options.retention, retention_days_max));
    days = static_cast<int>(*read);
  }
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.slug));
  TRY(store.database->write(
      [&](db::Connection& db) { return leads::set_retention(db, organization.id, days); }));
  fmt::print(stderr, "leads of {} are kept {}; a server forgets older ones within the hour\n",
             organization.slug, days ? fmt::format("for {} days", *days) : "for good");
  return ExitStatus::done;
}

Result<int> delete_organization(const GlobalOptions& global, const OrganizationOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.slug));
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    TRY(access::remove_organization(db, organization.id, now()));
    return leads::count_tracker_change(db, true, true);
  }));
  fmt::print(stderr, "deleted {}; its tokens are answered with 404 from now on\n",
             organization.slug);
  return ExitStatus::done;
}

Result<int> create_user(const GlobalOptions& global, const UserOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto role = TRY(access::parse_role(options.role));
  Secret link;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    const auto person =
        TRY(access::add_person(db, organization.id, options.email, "", role, now()));
    link = TRY(access::create_sign_in_link(db, organization.id, person.account, now()));
    return {};
  }));
  fmt::print(stderr, "{} may sign in once within a day with\n", options.email);
  fmt::print("http://{}/sign-in?link={}\n", store.config.http.listen, link.reveal());
  return ExitStatus::done;
}

Result<int> list_users(const GlobalOptions& global, const UserOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  const auto people = TRY(access::list_people(*reader, organization.id));
  print_list(
      people, options.json,
      [](json::Writer& json, const access::Person& person) {
        json.key("email").string(person.email);
        json.key("name").string(person.name);
        json.key("role").string(access::name_of(person.role));
        json.key("since").time(person.since);
      },
      [](const access::Person& person) {
        return fmt::format("{}\t{}", person.email, access::name_of(person.role));
      });
  return ExitStatus::done;
}

Result<int> remove_user(const GlobalOptions& global, const UserOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  TRY(store.database->write([&](db::Connection& db) {
    return access::remove_person(db, organization.id, options.email);
  }));
  fmt::print(stderr, "removed {} from {}; the tokens made by them are refused from now on\n",
             options.email, organization.slug);
  return ExitStatus::done;
}

namespace {

Result<int> create_secret(const GlobalOptions& global, const TokenOptions& options,
                          const access::SecretForm& form, const char* what) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  access::NewToken token{.name = options.name,
                         .form = form,
                         .expiry = TRY(access::parse_expiry(options.expires)),
                         .created_by = {}};
  access::MintedToken minted;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    if (!options.email.empty()) {
      const auto person = TRY(access::find_person(db, organization.id, options.email));
      token.created_by = person.account;
    }
    minted = TRY(access::create_token(db, organization.id, token, now()));
    return {};
  }));
  fmt::print(stderr, "{} {} of {}; it is shown this once\n", what, minted.id, organization.slug);
  fmt::print("{}\n", minted.secret.reveal());
  return ExitStatus::done;
}

Result<int> list_secrets(const GlobalOptions& global, const TokenOptions& options,
                         const access::SecretForm& form) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  const auto tokens = TRY(access::list_tokens(*reader, organization.id, form));
  print_list(
      tokens, options.json,
      [](json::Writer& json, const access::Token& token) {
        json.key("id").string(std::to_string(token.id));
        json.key("name").string(token.name);
        json.key("created_by");
        token.created_by ? json.string(*token.created_by) : json.null();
        json.key("scopes").begin_array();
        for (const auto scope : split(token.scopes, ' ')) json.string(scope);
        json.end_array();
        json.key("created_at").time(token.created_at);
        append_time_or_null(json, "expires_at", token.expires_at);
        append_time_or_null(json, "last_used_at", token.last_used_at);
        append_time_or_null(json, "revoked_at", token.revoked_at);
      },
      [](const access::Token& token) {
        return fmt::format("{}\t{}\texpires {}\tused {}\trevoked {}", token.id, token.name,
                           or_dash(token.expires_at), or_dash(token.last_used_at),
                           or_dash(token.revoked_at));
      });
  return ExitStatus::done;
}

}  // namespace

Result<int> create_token(const GlobalOptions& global, const TokenOptions& options) {
  return create_secret(global, options, access::velocity_token, "token");
}
Result<int> list_tokens(const GlobalOptions& global, const TokenOptions& options) {
  return list_secrets(global, options, access::velocity_token);
}
Result<int> create_key(const GlobalOptions& global, const TokenOptions& options) {
  return create_secret(global, options, access::leads_key, "key");
}
Result<int> list_keys(const GlobalOptions& global, const TokenOptions& options) {
  return list_secrets(global, options, access::leads_key);
}

Result<int> revoke_token(const GlobalOptions& global, const TokenOptions& options) {
  const Store store = TRY(open_store(global));
  const auto id = parse_integer(options.id);
  if (!id)
    return fail(
        ErrorKind::invalid,
        fmt::format("\"{}\" is no id; `sextant token list` and `sextant key list` show them",
                    options.id));
  const std::optional<std::string> slug =
      options.organization.empty() ? std::nullopt : std::optional(options.organization);
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    const std::int64_t owner = slug ? TRY(access::find_organization(db, *slug)).id
                                    : TRY(access::find_token_owner(db, *id));
    return access::revoke_token(db, owner, *id, now());
  }));
  fmt::print(stderr, "revoked {}; it is refused from the next request on\n", *id);
  return ExitStatus::done;
}

}  // namespace sextant::app
