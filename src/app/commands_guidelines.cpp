#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/print_list.hpp"
#include "app/read_text.hpp"
#include "app/repositories.hpp"
#include "velocity/guidelines.hpp"

namespace sextant::app {
namespace {

using velocity::GuidelinesStore;
using velocity::GuidelinesVersion;

std::string author(const GuidelinesOptions& options) {
  if (!options.by.empty()) return options.by;
  const passwd* user = ::getpwuid(::geteuid());
  return user ? user->pw_name : fmt::format("user {}", ::geteuid());
}

// The organisation and the repository that the options name.
struct Place {
  std::int64_t organization = 0;
  velocity::TrackedRepository repository;
};

Result<Place> find_place(const Store& store, const GuidelinesOptions& options) {
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  auto repository = TRY(find_repository(*reader, organization.id, options.repository_name));
  return Place{.organization = organization.id, .repository = std::move(repository)};
}

template <typename Change>
Result<int> change_guidelines(const GlobalOptions& global, const GuidelinesOptions& options,
                              Change change) {
  const Store store = TRY(open_store(global));
  const Place place = TRY(find_place(store, options));
  GuidelinesStore::Saved saved;
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    saved = TRY(change(GuidelinesStore(db), place));
    return {};
  }));
  const std::string& name = place.repository.name;
  fmt::print("{}: version {} {}\n", name, saved.version,
             saved.is_new ? "is in force" : "was in force already");
  if (saved.is_new)
    fmt::print(stderr,
               "scores that there are stay; `sextant what-if {0}` shows what would change, and "
               "`sextant score --rescore --repo {0}` changes it\n",
               name);
  return ExitStatus::done;
}

std::string origin(const GuidelinesVersion& one) {
  return one.restored_from ? fmt::format("restored from {}", *one.restored_from) : "";
}

}  // namespace

Result<int> set_guidelines(const GlobalOptions& global, const GuidelinesOptions& options) {
  const std::string text = TRY(read_text(options.file));
  if (const auto read = scoring::read_guidelines(0, text); !read)
    return context(shown_file(options.file), read.error());
  return change_guidelines(global, options, [&](GuidelinesStore guidelines, const Place& place) {
    return guidelines.save(place.organization, place.repository.id, text, author(options),
                           system_clock().now());
  });
}

Result<int> restore_guidelines(const GlobalOptions& global, const GuidelinesOptions& options) {
  return change_guidelines(global, options, [&](GuidelinesStore guidelines, const Place& place) {
    return guidelines.restore(place.organization, place.repository.id, options.version,
                              author(options), system_clock().now());
  });
}

Result<int> show_guidelines(const GlobalOptions& global, const GuidelinesOptions& options) {
  const Store store = TRY(open_store(global));
  const Place place = TRY(find_place(store, options));
  const auto reader = TRY(store.database->reader());
  const auto found =
      TRY(GuidelinesStore(*reader).find(place.organization, place.repository.id, options.version));
  const std::string& name = place.repository.name;
  if (!found && options.version != 0)
    return fail(ErrorKind::not_found,
                fmt::format("{} has no version {} of its guidelines; `sextant guidelines list {}` "
                            "shows them",
                            name, options.version, name));
  if (!found)
    return fail(ErrorKind::not_found,
                fmt::format("{} has no guidelines; `sextant guidelines set` gives it some", name));
  fmt::print(stderr, "version {} by {}, {}\n", found->version, found->saved_by,
             to_iso(found->saved_at));
  fmt::print("{}", found->text);
  return ExitStatus::done;
}

Result<int> list_guidelines(const GlobalOptions& global, const GuidelinesOptions& options) {
  const Store store = TRY(open_store(global));
  const Place place = TRY(find_place(store, options));
  const auto reader = TRY(store.database->reader());
  const auto versions = TRY(GuidelinesStore(*reader).list(place.organization, place.repository.id));
  print_list(
      versions, options.json,
      [](json::Writer& json, const GuidelinesVersion& one) {
        json.key("version").integer(one.version);
        json.key("saved_at").time(one.saved_at);
        json.key("saved_by").string(one.saved_by);
        json.key("restored_from");
        one.restored_from ? json.integer(*one.restored_from) : json.null();
        json.key("text").string(one.text);
      },
      [](const GuidelinesVersion& one) {
        return fmt::format("{}\t{}\t{}\t{} bytes\t{}", one.version, to_iso(one.saved_at),
                           one.saved_by, one.text.size(), origin(one));
      });
  return ExitStatus::done;
}

}  // namespace sextant::app
