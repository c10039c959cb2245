#include "velocity/guidelines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sextant::velocity {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::string_view select =
    "SELECT version, text, restored_from, saved_by, saved_at FROM guidelines";

GuidelinesVersion read(const db::Row& row) {
  GuidelinesVersion read{.version = static_cast<int>(row.integer(0)),
                         .text = std::string(row.text(1)),
                         .restored_from = {},
                         .saved_by = std::string(row.text(3)),
                         .saved_at = row.time(4)};
  if (!row.is_null(2)) read.restored_from = static_cast<int>(row.integer(2));
  return read;
}

Result<void> check_author(std::string_view by) {
  const bool has_control =
      std::ranges::any_of(by, [](unsigned char c) { return c < ' ' || c == 0x7F; });
  if (!trim(by).empty() && by.size() <= name_bytes_max && !has_control && valid_utf8(by) == by)
    return {};
  return fail(ErrorKind::invalid,
              fmt::format("say in one line of at most {} bytes who changes the guidelines",
                          name_bytes_max));
}

}  // namespace

Result<std::vector<GuidelinesVersion>> GuidelinesStore::list(std::int64_t organization,
                                                             std::int64_t repository) {
  db::Query query(select);
  query.where("organization = {}", organization).where("repository = {}", repository);
  query.append(" ORDER BY version DESC");
  return db_.rows(query, read);
}

Result<std::optional<GuidelinesVersion>> GuidelinesStore::find(std::int64_t organization,
                                                               std::int64_t repository,
                                                               int version) {
  db::Query query(select);
  query.where("organization = {}", organization).where("repository = {}", repository);
  if (version != 0) query.where("version = {}", version);
  query.append(" ORDER BY version DESC LIMIT 1");
  return db_.row(query, read);
}

Result<GuidelinesStore::Saved> GuidelinesStore::save(std::int64_t organization,
                                                     std::int64_t repository,
                                                     const std::string& text, std::string_view by,
                                                     Instant now) {
  TRY(scoring::read_guidelines(0, text));
  return append(organization, repository,
                {.version = 0,
                 .text = text,
                 .restored_from = {},
                 .saved_by = std::string(by),
                 .saved_at = now});
}

Result<GuidelinesStore::Saved> GuidelinesStore::restore(std::int64_t organization,
                                                        std::int64_t repository, int version,
                                                        std::string_view by, Instant now) {
  const auto earlier = version > 0 ? TRY(find(organization, repository, version))
                                   : std::optional<GuidelinesVersion>{};
  if (!earlier)
    return fail(ErrorKind::not_found,
                fmt::format("the repository has no version {} of its guidelines", version));
  return append(organization, repository,
                {.version = 0,
                 .text = earlier->text,
                 .restored_from = version,
                 .saved_by = std::string(by),
                 .saved_at = now});
}

Result<GuidelinesStore::Saved> GuidelinesStore::append(std::int64_t organization,
                                                       std::int64_t repository,
                                                       const GuidelinesVersion& next) {
  TRY(check_author(next.saved_by));
  const auto current = TRY(find(organization, repository));
  if (current && current->text == next.text)
    return Saved{.version = current->version, .is_new = false};
  const int version = current ? current->version + 1 : 1;
  TRY(
      db_.post(db::Query("INSERT INTO guidelines (organization, repository, version, text, "
                         "restored_from, saved_by, saved_at) VALUES ({}, {}, {}, {}, {}, {}, {})",
                         organization, repository, version, next.text, next.restored_from,
                         next.saved_by, next.saved_at)));
  return Saved{.version = version, .is_new = true};
}

Result<std::optional<scoring::Guidelines>> read_current_guidelines(db::Database& database,
                                                                   std::int64_t organization,
                                                                   std::int64_t repository) {
  const auto reader = TRY(database.reader());
  const auto current = TRY(GuidelinesStore(*reader).find(organization, repository));
  if (!current) return std::optional<scoring::Guidelines>{};
  return scoring::read_guidelines(current->version, current->text);
}

Result<GuidelinesByVersion> read_all_guidelines(db::Database& database, std::int64_t organization,
                                                std::int64_t repository) {
  const auto reader = TRY(database.reader());
  GuidelinesByVersion all;
  for (const GuidelinesVersion& one :
       TRY(GuidelinesStore(*reader).list(organization, repository))) {
    auto guidelines = TRY(scoring::read_guidelines(one.version, one.text));
    all.emplace(one.version, std::move(guidelines));
  }
  return all;
}

}  // namespace sextant::velocity
