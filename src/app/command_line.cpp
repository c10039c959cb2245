#include "app/command_line.hpp"

#include <fmt/format.h>

#include "access/organizations.hpp"
#include "app/command_parser.hpp"
#include "base/text.hpp"
#include "http/server.hpp"

namespace sextant::app {
namespace {

Result<void> check_name(std::string_view name) {
  if (!trim(name).empty()) return {};
  return fail(ErrorKind::invalid, "a name is needed, so that people can tell it from others");
}

constexpr const char* phrase_help = "The keyword, in one argument";

}  // namespace

Result<void> check_repository_name(std::string_view name) {
  const auto slash = name.find('/');
  const bool has_parts = slash != name.npos && slash != 0 && slash + 1 != name.size();
  if (has_parts && name.find_first_of(", \t\r\n#") == name.npos) return {};
  return fail(ErrorKind::invalid, fmt::format("\"{}\" is no OWNER/NAME", name));
}

CommandLine::CommandLine() {
  app_.require_subcommand(0, 1);
  app_.fallthrough();
  app_.add_option("--config", global_.config_file,
                  "The settings file (config/sextant.example.toml shows every key)");
  app_.add_option("--data", global_.data,
                  "The data directory (default: $SEXTANT_DATA, else ~/.local/share/sextant)");
  app_.set_version_flag("--version", SEXTANT_VERSION);
  add_import();
  add_scoring();
  add_guidelines();
  add_what_if();
  add_organizations();
  add_users();
  add_tokens();
  add_keys();
  add_trackers();
  add_hooks();
  add_store();
  add_server();
}

void CommandLine::add_import() {
  CLI::App* import = app_.add_subcommand("import", "Bring history into the store");
  import->require_subcommand(1);
  const auto [git, options] = add<ImportGitOptions>(
      *import, "git", "Import a repository from a folder or URL and score it", import_git);
  git->add_option("place", options->place, "Path or URL of the repository")->required();
  git->add_option("--repo", options->repository_name,
                  "Its name, owner/name (default: from its remote)")
      ->check(readable("OWNER/NAME", check_repository_name));
  git->add_option("--branch", options->branch,
                  "The branch to read (default: the repository's default)");
  git->add_option("--months", options->months, "Only what was merged in the last so many months")
      ->check(CLI::Range(1, 1200));
  git->add_option("--org", options->organization, organization_help);
  git->add_flag("--no-score", options->no_score,
                "Store without scoring; `sextant score` does that later");
  git->add_flag("--queue", options->queue,
                "Leave the work to a running server; prints the job's id");
  const auto [archive, archive_options] = add<ImportArchiveOptions>(
      *import, "archive", "Read GH Archive hours: what is tracked becomes leads", import_archive);
  archive
      ->add_option("places", archive_options->places,
                   "Files (2015-01-01-15.json.gz), folders of them, or patterns")
      ->required();
  archive->add_option("--org", archive_options->organization, organization_help);
}

void CommandLine::add_scoring() {
  const auto add_work = [&](const std::string& name, const std::string& help,
                            Result<int> (*run)(const GlobalOptions&, const ScoreOptions&)) {
    const auto [app, options] = add<ScoreOptions>(app_, name, help, run);
    app->add_option("--repo", options->repository_name, "Only this repository, owner/name");
    app->add_option("--org", options->organization, organization_help);
    return std::pair(app, options);
  };
  const auto [scoring, score_options] = add_work("score", "Score what has no score yet", score);
  scoring->add_flag("--rescore", score_options->rescore,
                    "Score everything anew; earlier scores are kept");
  scoring->add_option("--scorer", score_options->scorer, "Who scores")
      ->check(CLI::IsMember({"static", "llm"}));
  add_work("verify", "Score again and compare with what is stored", verify);

  const auto [explaining, explain_options] =
      add<ExplainOptions>(app_, "explain", "Show where a score comes from", explain);
  auto* pull_request =
      explaining
          ->add_option("pull_request", explain_options->pull_request,
                       "Which, as OWNER/NAME#N; the number or the hash of a direct commit")
          ->check(readable("OWNER/NAME#N", read_reference));
  auto* diff = explaining->add_option("--diff", explain_options->diff_file,
                                      "A diff's file instead, - for standard input");
  pull_request->excludes(diff);
  explaining
      ->add_flag("--history", explain_options->history,
                 "Every score that it was given instead, the newest first")
      ->excludes(diff);
  explaining->add_option("--org", explain_options->organization, organization_help);
  explaining->add_flag("--json", explain_options->json, "As the API's object");
  auto* what = explaining->add_option_group("what", "One of these");
  what->add_options(pull_request, diff);
  what->require_option(1);

  const auto [evaluating, eval_options] =
      add<EvalOptions>(app_, "eval", "Hold the scorer against human labels", eval);
  evaluating->add_option("kind", eval_options->kind, "What the labels are about")
      ->required()
      ->check(CLI::IsMember({"effort", "security", "risk"}));
  evaluating->add_option("file", eval_options->file, "JSON Lines, gzipped or not")->required();
  auto* json = evaluating->add_flag("--json", eval_options->json, "As JSON");
  auto* features = evaluating->add_flag(
      "--features", eval_options->features,
      "What was counted in each change instead, as JSON Lines: what a model is fitted on");
  auto* fit =
      evaluating->add_flag("--fit", eval_options->fit,
                           "The model with the weights that these labels leave, as its file");
  evaluating->add_option("--clone", eval_options->clones,
                         "REPO=PATH: where the history of the file's repository REPO lies, and the "
                         "diffs that the file leaves out");
  for (auto* one : {json, features, fit})
    for (auto* other : {json, features, fit})
      if (one != other) one->excludes(other);
}

void CommandLine::add_organizations() {
  CLI::App* org = app_.add_subcommand("org", "Organisations: whose data it is");
  org->require_subcommand(1);
  const auto [create, creating] =
      add<OrganizationOptions>(*org, "create", "Make one", create_organization);
  create->add_option("slug", creating->slug, "Its short name: a-z, 0-9 and -")
      ->required()
      ->check(readable("SLUG", access::check_slug));
  create->add_option("--name", creating->name, "Its name (default: the slug)");
  create->add_option("--plan", creating->plan, "Its plan (default: agency)")
      ->check(CLI::IsMember({"free", "starter", "pro", "agency"}));
  const auto [planning, plan_options] = add<OrganizationOptions>(
      *org, "set-plan", "What it may do: leads a month, requests a minute", set_plan);
  planning->add_option("slug", plan_options->slug, "Its short name")->required();
  planning->add_option("plan", plan_options->plan, "free, starter, pro or agency")
      ->required()
      ->check(CLI::IsMember({"free", "starter", "pro", "agency"}));
  const auto [retaining, retention_options] =
      add<OrganizationOptions>(*org, "set-retention", "How long its leads are kept", set_retention);
  retaining->add_option("slug", retention_options->slug, "Its short name")->required();
  retaining->add_option("days", retention_options->retention, "1 to 3650 days, or forever")
      ->required();
  const auto [list, listing] =
      add<OrganizationOptions>(*org, "list", "Show all", list_organizations);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [remove, removing] = add<OrganizationOptions>(
      *org, "delete", "Delete one; its tokens answer 404", delete_organization);
  remove->add_option("slug", removing->slug, "Its short name")->required();
}

void CommandLine::add_users() {
  CLI::App* user = app_.add_subcommand("user", "People of an organisation");
  user->require_subcommand(1);
  const auto [create, creating] =
      add<UserOptions>(*user, "create", "Add a person; prints a sign-in link", create_user);
  create->add_option("email", creating->email, "E-mail address")->required();
  create->add_option("--org", creating->organization, organization_help);
  create->add_option("--role", creating->role, "What they may do")
      ->check(CLI::IsMember({"owner", "admin", "member"}));
  const auto [list, listing] = add<UserOptions>(*user, "list", "Show all", list_users);
  list->add_option("--org", listing->organization, organization_help);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [remove, removing] = add<UserOptions>(
      *user, "remove", "End a membership; the person's tokens are refused", remove_user);
  remove->add_option("email", removing->email, "E-mail address")->required();
  remove->add_option("--org", removing->organization, organization_help);
}

void CommandLine::add_tokens() {
  CLI::App* token = app_.add_subcommand("token", "Tokens for the API");
  token->require_subcommand(1);
  const auto [create, creating] = add<TokenOptions>(
      *token, "create", "Make one; prints it alone on standard output", create_token);
  create->add_option("--name", creating->name, "What it is for")
      ->required()
      ->check(readable("NAME", check_name));
  create->add_option("--org", creating->organization, organization_help);
  create->add_option("--expires", creating->expires, "When it ends")
      ->check(CLI::IsMember({"90d", "1y", "never"}));
  create->add_option("--user", creating->email, "Whose it is; it ends with their membership");
  const auto [list, listing] = add<TokenOptions>(*token, "list", "Show all", list_tokens);
  list->add_option("--org", listing->organization, organization_help);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [revoke, revoking] =
      add<TokenOptions>(*token, "revoke", "Refuse it from the next request on", revoke_token);
  revoke->add_option("id", revoking->id, "Its id, as `token list` shows it")->required();
  revoke->add_option("--org", revoking->organization, "Only if it is this organisation's");
}

void CommandLine::add_keys() {
  CLI::App* key = app_.add_subcommand("key", "Keys for the Leads API");
  key->require_subcommand(1);
  const auto [create, creating] =
      add<TokenOptions>(*key, "create", "Make one; prints it alone on standard output", create_key);
  create->add_option("--name", creating->name, "What it is for")
      ->required()
      ->check(readable("NAME", check_name));
  create->add_option("--org", creating->organization, organization_help);
  create->add_option("--expires", creating->expires, "When it ends")
      ->check(CLI::IsMember({"90d", "1y", "never"}));
  const auto [list, listing] = add<TokenOptions>(*key, "list", "Show all", list_keys);
  list->add_option("--org", listing->organization, organization_help);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [revoke, revoking] =
      add<TokenOptions>(*key, "revoke", "Refuse it from the next request on", revoke_token);
  revoke->add_option("id", revoking->id, "Its id, as `key list` shows it")->required();
  revoke->add_option("--org", revoking->organization, "Only if it is this organisation's");
}

void CommandLine::add_trackers() {
  CLI::App* repo =
      app_.add_subcommand("repo", "Repositories: imported, tracked for leads, or both");
  repo->require_subcommand(1);
  const auto add_repository =
      [&](const char* name, const char* help,
          Result<int> (*run)(const GlobalOptions&, const RepositoryOptions&)) {
        const auto [app, options] = add<RepositoryOptions>(*repo, name, help, run);
        app->add_option("--org", options->organization, organization_help);
        return std::pair(app, options);
      };
  const auto [list, listing] = add_repository("list", "Show all", list_repositories);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [track, tracking] =
      add_repository("track", "Whoever stars or forks it becomes a lead", track_repository);
  track->add_option("name", tracking->name, "OWNER/NAME")->required();
  track->add_option("--type", tracking->type, "Whose it is")
      ->check(CLI::IsMember({"own", "competitor", "ecosystem"}));
  const auto [untrack, untracking] =
      add_repository("untrack", "Capture nothing more from it", untrack_repository);
  untrack->add_option("name", untracking->name, "OWNER/NAME")->required();

  CLI::App* keyword = app_.add_subcommand("keyword", "Keywords whose writers become leads");
  keyword->require_subcommand(1);
  const auto add_keyword = [&](const char* name, const char* help,
                               Result<int> (*run)(const GlobalOptions&, const KeywordOptions&)) {
    const auto [app, options] = add<KeywordOptions>(*keyword, name, help, run);
    app->add_option("--org", options->organization, organization_help);
    return std::pair(app, options);
  };
  const auto add_targets = [](CLI::App* app, KeywordOptions* options) {
    app->add_option("--targets", options->targets, "Where: issues,prs,discussions,code")
        ->delimiter(',')
        ->check(CLI::IsMember({"issues", "prs", "discussions", "code"}));
  };
  const auto [tracked, track_options] = add_keyword("track", "Watch for it", track_keyword);
  auto* phrase = tracked->add_option("phrase", track_options->phrase, phrase_help);
  auto* file =
      tracked->add_option("--file", track_options->file,
                          "A file with a keyword on each line instead, - for standard input");
  phrase->excludes(file);
  add_targets(tracked, track_options);
  const auto [previewed, preview_options] =
      add_keyword("preview", "Show what it would have matched in stored events", preview_keyword);
  previewed->add_option("phrase", preview_options->phrase, phrase_help)->required();
  add_targets(previewed, preview_options);
  const auto [untracked, untrack_options] =
      add_keyword("untrack", "Watch for it no more", untrack_keyword);
  untracked->add_option("phrase", untrack_options->phrase, phrase_help)->required();
  const auto [keywords, keyword_listing] = add_keyword("list", "Show all", list_keywords);
  keywords->add_flag("--json", keyword_listing->json, "As JSON");
}

void CommandLine::add_hooks() {
  CLI::App* hook = app_.add_subcommand("hook", "Addresses that a forge posts events to");
  hook->require_subcommand(1);
  const auto [create, creating] = add<HookOptions>(
      *hook, "create", "Make one; prints its secret alone on standard output", create_hook);
  create->add_option("--org", creating->organization, organization_help);
  create->add_option("--forge", creating->forge, "Which forge")->check(CLI::IsMember({"github"}));
  const auto [list, listing] = add<HookOptions>(*hook, "list", "Show all", list_hooks);
  list->add_option("--org", listing->organization, organization_help);
  list->add_flag("--json", listing->json, "As JSON");
  const auto [remove, removing] =
      add<HookOptions>(*hook, "delete", "Refuse what is posted to it", remove_hook);
  remove->add_option("id", removing->id, "Its id, as `hook list` shows it")->required();
  remove->add_option("--org", removing->organization, organization_help);

  const auto [erasing, erase_options] = add<EraseOptions>(
      app_, "erase", "Forget a person, and do not capture them again", erase_person);
  erasing->add_option("login", erase_options->login, "Their login")->required();
  erasing->add_option("--org", erase_options->organization, organization_help);
}

void CommandLine::add_store() {
  add<NoOptions>(app_, "migrate", "Bring the store to this version's schema", migrate);
  const auto [backing_up, backup_options] = add<BackupOptions>(
      app_, "backup", "Copy the store into one file, while it is in use", back_up);
  backing_up->add_option("file", backup_options->file, "The file to make")->required();
  backing_up->add_flag("--force", backup_options->force, "Replace the file if it is there");
  const auto [restoring, restore_options] = add<BackupOptions>(
      app_, "restore", "Put a backup in the store's place; the store is kept beside", restore);
  restoring->add_option("file", restore_options->file, "The backup")->required();
  const auto [moving, move_options] =
      add<MoveOptions>(app_, "move", "Copy the embedded store into PostgreSQL", move);
  moving->add_option("--to", move_options->url,
                     "postgresql://USER@HOST/DATABASE (default: database.url of the settings)");
  const auto [examining, doctor_options] =
      add<DoctorOptions>(app_, "doctor", "Check the store and say what to mend", examine);
  examining->add_flag("--json", doctor_options->json, "As JSON");
  examining->add_flag("--mend", doctor_options->mend,
                      "Make roll-ups and counts that are wrong anew from the rows");
}

void CommandLine::add_server() {
  const auto [serving, options] = add<ServeOptions>(app_, "serve", "Serve the API", run_server);
  serving->add_option("--listen", options->listen, "Address and port (default 127.0.0.1:8321)")
      ->check(readable("ADDRESS:PORT", http::check_listen));
  serving->add_option("--roles", options->roles, "What this node does (default api,worker)")
      ->delimiter(',')
      ->check(CLI::IsMember({"api", "worker"}));
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? ExitStatus::done : ExitStatus::wrong_use;
  }
  if (!chosen_) {
    fmt::print(
        "Sextant scores merged pull requests, and turns public interest on GitHub into leads.\n\n"
        "  sextant import git PATH-OR-URL     score a repository's history\n"
        "  sextant token create --name NAME   make a token for the Velocity API\n"
        "  sextant repo track OWNER/NAME      make leads of whoever stars it\n"
        "  sextant keyword track PHRASE       make leads of whoever writes it\n"
        "  sextant import archive FILES       find them in GH Archive hours\n"
        "  sextant key create --name NAME     make a key for the Leads API\n"
        "  sextant serve                      serve both on http://127.0.0.1:8321\n\n"
        "sextant --help shows everything else.\n");
    return ExitStatus::done;
  }
  const auto status = chosen_(global_);
  if (status) return *status;
  fmt::print(stderr, "sextant: {}\n", status.error().message);
  return ExitStatus::failed;
}

int run_command_line(int argc, char** argv) {
  return CommandLine().run(argc, argv);
}

}  // namespace sextant::app
