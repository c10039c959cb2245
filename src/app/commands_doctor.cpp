#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "base/json.hpp"
#include "jobs/job_store.hpp"
#include "velocity/roll_up_check.hpp"

namespace sextant::app {
namespace {

using db::Condition;
using db::Finding;

constexpr std::chrono::seconds roll_ups_most{10};

Finding found_in_roll_ups(const velocity::RollUpCheck& check) {
  const std::string looked = fmt::format(
      "{} contributors' in {} organisations{}", check.identities, check.organizations,
      check.is_sample ? fmt::format(", as many as {} s allow", roll_ups_most.count()) : "");
  if (check.wrong_sums.empty() && check.wrong_counts.empty())
    return {"roll-ups", Condition::ok, looked + " agree with the pull requests"};
  return {"roll-ups", Condition::wrong,
          fmt::format("of {}, {} contributors' sums and {} organisations' counts disagree with the "
                      "pull requests: run `sextant doctor --mend`",
                      looked, check.wrong_sums.size(), check.wrong_counts.size())};
}

Finding mended(const velocity::RollUpCheck& check) {
  return {"roll-ups", Condition::ok,
          fmt::format("{} contributors' sums and {} organisations' counts were wrong, and are made "
                      "anew",
                      check.wrong_sums.size(), check.wrong_counts.size())};
}

Finding examine_roll_ups(db::Database& database, bool may_mend) {
  const auto examined = [&]() -> Result<Finding> {
    velocity::RollUpCheck check;
    {
      const auto reader = TRY(database.reader());
      check = TRY(velocity::check_roll_ups(*reader, roll_ups_most));
    }
    const bool is_wrong = !check.wrong_sums.empty() || !check.wrong_counts.empty();
    if (!is_wrong || !may_mend) return found_in_roll_ups(check);
    TRY(velocity::mend_roll_ups(database, check));
    return mended(check);
  }();
  if (examined) return *examined;
  return {"roll-ups", Condition::wrong, "cannot be examined: " + examined.error().message};
}

// What has failed for good is not tried again by itself.
Finding examine_jobs(db::Connection& connection) {
  const auto jobs = jobs::count_jobs(connection);
  if (!jobs) return {"jobs", Condition::wrong, "cannot be examined: " + jobs.error().message};
  const std::string figures = fmt::format("{} waiting, {} running", jobs->waiting, jobs->running);
  if (jobs->failed == 0) return {"jobs", Condition::ok, figures};
  return {
      "jobs", Condition::warning,
      fmt::format("{}, {} failed for good: the server's log says why (job.failed); once that is "
                  "mended, queue them again",
                  figures, jobs->failed)};
}

Result<db::Findings> examine_store(const Config& config, bool may_mend) {
  const bool is_embedded = config.database.url.empty();
  const auto file = config.data / "sextant.db";
  if (is_embedded && !db::is_there(file))
    return fail(ErrorKind::not_found, fmt::format("there is no store {} yet; `sextant import git "
                                                  "PATH-OR-URL` makes one",
                                                  file.string()));
  std::optional<db::FileLock> lock;
  if (is_embedded) lock = TRY(db::lock_store(config.data, db::FileLock::Kind::shared));
  const auto database = TRY(is_embedded ? db::open_sqlite(file, config.database)
                                        : db::open_postgres(config.database));
  db::Findings findings{{"store", Condition::ok,
                         is_embedded ? file.string() + " opens" : "the database can be reached"}};
  {
    const auto reader = TRY(database->reader());
    for (Finding& finding : is_embedded
                                ? db::examine_sqlite(*reader, file)
                                : db::examine_postgres(*reader, config.database, system_clock()))
      findings.push_back(std::move(finding));
  }
  const bool is_ours = std::ranges::none_of(findings, [](const Finding& finding) {
    return finding.condition == Condition::wrong &&
           (finding.check == "schema" || finding.check == "tables");
  });
  if (!is_ours) return findings;
  findings.push_back(examine_roll_ups(*database, may_mend));
  const auto reader = TRY(database->reader());
  findings.push_back(examine_jobs(*reader));
  return findings;
}

void print(const db::Findings& findings, bool as_json) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const Finding& finding : findings) {
    if (!as_json)
      fmt::print("{:<8} {:<12} {}\n", db::name_of(finding.condition), finding.check,
                 finding.message);
    json.begin_object();
    json.key("check").string(finding.check);
    json.key("condition").string(db::name_of(finding.condition));
    json.key("message").string(finding.message);
    json.end_object();
  }
  json.end_array();
  if (as_json) fmt::print("{}\n", out);
}

}  // namespace

Result<int> examine(const GlobalOptions& global, const DoctorOptions& options) {
  const Config config = TRY(read_config(global));
  db::Findings findings;
  if (auto examined = examine_store(config, options.mend))
    findings = *std::move(examined);
  else
    findings.push_back({"store", Condition::wrong, examined.error().message});
  for (Finding& finding : examine_machine(config)) findings.push_back(std::move(finding));
  print(findings, options.json);
  const bool is_well = std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.condition == Condition::wrong; });
  return is_well ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace sextant::app
