// People of an organisation's leads. The forge's number makes the person, whatever the login.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secrets.hpp"
#include "leads/profile.hpp"

namespace sextant::leads {

struct Person {
  std::int64_t id = 0;
  std::int64_t forge_id = 0;
  std::string login;
  Instant login_seen_at;
  bool is_suppressed = false;
  std::string company_key;
};

class People {
 public:
  People(db::Connection& db, std::int64_t organization) : db_(db), organization_(organization) {}

  Result<std::optional<Person>> find(std::int64_t id);
  Result<std::optional<Person>> find_account(std::int64_t forge_id);
  // More than one where a login has passed on.
  Result<std::vector<Person>> named(std::string_view login);

  Result<Person> add(std::int64_t forge_id, std::string_view login, Instant login_seen_at,
                     const Profile& profile, Instant now);
  // Takes what login and profile say now over into the person's row, whether it is suppressed
  // included.
  Result<void> refresh(Person& person, const Profile& profile);
  Result<void> remove(std::int64_t id);

 private:
  db::Connection& db_;
  const std::int64_t organization_;
};

}  // namespace sextant::leads
