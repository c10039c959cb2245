// Who did it: identities as history names them, mapped to contributors.
#pragma once

#include <cstdint>
#include <string>

#include "db/connection.hpp"
#include "forge/mailmap.hpp"
#include "forge/merge.hpp"

namespace sextant::velocity {

// Where an author was seen.
struct Sighting {
  std::int64_t repository = 0;
  std::string_view
      web_url;  // the repository's page; empty: no forge known, so profiles have no address
  Instant at;
};

class IdentityStore {
 public:
  IdentityStore(db::Connection& db, std::int64_t organization)
      : db_(db), organization_(organization) {}

  // The identity of an author, made when it is new: with the contributor that the mailmap chooses,
  // else one of its own. A login takes its name; a name made from an e-mail address that is taken
  // gets a suffix.
  Result<std::int64_t> ensure(const forge::Author& author, const forge::Mailmap& mailmap,
                              const Sighting& sighting);

  // Maps every known identity anew, as this repository's mailmap is now: to another contributor, or
  // back to its own where the mailmap does not mention it any more. Scores stay where they are.
  Result<void> apply(const forge::Mailmap& mailmap, const Sighting& sighting);

  // Whether anything was written that names in memory must follow.
  bool changed() const { return changed_; }

 private:
  struct Identity;
  Result<std::optional<Identity>> find(const std::string& key);
  Result<Identity> insert(const forge::Author& author, const forge::Author& mapped,
                          const Sighting& sighting);
  Result<void> see(const Identity& identity, Instant at);
  Result<void> move(const Identity& identity, std::int64_t contributor,
                    std::optional<std::int64_t> mapped_by);
  Result<std::int64_t> own_contributor(const forge::Author& author, const Sighting& sighting);
  Result<std::int64_t> account_contributor(const forge::Author& author, const Sighting& sighting);
  Result<std::int64_t> insert_contributor(const std::string& username, const forge::Author& author,
                                          const Sighting& sighting);
  Result<void> show_as(std::int64_t contributor, const std::string& display_name);

  db::Connection& db_;
  std::int64_t organization_;
  bool changed_ = false;
};

}  // namespace sextant::velocity
