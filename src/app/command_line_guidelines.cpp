#include "app/command_parser.hpp"

namespace sextant::app {

void CommandLine::add_guidelines() {
  CLI::App* guidelines =
      app_.add_subcommand("guidelines", "How a repository wants its changes scored");
  guidelines->require_subcommand(1);
  const auto add_command = [&](const char* name, const char* help,
                               Result<int> (*run)(const GlobalOptions&, const GuidelinesOptions&)) {
    const auto [app, options] = add<GuidelinesOptions>(*guidelines, name, help, run);
    app->add_option("repository", options->repository_name, "OWNER/NAME")
        ->required()
        ->check(readable("OWNER/NAME", check_repository_name));
    app->add_option("--org", options->organization, organization_help);
    return std::pair(app, options);
  };
  const auto add_author = [](CLI::App* app, GuidelinesOptions* options) {
    app->add_option("--by", options->by, "Who changes them (default: the system's user)");
  };
  const auto [set, setting] =
      add_command("set", "Put a text in force, as a new version", set_guidelines);
  set->add_option("file", setting->file, "The text's file, - for standard input")->required();
  add_author(set, setting);
  const auto [show, showing] =
      add_command("show", "Print the text that is in force", show_guidelines);
  show->add_option("--version", showing->version, "That of an earlier version")
      ->check(CLI::Range(1, 1'000'000));
  const auto [list, listing] = add_command("list", "Show all versions", list_guidelines);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [restore, restoring] = add_command(
      "restore", "Put an earlier text in force again, as a new version", restore_guidelines);
  restore->add_option("version", restoring->version, "Which, as `guidelines list` shows it")
      ->required()
      ->check(CLI::Range(1, 1'000'000));
  add_author(restore, restoring);
}

void CommandLine::add_what_if() {
  const auto [asking, options] = add<WhatIfOptions>(
      app_, "what-if", "Score stored history otherwise, show what would change, write nothing",
      what_if);
  asking->add_option("repository", options->repository_name, "OWNER/NAME")
      ->required()
      ->check(readable("OWNER/NAME", check_repository_name));
  asking->add_option("--guidelines", options->guidelines_file,
                     "Under this file's text, - for standard input (default: what is in force)");
  asking
      ->add_option("--effort-scale", options->effort_scale,
                   "Under this scale (default: as configured)")
      ->check(CLI::IsMember({"tiers", "smooth", "off"}));
  asking->add_option("--scorer", options->scorer, "Who scores")
      ->check(CLI::IsMember({"static", "llm"}));
  asking->add_option("--newest", options->newest, "Only the so many merged last (default: all)")
      ->check(CLI::Range(1, 1'000'000));
  asking->add_option("--limit", options->limit, "How many that move are shown (default 10)")
      ->check(CLI::Range(0, 1000));
  asking->add_option("--org", options->organization, organization_help);
  asking->add_flag("--json", options->json, "As JSON");
}

}  // namespace sextant::app
