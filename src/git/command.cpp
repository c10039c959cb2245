#include "git/command.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace sextant::git {
namespace {

constexpr auto fixed_environment = std::to_array<std::string_view>({
    "LC_ALL=C",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_ATTR_NOSYSTEM=1",
});

constexpr auto reading_environment = std::to_array<std::string_view>({
    "GIT_CONFIG_NOSYSTEM=1",
    "GIT_CONFIG_GLOBAL=/dev/null",
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_ALLOW_PROTOCOL=",
});

// Of git's own variables a fetch may see those that say how to reach and whom to be there; the
// others could name another repository or program.
constexpr auto fetching_variables = std::to_array<std::string_view>({
    "GIT_ASKPASS",
    "GIT_CONFIG_",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_SSH",
    "GIT_SSL_",
});

void append(std::vector<std::string>& out, auto&& texts) {
  for (const auto& text : texts) out.emplace_back(text);
}

std::vector<std::string> git_arguments(const std::filesystem::path& directory,
                                       const std::vector<std::string>& arguments) {
  std::vector<std::string> out = {"git",
                                  "--git-dir=" + directory.string(),
                                  "--no-pager",
                                  "-c",
                                  "safe.directory=*",
                                  "-c",
                                  "core.hooksPath=/dev/null",
                                  "-c",
                                  "core.fsmonitor=false",
                                  "-c",
                                  "core.attributesFile=/dev/null",
                                  "-c",
                                  "protocol.ext.allow=never"};
  append(out, arguments);
  return out;
}

}  // namespace

Subprocess::Command reading_command(const std::filesystem::path& directory,
                                    const std::vector<std::string>& arguments) {
  Subprocess::Command command{.arguments = git_arguments(directory, arguments), .environment = {}};
  append(command.environment, fixed_environment);
  append(command.environment, reading_environment);
  for (const char* name : {"PATH", "LD_LIBRARY_PATH"})
    if (const char* value = std::getenv(name))
      command.environment.push_back(std::string(name) + "=" + value);
  return command;
}

Subprocess::Command fetching_command(const std::filesystem::path& directory,
                                     const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {
      "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "fetch.recurseSubmodules=false",
      // Who sends nothing to speak of for so long will not send the rest either.
      "-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=120"};
  append(all, arguments);
  Subprocess::Command command{.arguments = git_arguments(directory, all), .environment = {}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto begins = [&](std::string_view name) { return variable.starts_with(name); };
    const bool is_allowed = !begins("GIT_") || std::ranges::any_of(fetching_variables, begins);
    if (is_allowed && !begins("LC_ALL=")) command.environment.emplace_back(variable);
  }
  append(command.environment, fixed_environment);
  return command;
}

Result<std::string> output_of(Subprocess::Command command) {
  Subprocess child = TRY(Subprocess::start(std::move(command)));
  child.end_input();
  std::string output;
  std::vector<char> block(64 << 10);
  while (true) {
    const std::size_t got = TRY(child.read(block));
    if (got == 0) break;
    output.append(block.data(), got);
  }
  const Subprocess::Exit exit = child.finish();
  if (!exit.is_success()) return fail(ErrorKind::unavailable, "git: " + exit.reason());
  return output;
}

}  // namespace sextant::git
