#include "velocity/identities.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "forge/links.hpp"
#include "forge/people.hpp"
#include "velocity/next_id.hpp"

namespace sextant::velocity {

struct IdentityStore::Identity {
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::int64_t contributor = 0;
  std::optional<std::int64_t> mapped_by;
  Instant first_seen_at;
  Instant last_seen_at;
};

namespace {

// One spelling per identity.
std::string key_of(const forge::Author& author) {
  if (!author.email.empty()) return fold(author.email);
  if (!author.login.empty()) return "login:" + fold(author.login);
  return "name:" + fold(author.name);
}

forge::Author mapped(const forge::Author& author, const forge::Mailmap& mailmap) {
  const auto [name, email] = mailmap.resolve(author.name, author.email);
  forge::Author result{.name = name,
                       .email = email,
                       .login = forge::login_from_email(email),
                       .is_bot = author.is_bot};
  if (result.login.empty() && fold(email) == fold(author.email)) result.login = author.login;
  return result;
}

// "alice" of alice@example.com; spaces of a bare name become dashes.
std::string derived_username(const forge::Author& author) {
  std::string name =
      author.email.empty() ? author.name : author.email.substr(0, author.email.find('@'));
  for (char& c : name)
    if (c == ' ' || c == '/' || c == ',') c = '-';
  return name.empty() ? "ghost" : name;  // nobody is named: as GitHub shows a deleted account
}

std::string with_suffix(const std::string& username, const forge::Author& author) {
  return username + "-" + to_hex(sha256(key_of(author))).substr(0, 6);
}

template <typename Text>
std::optional<std::string> or_null(Text text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(std::move(text));
}

}  // namespace

Result<std::optional<IdentityStore::Identity>> IdentityStore::find(const std::string& key) {
  return db_.row(db::Query("SELECT id, name, email, contributor, mapped_by, first_seen_at, "
                           "last_seen_at FROM identities"
                           " WHERE organization = {} AND key_folded = {}",
                           organization_, key),
                 [](const db::Row& row) {
                   return Identity{
                       row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                       row.integer(3), row.integer_or_null(4),   row.time(5),
                       row.time(6)};
                 });
}

Result<std::int64_t> IdentityStore::ensure(const forge::Author& author,
                                           const forge::Mailmap& mailmap,
                                           const Sighting& sighting) {
  const auto known = TRY(find(key_of(author)));
  if (known) {
    TRY(see(*known, sighting.at));
    return known->id;
  }
  const Identity made = TRY(insert(author, mapped(author, mailmap), sighting));
  return made.id;
}

Result<IdentityStore::Identity> IdentityStore::insert(const forge::Author& author,
                                                      const forge::Author& mapped,
                                                      const Sighting& sighting) {
  Identity identity{.id = 0,
                    .name = author.name,
                    .email = author.email,
                    .contributor = 0,
                    .mapped_by = {},
                    .first_seen_at = sighting.at,
                    .last_seen_at = sighting.at};
  if (key_of(mapped) == key_of(author)) {
    identity.contributor = TRY(own_contributor(mapped, sighting));
  } else {
    auto target = TRY(find(key_of(mapped)));
    if (!target) target = TRY(insert(mapped, mapped, sighting));
    identity.contributor = target->contributor;
    identity.mapped_by = sighting.repository;
  }
  identity.id = TRY(next_id(db_, "identities", organization_));
  TRY(db_.post(db::Query(
      "INSERT INTO identities (organization, id, key_folded, name, email, contributor, mapped_by,"
      " is_bot, first_seen_at, last_seen_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
      organization_, identity.id, key_of(author), author.name, author.email, identity.contributor,
      identity.mapped_by, author.is_bot, sighting.at, sighting.at)));
  changed_ = true;
  return identity;
}

Result<void> IdentityStore::see(const Identity& identity, Instant at) {
  if (at >= identity.first_seen_at && at <= identity.last_seen_at) return {};
  TRY(
      db_.post(db::Query("UPDATE identities SET first_seen_at = {}, last_seen_at = {} WHERE "
                         "organization = {} AND id = {}",
                         std::min(at, identity.first_seen_at), std::max(at, identity.last_seen_at),
                         organization_, identity.id)));
  changed_ = true;
  return {};
}

Result<std::int64_t> IdentityStore::own_contributor(const forge::Author& author,
                                                    const Sighting& sighting) {
  if (!author.login.empty()) return account_contributor(author, sighting);
  const std::string username = derived_username(author);
  for (const std::string& candidate : {username, with_suffix(username, author)}) {
    struct Taken {
      std::int64_t id;
      bool is_free;  // nobody is mapped to it: it was this name's before
    };
    const auto taken = TRY(db_.row(
        db::Query("SELECT c.id, NOT c.has_account AND NOT EXISTS (SELECT 1 FROM identities AS i"
                  " WHERE i.organization = c.organization AND i.contributor = c.id) FROM "
                  "contributors AS c"
                  " WHERE c.organization = {} AND c.username_folded = {}",
                  organization_, fold(candidate)),
        [](const db::Row& row) { return Taken{row.integer(0), row.boolean(1)}; }));
    if (!taken) return insert_contributor(candidate, author, sighting);
    if (taken->is_free) return taken->id;
  }
  return insert_contributor(with_suffix(username, author) + "-" + to_hex(sha256(key_of(author))),
                            author, sighting);
}

Result<std::int64_t> IdentityStore::account_contributor(const forge::Author& author,
                                                        const Sighting& sighting) {
  struct Taken {
    std::int64_t id;
    std::string username;
    bool has_account;
  };
  const auto taken = TRY(
      db_.row(db::Query("SELECT id, username, has_account FROM contributors WHERE organization = {}"
                        " AND username_folded = {}",
                        organization_, fold(author.login)),
              [](const db::Row& row) {
                return Taken{row.integer(0), std::string(row.text(1)), row.boolean(2)};
              }));
  if (taken && taken->has_account) return taken->id;
  if (taken) {
    // The account takes the name; whoever had it from an e-mail address gets the suffix.
    const auto email = TRY(db_.row(
        db::Query("SELECT email, name FROM identities WHERE organization = {} AND contributor = {}"
                  " ORDER BY id LIMIT 1",
                  organization_, taken->id),
        [](const db::Row& row) {
          return forge::Author{.name = std::string(row.text(1)),
                               .email = std::string(row.text(0)),
                               .login = "",
                               .is_bot = false};
        }));
    const std::string username = with_suffix(taken->username, email.value_or(forge::Author{}));
    TRY(
        db_.post(db::Query("UPDATE contributors SET username = {}, username_folded = {} WHERE "
                           "organization = {} AND id = {}",
                           username, fold(username), organization_, taken->id)));
  }
  return insert_contributor(author.login, author, sighting);
}

Result<std::int64_t> IdentityStore::insert_contributor(const std::string& username,
                                                       const forge::Author& author,
                                                       const Sighting& sighting) {
  const std::int64_t id = TRY(next_id(db_, "contributors", organization_));
  TRY(db_.post(db::Query(
      "INSERT INTO contributors (organization, id, username, username_folded, display_name, "
      "profile_url,"
      " avatar_url, has_account) VALUES ({}, {}, {}, {}, {}, {}, NULL, {})",
      organization_, id, username, fold(username), author.name.empty() ? username : author.name,
      or_null(forge::profile_url(sighting.web_url, author.login)), !author.login.empty())));
  changed_ = true;
  return id;
}

Result<void> IdentityStore::move(const Identity& identity, std::int64_t contributor,
                                 std::optional<std::int64_t> mapped_by) {
  // The name that the person had resolves to where they are now.
  TRY(db_.post(
      db::Query("INSERT INTO contributor_aliases (organization, username_folded, contributor)"
                " SELECT organization, username_folded, {} FROM contributors WHERE organization = "
                "{} AND id = {}"
                " ON CONFLICT (organization, username_folded) DO UPDATE SET contributor = "
                "excluded.contributor",
                contributor, organization_, identity.contributor)));
  TRY(db_.post(db::Query(
      "UPDATE identities SET contributor = {}, mapped_by = {} WHERE organization = {} AND id = {}",
      contributor, mapped_by, organization_, identity.id)));
  changed_ = true;
  return {};
}

Result<void> IdentityStore::show_as(std::int64_t contributor, const std::string& display_name) {
  if (display_name.empty()) return {};
  const auto rows = TRY(db_.execute(
      db::Query("UPDATE contributors SET display_name = {} WHERE organization = {} AND id = {}"
                " AND display_name <> {}",
                display_name, organization_, contributor, display_name)));
  if (rows > 0) changed_ = true;
  return {};
}

Result<void> IdentityStore::apply(const forge::Mailmap& mailmap, const Sighting& sighting) {
  const auto all = TRY(
      db_.rows(db::Query("SELECT id, name, email, contributor, mapped_by, first_seen_at, "
                         "last_seen_at FROM identities"
                         " WHERE organization = {} ORDER BY id",
                         organization_),
               [](const db::Row& row) {
                 return Identity{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                                 row.integer(3), row.integer_or_null(4),   row.time(5),
                                 row.time(6)};
               }));
  for (const Identity& identity : all) {
    const forge::Author raw{.name = identity.name,
                            .email = identity.email,
                            .login = forge::login_from_email(identity.email),
                            .is_bot = false};
    const forge::Author target = mapped(raw, mailmap);
    if (key_of(target) != key_of(raw)) {
      auto canonical = TRY(find(key_of(target)));
      if (!canonical)
        canonical = TRY(insert(target, target,
                               {sighting.repository, sighting.web_url, identity.first_seen_at}));
      if (canonical->contributor != identity.contributor)
        TRY(move(identity, canonical->contributor, sighting.repository));
      TRY(show_as(canonical->contributor, target.name));
    } else if (identity.mapped_by == sighting.repository) {
      const std::int64_t own = TRY(
          own_contributor(raw, {sighting.repository, sighting.web_url, identity.first_seen_at}));
      TRY(move(identity, own, std::nullopt));
    } else if (target.name != raw.name) {
      TRY(show_as(identity.contributor, target.name));
    }
  }
  return {};
}

}  // namespace sextant::velocity
