#include "app/doctor.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "app/secret_key.hpp"
#include "base/text.hpp"
#include "db/files.hpp"
#include "git/command.hpp"

namespace sextant::app {
namespace {

namespace fs = std::filesystem;
using db::Condition;
using db::Finding;

constexpr std::uintmax_t mib = 1024 * 1024;
constexpr std::uintmax_t room_needed = 64 * mib;  // what the store's log grows to
constexpr std::uintmax_t room_wanted = 1024 * mib;
constexpr std::int64_t git_tested[] = {2, 39};

Finding examine_disk(const Config& config) {
  std::error_code error;
  const auto space = fs::space(config.data, error);
  if (error)
    return {"disk", Condition::wrong,
            fmt::format("{} cannot be examined: {}", config.data.string(), error.message())};
  const auto store = fs::file_size(config.data / "sextant.db", error);
  // A restore puts a second store beside the first.
  const std::uintmax_t wanted = std::max(room_wanted, error ? 0 : store);
  const std::string figures =
      fmt::format("{} MiB free for {}", space.available / mib, config.data.string());
  if (space.available < room_needed)
    return {"disk", Condition::wrong, figures + ": free some space, writing fails soon"};
  if (space.available < wanted)
    return {"disk", Condition::warning,
            fmt::format("{}: {} MiB are needed to restore a backup", figures, wanted / mib)};
  return {"disk", Condition::ok, figures};
}

// Whether others than the owner may read or change the file.
Finding examine_mode(const std::string& check, const fs::path& file, const std::string& what) {
  struct stat facts;
  if (::stat(file.c_str(), &facts) != 0)
    return {check, Condition::wrong, fmt::format("{} cannot be examined", file.string())};
  if ((facts.st_mode & 077) != 0)
    return {check, Condition::wrong,
            fmt::format("others may read {}, {}: chmod 600 it", file.string(), what)};
  return {check, Condition::ok, fmt::format("{} is its owner's alone", file.string())};
}

Finding examine_key(const Config& config) {
  const fs::path file = config.data / "secret.key";
  if (config.secret_key.empty() && !config.database.url.empty())
    return {"secret key", Condition::wrong,
            "nodes that share a database need the same secret_key (SEXTANT_SECRET_KEY): make one "
            "with `openssl rand -hex 32`"};
  if (config.secret_key.empty() && !db::is_there(file))
    return {"secret key", Condition::ok, "there is none yet; the first start makes it"};
  if (const auto key = secret_key(config); !key)
    return {"secret key", Condition::wrong, key.error().message};
  if (!config.secret_key.empty()) return {"secret key", Condition::ok, "stands in the settings"};
  return examine_mode("secret key", file, "which seals cursors and secrets");
}

Finding examine_git() {
  const char* path = std::getenv("PATH");
  const auto said = git::output_of({.arguments = {"git", "--version"},
                                    .environment = {std::string("PATH=") + (path ? path : "")}});
  if (!said)
    return {"git", Condition::wrong,
            fmt::format("cannot be run ({}): install it, imports need it", said.error().message)};
  // "git version 2.39.5"
  const std::string version(trim(said->substr(std::min(said->size(), said->rfind(' ') + 1))));
  const auto parts = split(version, '.');
  const std::int64_t number[] = {parse_integer(parts[0]).value_or(0),
                                 parts.size() > 1 ? parse_integer(parts[1]).value_or(0) : 0};
  if (std::ranges::lexicographical_compare(number, git_tested))
    return {"git", Condition::warning,
            fmt::format("{} is older than 2.39, with which this program is tested", version)};
  return {"git", Condition::ok, version};
}

}  // namespace

db::Findings examine_machine(const Config& config) {
  db::Findings findings;
  findings.push_back(examine_disk(config));
  if (config.database.url.empty() && db::is_there(config.data / "sextant.db"))
    findings.push_back(
        examine_mode("permissions", config.data / "sextant.db", "which holds people's addresses"));
  findings.push_back(examine_key(config));
  findings.push_back(examine_git());
  return findings;
}

}  // namespace sextant::app
