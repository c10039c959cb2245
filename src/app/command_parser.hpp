// How the command line is read: a subcommand each, with options of its own, and the one that was
// chosen.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"

namespace sextant::app {

using Command = std::function<Result<int>(const GlobalOptions&)>;

// Options live as long as the parser; the chosen command is kept to be run after parsing.
class CommandLine {
 public:
  CommandLine();
  int run(int argc, char** argv);

 private:
  // A subcommand with options of its own; `run` is what it does.
  template <typename Options>
  std::pair<CLI::App*, Options*> add(CLI::App& parent, const std::string& name,
                                     const std::string& help,
                                     Result<int> (*run)(const GlobalOptions&, const Options&)) {
    CLI::App* app = parent.add_subcommand(name, help);
    auto options = std::make_shared<Options>();
    app->callback([this, options, run] {
      chosen_ = [options, run](const GlobalOptions& global) { return run(global, *options); };
    });
    return {app, options.get()};
  }

  void add_import();
  void add_scoring();
  void add_guidelines();
  void add_what_if();
  void add_organizations();
  void add_users();
  void add_tokens();
  void add_keys();
  void add_trackers();
  void add_hooks();
  void add_store();
  void add_server();

  CLI::App app_{
      "Sextant scores merged pull requests, turns public interest on GitHub into leads, and serves "
      "both."};
  GlobalOptions global_;
  Command chosen_;
};

// A value that its reader refuses is wrong use, and is told so before anything is opened.
template <typename Read>
CLI::Validator readable(const std::string& takes, Read read) {
  return CLI::Validator(
      [read](const std::string& text) {
        const auto value = read(text);
        return value ? "" : value.error().message;
      },
      takes);
}

// "OWNER/NAME".
Result<void> check_repository_name(std::string_view name);

inline constexpr const char* organization_help =
    "The organisation; may be left out where there is only one";

}  // namespace sextant::app
