#include "scoring/path_kind.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "scoring/glob.hpp"
#include "scoring/languages.hpp"

namespace sextant::scoring {
namespace {

using Names = std::span<const std::string_view>;

// Folders at any depth.
constexpr std::string_view vendored_folders[] = {
    "vendor",           "vendored",      "third_party",
    "third-party",      "thirdparty",    "node_modules",
    "bower_components", "site-packages", "godeps",
    "carthage",         "pods",          ".yarn",
    "external_libs",    "extern",        "submodules",
    "contrib_libs",     "jspm_packages"};
constexpr std::string_view generated_folders[] = {
    "__generated__", "generated", "gen-src", "__snapshots__", "dist",
    "bazel-out",     ".next",     "autogen", "coverage",      "__pycache__"};
constexpr std::string_view data_folders[] = {"fixtures_data", "testdata_dump", "datasets"};
constexpr std::string_view test_folders[] = {"test",
                                             "tests",
                                             "spec",
                                             "specs",
                                             "__tests__",
                                             "testing",
                                             "testdata",
                                             "test-data",
                                             "fixtures",
                                             "e2e",
                                             "testsuite",
                                             "cypress",
                                             "__mocks__",
                                             "androidtest",
                                             "jvmtest",
                                             "commontest",
                                             "unittest",
                                             "unittests",
                                             "integration-tests"};
constexpr std::string_view documentation_folders[] = {
    "doc",           "docs",          "documentation", "man",
    ".changeset",    "changelog.d",   "changelogs",    ".release-notes",
    "release-notes", "release_notes", "releasenotes",  "newsfragments"};
constexpr std::string_view deploy_folders[] = {"deploy", "deployment", "helm",      "charts",
                                               "k8s",    "kubernetes", "terraform", "ansible",
                                               "infra",  "manifests"};
constexpr std::string_view migration_folders[] = {"migrations", "migration", "db/migrate",
                                                  "alembic"};

constexpr std::string_view lockfiles[] = {
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock",          "pnpm-lock.yaml",
    "bun.lock",          "bun.lockb",           "cargo.lock",         "go.sum",
    "go.work.sum",       "poetry.lock",         "pipfile.lock",       "uv.lock",
    "pdm.lock",          "composer.lock",       "gemfile.lock",       "mix.lock",
    "pubspec.lock",      "podfile.lock",        "packages.lock.json", "gradle.lockfile",
    "flake.lock",        "deno.lock",           "conan.lock",         "cartfile.resolved",
    "package.resolved",  ".terraform.lock.hcl", "chart.lock",         "shrinkwrap.yaml",
    "stack.yaml.lock",   "cabal.project.freeze"};
constexpr std::string_view generated_endings[] = {".pb.go",        ".pb.cc",
                                                  ".pb.h",         "_pb2.py",
                                                  "_pb2_grpc.py",  "_pb2.pyi",
                                                  ".pb.swift",     "_pb.js",
                                                  "_pb.ts",        "_grpc.pb.go",
                                                  ".g.dart",       ".freezed.dart",
                                                  ".g.cs",         ".designer.cs",
                                                  "_generated.go", ".generated.ts",
                                                  ".generated.js", ".generated.cs",
                                                  ".snap",         "_string.go",
                                                  ".gen.go",       ".gen.ts",
                                                  "_gen.go",       ".tsbuildinfo",
                                                  ".map",          "zz_generated.deepcopy.go"};
constexpr std::string_view minified_endings[] = {".min.js", ".min.css",   ".min.mjs",
                                                 "-min.js", ".bundle.js", ".min.html"};
constexpr std::string_view data_endings[] = {
    ".csv", ".tsv", ".ndjson", ".jsonl", ".geojson", ".log", ".dump", ".svg", ".ipynb",
    ".dat", ".xlf", ".po",     ".pot",   ".pem",     ".crt", ".har",  ".dic", ".parquet"};
constexpr std::string_view documentation_endings[] = {".md",   ".markdown", ".mdx", ".rst",
                                                      ".adoc", ".asciidoc", ".txt", ".textile",
                                                      ".rdoc", ".pod",      ".org", ".tex"};
constexpr std::string_view documentation_names[] = {
    "readme",  "changelog",  "changes",      "history",     "license",
    "licence", "copying",    "authors",      "notice",      "contributors",
    "news",    "codeowners", "contributing", "maintainers", "thanks"};
constexpr std::string_view code_texts[] = {"cmakelists.txt", "robots.txt"};
constexpr std::string_view requirements_folders[] = {"requirements"};
constexpr std::string_view instruction_names[] = {"claude.md", "agents.md", "gemini.md",
                                                  "skill.md"};
constexpr std::string_view instruction_folders[] = {".claude/commands", ".claude/agents",
                                                    ".agents/commands", ".agents/agents",
                                                    ".gemini/commands", ".gemini/agents"};
constexpr std::string_view ci_names[] = {
    ".travis.yml",   ".gitlab-ci.yml",      "jenkinsfile",  "appveyor.yml",
    ".appveyor.yml", "azure-pipelines.yml", ".cirrus.yml",  "bitbucket-pipelines.yml",
    ".drone.yml",    "cloudbuild.yaml",     "buildkite.yml"};
constexpr std::string_view ci_folders[] = {".github/workflows", ".github/actions", ".circleci",
                                           ".buildkite", ".ci"};
constexpr std::string_view config_endings[] = {
    ".yml",  ".yaml",  ".toml",  ".ini", ".cfg",          ".conf", ".properties",
    ".json", ".json5", ".jsonc", ".env", ".editorconfig", ".xml"};
constexpr std::string_view build_names[] = {
    "makefile",       "gnumakefile",   "cmakelists.txt", "build.gradle", "build.gradle.kts",
    "pom.xml",        "go.mod",        "gemfile",        "rakefile",     ".gitignore",
    ".gitattributes", ".dockerignore", ".npmrc",         ".gitmodules",  "robots.txt"};

bool is_one_of(Names names, std::string_view text) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

bool ends_with_one_of(Names endings, std::string_view text) {
  // Nearly all are told apart by their last letter.
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) {
    return !text.empty() && text.back() == e.back() && text.ends_with(e);
  });
}

