// The commands, each a function from its options to an exit status; command_line.cpp reads the
// options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/store.hpp"
#include "forge/merge.hpp"

namespace sextant::app {

// What scripts rely on.
enum ExitStatus { done = 0, failed = 1, wrong_use = 2, some_skipped = 3 };

struct ImportGitOptions {
  std::string place;  // a path or a URL
  std::string repository_name;
  std::string branch;
  std::optional<int> months;
  std::string organization;
  bool no_score = false;
  bool queue = false;
};
Result<int> import_git(const GlobalOptions& global, const ImportGitOptions& options);

struct ScoreOptions {
  std::string repository_name;  // empty: every repository
  std::string organization;
  bool rescore = false;
  std::string scorer = "static";
};
Result<int> score(const GlobalOptions& global, const ScoreOptions& options);
Result<int> verify(const GlobalOptions& global, const ScoreOptions& options);

// "owner/name#12" or "owner/name#3f2a…", the full hash of a direct commit.
struct Reference {
  std::string repository;
  forge::SourceType source_type = forge::SourceType::pull_request;
  std::string reference;
};
Result<Reference> read_reference(const std::string& text);

struct ExplainOptions {
  std::string pull_request;  // "owner/name#12"
  std::string diff_file;     // "-": standard input
  std::string organization;
  bool history = false;  // every score it was given instead
  bool json = false;
};
Result<int> explain(const GlobalOptions& global, const ExplainOptions& options);

struct EvalOptions {
  std::string kind;  // effort, security, risk
  std::string file;
  bool json = false;
  bool features = false;
  bool fit = false;
  std::vector<std::string> clones;  // "owner/name=path"
};
Result<int> eval(const GlobalOptions& global, const EvalOptions& options);

struct GuidelinesOptions {
  std::string repository_name;
  std::string organization;
  std::string file;  // "-": standard input
  std::string by;    // who changes them; empty: the operating system's user
  int version = 0;   // 0: the one in force
  bool json = false;
};
Result<int> set_guidelines(const GlobalOptions& global, const GuidelinesOptions& options);
Result<int> show_guidelines(const GlobalOptions& global, const GuidelinesOptions& options);
Result<int> list_guidelines(const GlobalOptions& global, const GuidelinesOptions& options);
Result<int> restore_guidelines(const GlobalOptions& global, const GuidelinesOptions& options);

struct WhatIfOptions {
  std::string repository_name;
  std::string organization;
  std::string guidelines_file;  // "-": standard input; empty: those in force
  std::string effort_scale;     // empty: as configured
  std::string scorer = "static";
  int newest = 0;  // only so many pull requests; 0: all
  int limit = 10;  // of those that move
  bool json = false;
};
Result<int> what_if(const GlobalOptions& global, const WhatIfOptions& options);

struct OrganizationOptions {
  std::string retention;  // of leads: days, or "forever"
  std::string slug;
  std::string name;
  std::string plan;
  bool json = false;
};
Result<int> create_organization(const GlobalOptions& global, const OrganizationOptions& options);
Result<int> list_organizations(const GlobalOptions& global, const OrganizationOptions& options);
Result<int> set_plan(const GlobalOptions& global, const OrganizationOptions& options);
Result<int> set_retention(const GlobalOptions& global, const OrganizationOptions& options);
Result<int> delete_organization(const GlobalOptions& global, const OrganizationOptions& options);

struct UserOptions {
  std::string email;
  std::string organization;
  std::string role = "member";
  bool json = false;
};
Result<int> create_user(const GlobalOptions& global, const UserOptions& options);
Result<int> list_users(const GlobalOptions& global, const UserOptions& options);
Result<int> remove_user(const GlobalOptions& global, const UserOptions& options);

struct TokenOptions {
  std::string organization;
  std::string name;
  std::string expires = "1y";
  std::string email;  // who makes it; empty: the operator
  std::string id;
  bool json = false;
};
Result<int> create_token(const GlobalOptions& global, const TokenOptions& options);
Result<int> list_tokens(const GlobalOptions& global, const TokenOptions& options);
Result<int> revoke_token(const GlobalOptions& global, const TokenOptions& options);

// Keys of the Leads API are made as tokens are.
Result<int> create_key(const GlobalOptions& global, const TokenOptions& options);
Result<int> list_keys(const GlobalOptions& global, const TokenOptions& options);

struct RepositoryOptions {
  std::string organization;
  std::string name;
  std::string type = "competitor";
  bool json = false;
};
Result<int> list_repositories(const GlobalOptions& global, const RepositoryOptions& options);
Result<int> track_repository(const GlobalOptions& global, const RepositoryOptions& options);
Result<int> untrack_repository(const GlobalOptions& global, const RepositoryOptions& options);

struct KeywordOptions {
  std::string organization;
  std::string phrase;
  std::string file;  // instead: a keyword on each line; "-": standard input
  std::vector<std::string> targets{"issues", "prs", "discussions"};
  bool json = false;
};
Result<int> track_keyword(const GlobalOptions& global, const KeywordOptions& options);
Result<int> list_keywords(const GlobalOptions& global, const KeywordOptions& options);
Result<int> untrack_keyword(const GlobalOptions& global, const KeywordOptions& options);
Result<int> preview_keyword(const GlobalOptions& global, const KeywordOptions& options);

struct ImportArchiveOptions {
  std::vector<std::string> places;  // files, folders, patterns
  std::string organization;
};
Result<int> import_archive(const GlobalOptions& global, const ImportArchiveOptions& options);

struct HookOptions {
  std::string organization;
  std::string forge = "github";
  std::string id;
  bool json = false;
};
Result<int> create_hook(const GlobalOptions& global, const HookOptions& options);
Result<int> list_hooks(const GlobalOptions& global, const HookOptions& options);
Result<int> remove_hook(const GlobalOptions& global, const HookOptions& options);

struct EraseOptions {
  std::string organization;
  std::string login;
};
Result<int> erase_person(const GlobalOptions& global, const EraseOptions& options);

struct NoOptions {};
Result<int> migrate(const GlobalOptions& global, const NoOptions& options);

struct BackupOptions {
  std::string file;
  bool force = false;
};
Result<int> back_up(const GlobalOptions& global, const BackupOptions& options);
Result<int> restore(const GlobalOptions& global, const BackupOptions& options);

struct MoveOptions {
  std::string url;  // empty: as configured
};
Result<int> move(const GlobalOptions& global, const MoveOptions& options);

struct DoctorOptions {
  bool json = false;
  bool mend = false;
};
Result<int> examine(const GlobalOptions& global, const DoctorOptions& options);

struct ServeOptions {
  std::string listen;  // empty: as configured
  std::vector<std::string> roles{"api", "worker"};
};
Result<int> run_server(const GlobalOptions& global, const ServeOptions& options);

}  // namespace sextant::app
