// What the forge shows of a person to everybody. The cache is shared by all organisations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::leads {

// Empty texts and missing numbers are not known, or not told by the person.
struct Profile {
  std::string name;
  std::string email;
  std::string email_source;  // "profile", "commits"
  std::string bio;
  std::string company;
  std::string location;
  std::optional<std::int64_t> followers;
  std::optional<std::int64_t> public_repos;
  std::optional<std::int64_t> starred;
  std::optional<Instant> account_created_at;
  std::vector<std::string> top_languages;
  bool operator==(const Profile&) const = default;
};

inline constexpr std::string_view profile_columns =
    "f.name, f.email, f.email_source, f.bio, f.company, f.location, f.followers, f.public_repos,"
    " f.starred, f.account_created_at, f.top_languages";
inline constexpr int profile_column_count = 11;
// A row whose columns from `first` on are those; all of them may be null.
Profile read_profile(const db::Row& row, int first);

Result<std::optional<Profile>> find_profile(db::Connection& db, std::int64_t forge_id);
Result<void> store_profile(db::Connection& db, std::int64_t forge_id, const Profile& profile,
                           Instant fetched_at);

// What a person's row keeps of login and profile, to be found by.
struct PersonKeys {
  std::string email_folded;
  std::string email_domain;
  std::string company_key;   // "acme" of "@Acme" and "Acme"; else the domain of an own e-mail
  std::string company_name;  // as it is shown
  std::string search_text;
};
PersonKeys keys_of(std::string_view login, const Profile& profile);

}  // namespace sextant::leads