// A folder given as one or several parts, at any depth of the path.
bool lies_below(Names folders, std::string_view path) {
  for (std::size_t start = 0; start < path.size();) {
    const std::string_view rest = path.substr(start);
    for (const std::string_view folder : folders)
      if (rest.size() > folder.size() && rest.front() == folder.front() &&
          rest.starts_with(folder) && rest[folder.size()] == '/')
        return true;
    const std::size_t slash = path.find('/', start);
    if (slash == std::string_view::npos) return false;
    start = slash + 1;
  }
  return false;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view stem(std::string_view name) {
  return name.substr(0, name.find('.'));
}

bool is_test_name(std::string_view name) {
  const std::string_view base = stem(name);
  const std::string_view rest = name.substr(base.size());
  const bool is_code = !rest.empty();
  return rest.starts_with(".test.") || rest.starts_with(".spec.") || rest.starts_with(".cy.") ||
         rest.starts_with(".e2e.") || name.starts_with("test_") || name == "conftest.py" ||
         (is_code &&
          (base.ends_with("_test") || base.ends_with("_tests") || base.ends_with("_spec") ||
           base.ends_with("-test") || base.ends_with("-spec") || base.ends_with("_unittest")));
}

// UserTest.java, FooSpec.scala: the capital letter is gone from a lowered path, so only in
// languages that name them so.
bool is_test_class(std::string_view name) {
  const std::string_view base = stem(name);
  const std::string_view rest = name.substr(base.size());
  constexpr std::string_view endings[] = {".java",   ".kt",    ".cs", ".scala",
                                          ".groovy", ".swift", ".php"};
  constexpr std::string_view words[] = {"test", "tests", "testcase", "spec"};
  return is_one_of(endings, rest) && ends_with_one_of(words, base) && base != "latest" &&
         base != "spec";
}

// Python's: requirements-dev.txt, constraints.txt, requirements/docs.in
bool lists_requirements(std::string_view path, std::string_view name) {
  return (name.ends_with(".txt") || name.ends_with(".in")) &&
         (name.contains("requirements") || name.contains("constraints") ||
          lies_below(requirements_folders, path));
}

bool is_documentation(std::string_view path, std::string_view name) {
  if (is_one_of(code_texts, name) || lists_requirements(path, name)) return false;
  if (ends_with_one_of(documentation_endings, name)) return true;
  if (name.find('.') == std::string_view::npos && is_one_of(documentation_names, name)) return true;
  if (!lies_below(documentation_folders, path)) return false;
  // Program text below docs/ (a site's own code) is source; what no language claims is a page or a
  // note.
  constexpr std::string_view page_endings[] = {".html", ".htm"};
  return ends_with_one_of(page_endings, name) ||
         (&language_of(name) == &languages().back() && !ends_with_one_of(config_endings, name) &&
          !is_one_of(build_names, name));
}

bool is_deploy(std::string_view path, std::string_view name) {
  constexpr std::string_view endings[] = {".tf", ".tfvars", ".hcl", ".dockerfile", ".service"};
  return name == "dockerfile" || name == "containerfile" || name.starts_with("dockerfile.") ||
         name.starts_with("docker-compose") || name == "compose.yaml" || name == "compose.yml" ||
         name == "procfile" || name == "fly.toml" || name == "serverless.yml" ||
         ends_with_one_of(endings, name) || lies_below(deploy_folders, path);
}

bool is_instructions(std::string_view path, std::string_view name) {
  return is_one_of(instruction_names, name) ||
         (name.ends_with(".md") && lies_below(instruction_folders, path));
}

FileKind excluded(ExclusionReason reason) {
  return {PathKind::excluded, reason};
}

// Marks that generators leave near the top of what they write.
bool says_generated(const git::FileChange& file) {
  constexpr int lines_looked_at = 12;
  constexpr std::string_view marks[] = {"@generated",
                                        "do not edit",
                                        "code generated by",
                                        "autogenerated",
                                        "auto-generated file",
                                        "this file was generated",
                                        "generated by the protocol buffer"};
  for (const git::Hunk& hunk : file.hunks) {
    for (const auto& [lines, first] :
         {std::pair{&hunk.added, hunk.new_line}, std::pair{&hunk.removed, hunk.old_line}})
      for (std::size_t i = 0; i < lines->size() && first + static_cast<int>(i) <= lines_looked_at;
           ++i) {
        const std::string line = lower_ascii((*lines)[i].substr(0, 200));
        // A mark is a comment: it stands behind at most a few signs, never in the middle of a
        // program line.
        const std::size_t word = line.find_first_not_of(" \t/*#;<!-\"'%@");
        if (word == std::string::npos || word == 0) continue;
        for (const std::string_view mark : marks) {
          const std::size_t at = line.find(mark);
          if (at != std::string::npos && at <= word + 80) return true;
        }
      }
    if (std::min(hunk.old_line, hunk.new_line) > lines_looked_at) break;
  }
  return false;
}

// Lines that no person wrote: on average longer than a screen is wide several times over.
bool looks_minified(const git::FileChange& file) {
  std::size_t bytes = 0;
  std::size_t lines = 0;
  for (const git::Hunk& hunk : file.hunks)
    for (const std::string_view line : hunk.added) {
      bytes += line.size();
      ++lines;
    }
  return lines > 0 && bytes / lines > 500;
}

// JSON and XML that grow by thousands of lines are data, not configuration.
bool looks_like_data(const git::FileChange& file, std::string_view lower_path) {
  constexpr std::string_view endings[] = {".json", ".xml", ".yaml", ".yml", ".txt", ".sql"};
  constexpr int lines_of_a_dump = 1000;
  return file.lines_added + file.lines_removed > lines_of_a_dump &&
         ends_with_one_of(endings, lower_path);
}

std::optional<FileKind> kind_by_attributes(const git::FileChange& file,
                                           const git::Attributes* attributes) {
  if (!attributes || attributes->empty()) return std::nullopt;
  if (attributes->flag(file.path, "linguist-vendored") == true)
    return excluded(ExclusionReason::vendored);
  if (attributes->flag(file.path, "linguist-generated") == true)
    return excluded(ExclusionReason::generated);
  if (attributes->flag(file.path, "linguist-documentation") == true)
    return excluded(ExclusionReason::documentation);
  if (attributes->flag(file.path, "binary") == true) return excluded(ExclusionReason::binary);
  return std::nullopt;
}

// The repository says that a file is not what its path looks like.
bool is_denied(const git::FileChange& file, const git::Attributes* attributes,
               ExclusionReason reason) {
  if (!attributes || attributes->empty()) return false;
  if (reason == ExclusionReason::vendored)
    return attributes->flag(file.path, "linguist-vendored") == false;
  if (reason == ExclusionReason::documentation)
    return attributes->flag(file.path, "linguist-documentation") == false;
  return reason == ExclusionReason::generated &&
         attributes->flag(file.path, "linguist-generated") == false;
}

bool is_front_matter_line(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty() || text.starts_with('#')) return true;
  if (line.starts_with(' ') || line.starts_with('\t') || text.starts_with("- ")) return true;
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         (colon + 1 == text.size() || text[colon + 1] == ' ');
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

FileKind kind_of_path(std::string_view path) {
  const std::string_view name = file_name(path);
  if (lies_below(vendored_folders, path) || path.starts_with("deps/"))
    return excluded(ExclusionReason::vendored);
  if (is_one_of(lockfiles, name)) return excluded(ExclusionReason::lockfile);
  if (ends_with_one_of(minified_endings, name)) return excluded(ExclusionReason::minified);
  if (lies_below(generated_folders, path) || ends_with_one_of(generated_endings, name))
    return excluded(ExclusionReason::generated);
  if (ends_with_one_of(data_endings, name) || lies_below(data_folders, path))
    return excluded(ExclusionReason::data);
  if (is_instructions(path, name)) return {PathKind::agent_instructions};
  if (is_documentation(path, name)) return excluded(ExclusionReason::documentation);
  if (lies_below(test_folders, path) || is_test_name(name) || is_test_class(name))
    return {PathKind::test};
  if (is_one_of(ci_names, name) || lies_below(ci_folders, path)) return {PathKind::ci};
  if (lies_below(migration_folders, path)) return {PathKind::migration};
  if (is_deploy(path, name)) return {PathKind::deploy};
  if (ends_with_one_of(config_endings, name) || is_one_of(build_names, name) ||
      lists_requirements(path, name))
    return {PathKind::config};
  return {PathKind::source};
}

std::optional<bool> has_front_matter(const git::FileChange& file) {
  if (file.hunks.empty() || file.hunks.front().new_line != 1) return std::nullopt;
  const std::vector<std::string_view>& lines = file.hunks.front().added;
  if (lines.empty()) return std::nullopt;
  if (trim(lines.front()) != "---") return false;
  bool has_key = false;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (trim(lines[i]) == "---") return has_key;
    if (!is_front_matter_line(lines[i])) return false;
    has_key = has_key || lines[i].find(':') != std::string_view::npos;
  }
  // The end lies in lines that did not change, unless the file is new.
  return file.status == git::FileStatus::added ? std::optional(false) : std::nullopt;
}

