#include "ingest/inbound_hooks.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::ingest {

std::string to_text(const HookName& name) {
  return fmt::format("{}-{}", name.organization, name.id);
}

std::optional<HookName> parse_hook_name(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto organization = parse_integer(text.substr(0, dash));
  const auto id = parse_integer(text.substr(dash + 1));
  if (!organization || !id || *organization <= 0 || *id <= 0) return std::nullopt;
  return HookName{*organization, *id};
}

Result<CreatedHook> create_inbound_hook(db::Connection& connection, std::int64_t organization,
                                        std::string_view forge, const Sealer& sealer, Instant now) {
  CreatedHook created{
      .hook = {.name = {organization, new_id()}, .forge = std::string(forge), .created_at = now},
      .secret = Secret(new_token("", 40))};
  const HookName& name = created.hook.name;
  TRY(connection.execute(
      db::Query("INSERT INTO inbound_hooks (organization, id, forge, secret, created_at)"
                " VALUES ({}, {}, {}, {}, {})",
                name.organization, name.id, forge,
                db::Blob{sealer.seal(created.secret, to_text(name))}, now)));
  return created;
}

Result<std::vector<InboundHook>> list_inbound_hooks(db::Connection& connection,
                                                    std::int64_t organization) {
  return connection.rows(db::Query("SELECT organization, id, forge, created_at FROM inbound_hooks"
                                   " WHERE organization = {} ORDER BY id",
                                   organization),
                         [](const db::Row& row) {
                           return InboundHook{.name = {row.integer(0), row.integer(1)},
                                              .forge = std::string(row.text(2)),
                                              .created_at = row.time(3)};
                         });
}

Result<void> remove_inbound_hook(db::Connection& connection, const HookName& name) {
  const auto removed = TRY(
      connection.execute(db::Query("DELETE FROM inbound_hooks WHERE organization = {} AND id = {}",
                                   name.organization, name.id)));
  if (removed > 0) return {};
  return fail(ErrorKind::not_found, fmt::format("there is no hook {}", to_text(name)));
}

Result<std::optional<Secret>> inbound_secret(db::Connection& connection, const HookName& name,
                                             std::string_view forge, const Sealer& sealer) {
  const auto sealed =
      TRY(connection.row(db::Query("SELECT h.secret FROM inbound_hooks h"
                                   " JOIN organizations o ON o.id = h.organization"
                                   " WHERE h.organization = {} AND h.id = {} AND h.forge = {}"
                                   " AND o.deleted_at IS NULL",
                                   name.organization, name.id, forge)
                             .keep_plan(),
                         [](const db::Row& row) { return std::string(row.blob(0)); }));
  if (!sealed) return std::nullopt;
  return TRY(sealer.open(*sealed, to_text(name)));
}

}  // namespace sextant::ingest
