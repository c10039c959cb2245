// Every setting of the program: what the TOML file and the environment say over the defaults. The
// table of keys is in config_keys.cpp; config/sextant.example.toml shows them all.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "access/rate_limits.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "hooks/settings.hpp"
#include "http/server.hpp"
#include "jobs/settings.hpp"
#include "leads/settings.hpp"
#include "scoring/model_settings.hpp"
#include "scoring/scorer.hpp"
#include "velocity/settings.hpp"

namespace sextant::app {

struct Config {
  std::filesystem::path data;
  Secret secret_key;  // empty: made at the first start and kept beside the data
  log::Level log_level = log::Level::info;
  http::ServerSettings http;
  db::Settings database;
  jobs::Settings jobs;
  access::RateSettings rates;
  scoring::ScoringSettings scoring;
  scoring::ModelSettings llm;
  velocity::Settings velocity;
  Secret github_webhook_secret;  // of POST /webhooks/github; empty: all it is sent is refused
  leads::Settings leads;
  hooks::Settings hooks;
};

using Environment = std::map<std::string, std::string>;
// Of this process, the SEXTANT_ variables and those that say where data goes.
Environment process_environment();

// The defaults, then the file (when there is one), then SEXTANT_<PATH IN CAPITALS>. The error names
// every mistake, each on a line of its own, with file and line or the variable.
Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                           const Environment& environment);
// The same with the file's content at hand; `name` is what mistakes call it.
Result<Config> parse_config(std::string_view content, std::string_view name,
                            const Environment& environment);

// What config/sextant.example.toml holds: every key with its meaning and its default.
std::string example_config();

}  // namespace sextant::app