FileKind kind_of_file(const git::FileChange& file, const git::Attributes* attributes,
                      const std::vector<std::string>& ignore) {
  if (file.is_submodule) return excluded(ExclusionReason::submodule);
  if (file.is_binary) return excluded(ExclusionReason::binary);
  for (const std::string& glob : ignore)
    if (matches_glob(glob, file.path)) return excluded(ExclusionReason::ignored);
  if (const std::optional<FileKind> said = kind_by_attributes(file, attributes)) return *said;

  const std::string path = lower_ascii(file.path);
  const FileKind kind = kind_of_path(path);
  if (kind.kind == PathKind::excluded)
    return is_denied(file, attributes, kind.reason) ? FileKind{PathKind::source} : kind;
  if (kind.kind == PathKind::agent_instructions) {
    const bool by_name = is_one_of(instruction_names, file_name(path));
    return by_name || has_front_matter(file).value_or(true)
               ? kind
               : excluded(ExclusionReason::documentation);
  }
  if (!is_denied(file, attributes, ExclusionReason::generated)) {
    if (looks_minified(file)) return excluded(ExclusionReason::minified);
    if (says_generated(file)) return excluded(ExclusionReason::generated);
  }
  if (looks_like_data(file, path) && kind.kind != PathKind::migration)
    return excluded(ExclusionReason::data);
  return kind;
}

std::string_view subsystem_of(std::string_view path) {
  const std::size_t last = path.rfind('/');
  if (last == std::string_view::npos) return {};
  std::size_t end = 0;
  for (int depth = 0; depth < 3 && end < last; ++depth) end = path.find('/', end ? end + 1 : 0);
  return path.substr(0, std::min(end, last));
}

}  // namespace sextant::scoring
