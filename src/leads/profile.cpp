#include "leads/profile.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

// Mail of everybody: says nothing about where a person works.
constexpr std::string_view public_mail[] = {
    "126.com",        "163.com",        "duck.com",
    "foxmail.com",    "gmail.com",      "gmx.de",
    "gmx.net",        "googlemail.com", "hey.com",
    "hotmail.com",    "icloud.com",     "live.com",
    "mail.ru",        "me.com",         "msn.com",
    "outlook.com",    "pm.me",          "proton.me",
    "protonmail.com", "qq.com",         "users.noreply.github.com",
    "web.de",         "yahoo.com",      "yandex.ru"};

std::string domain_of(std::string_view email_folded) {
  const auto at = email_folded.rfind('@');
  return std::string(at == email_folded.npos ? "" : email_folded.substr(at + 1));
}

// "@acme @other" is acme; "Acme, Inc." is itself.
std::string_view company_text(std::string_view company) {
  company = trim(company);
  if (!company.starts_with('@')) return company;
  company.remove_prefix(1);
  return company.substr(0, company.find_first_of(" \t,;/@"));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ",").append(part);
  return text;
}

}  // namespace

Profile read_profile(const db::Row& row, int first) {
  const auto text = [&](int column) { return std::string(row.text(first + column)); };
  Profile profile{.name = text(0),
                  .email = text(1),
                  .email_source = text(2),
                  .bio = text(3),
                  .company = text(4),
                  .location = text(5),
                  .followers = row.integer_or_null(first + 6),
                  .public_repos = row.integer_or_null(first + 7),
                  .starred = row.integer_or_null(first + 8),
                  .account_created_at = row.time_or_null(first + 9),
                  .top_languages = {}};
  for (const std::string_view language : split(row.text(first + 10), ','))
    if (!language.empty()) profile.top_languages.emplace_back(language);
  return profile;
}

Result<std::optional<Profile>> find_profile(db::Connection& db, std::int64_t forge_id) {
  db::Query query("SELECT ");
  query.append(profile_columns).append(" FROM lead_profiles AS f WHERE f.forge_id = {}", forge_id);
  return db.row(query, [](const db::Row& row) { return read_profile(row, 0); });
}

Result<void> store_profile(db::Connection& db, std::int64_t forge_id, const Profile& profile,
                           Instant fetched_at) {
  return db.post(db::Query(
      "INSERT INTO lead_profiles (forge_id, name, email, email_source, bio, company, location,"
      " followers, public_repos, starred, account_created_at, top_languages, fetched_at)"
      " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
      " ON CONFLICT (forge_id) DO UPDATE SET name = excluded.name, email = excluded.email,"
      " email_source = excluded.email_source, bio = excluded.bio, company = excluded.company,"
      " location = excluded.location, followers = excluded.followers,"
      " public_repos = excluded.public_repos, starred = excluded.starred,"
      " account_created_at = excluded.account_created_at,"
      " top_languages = excluded.top_languages, fetched_at = excluded.fetched_at",
      forge_id, profile.name, profile.email, profile.email_source, profile.bio, profile.company,
      profile.location, profile.followers, profile.public_repos, profile.starred,
      profile.account_created_at, joined(profile.top_languages), fetched_at));
}

PersonKeys keys_of(std::string_view login, const Profile& profile) {
  PersonKeys keys{.email_folded = fold(trim(profile.email)),
                  .email_domain = {},
                  .company_key = {},
                  .company_name = {},
                  .search_text = fold(login)};
  keys.email_domain = domain_of(keys.email_folded);
  if (const auto company = company_text(profile.company); !company.empty()) {
    keys.company_key = fold(company);
    keys.company_name = trim(profile.company);
  } else if (!keys.email_domain.empty() &&
             std::ranges::find(public_mail, keys.email_domain) == std::end(public_mail)) {
    keys.company_key = keys.company_name = keys.email_domain;
  }
  for (const std::string* text :
       {&profile.name, &profile.email, &profile.company, &profile.location, &profile.bio})
    if (!text->empty()) keys.search_text.append("\n").append(fold(*text));
  return keys;
}

}  // namespace sextant::leads
