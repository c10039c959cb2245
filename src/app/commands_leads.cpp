#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/print_list.hpp"
#include "app/secret_key.hpp"
#include "ingest/inbound_hooks.hpp"
#include "ingest/stored_events.hpp"
#include "leads/erasure.hpp"

namespace sextant::app {
namespace {

std::string address_of(const ingest::InboundHook& hook) {
  return fmt::format("/webhooks/{}/{}", hook.forge, ingest::to_text(hook.name));
}

}  // namespace

// The secret alone goes to standard output, as tokens do.
Result<int> create_hook(const GlobalOptions& global, const HookOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  const Secret key = TRY(secret_key(store.config));
  const Sealer sealer(key, ingest::inbound_sealing_purpose);
  ingest::CreatedHook created;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    created = TRY(ingest::create_inbound_hook(db, organization.id, options.forge, sealer,
                                              system_clock().now()));
    return {};
  }));
  fmt::print(stderr,
             "hook {} of {}: let GitHub post to {} with this secret, which is shown this once\n",
             ingest::to_text(created.hook.name), organization.slug, address_of(created.hook));
  fmt::print("{}\n", created.secret.reveal());
  return ExitStatus::done;
}

Result<int> list_hooks(const GlobalOptions& global, const HookOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  print_list(
      TRY(ingest::list_inbound_hooks(*reader, organization.id)), options.json,
      [](json::Writer& json, const ingest::InboundHook& hook) {
        json.key("id").string(ingest::to_text(hook.name));
        json.key("forge").string(hook.forge);
        json.key("path").string(address_of(hook));
        json.key("created_at").time(hook.created_at);
      },
      [](const ingest::InboundHook& hook) {
        return fmt::format("{}\t{}", ingest::to_text(hook.name), address_of(hook));
      });
  return ExitStatus::done;
}

Result<int> remove_hook(const GlobalOptions& global, const HookOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto name = ingest::parse_hook_name(options.id);
  if (!name || name->organization != organization.id)
    return fail(ErrorKind::not_found,
                fmt::format("there is no hook {}; `sextant hook list` shows them", options.id));
  TRY(store.database->write(
      [&](db::Connection& db) { return ingest::remove_inbound_hook(db, *name); }));
  fmt::print(stderr, "hook {} is deleted; what is posted to it is refused from now on\n",
             options.id);
  return ExitStatus::done;
}

Result<int> erase_person(const GlobalOptions& global, const EraseOptions& options) {
  const std::string login = TRY(leads::read_login(options.login));
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const Secret key = TRY(secret_key(store.config));
  leads::Erased erased;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    erased = TRY(leads::erase_person(db, organization.id, login, tombstone_key(key),
                                     ingest::erase_events, system_clock().now()));
    return {};
  }));
  fmt::print("people {}, leads {}, profiles {}, delivery bodies {}, events {}, kept answers {}\n",
             erased.people, erased.leads, erased.profiles, erased.deliveries, erased.events,
             erased.answers);
  fmt::print(stderr, "{} will not be captured again for {}\n", login, organization.slug);
  return ExitStatus::done;
}

}  // namespace sextant::app
