#include "scoring/path_kind.hpp"

#include <gtest/gtest.h>

#include "scoring/glob.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;

FileKind kind(std::string_view path) {
  return kind_of_path(lower_ascii(path));
}

// The kind of the diff's only file.
FileKind kind(const DiffText& text, const git::Attributes* attributes = nullptr,
              const std::vector<std::string>& ignore = {}) {
  const git::Diff diff = text.diff();
  return kind_of_file(diff.files.at(0), attributes, ignore);
}

void expect_excluded(std::string_view path, ExclusionReason reason) {
  EXPECT_EQ(kind(path).kind, PathKind::excluded) << path;
  EXPECT_EQ(name(kind(path).reason), name(reason)) << path;
}

TEST(PathKind, vendored_folders_are_excluded_at_any_depth) {
  for (const char* path : {"vendor/github.com/x/y.go", "web/node_modules/left/index.js",
                           "third_party/zlib/inflate.c", "app/Pods/Lib/a.m"})
    expect_excluded(path, ExclusionReason::vendored);
  EXPECT_EQ(kind("src/vendor.go").kind, PathKind::source) << "a file, not a folder";
  EXPECT_EQ(kind("src/vendors/list.go").kind, PathKind::source);
}

TEST(PathKind, lockfiles_are_excluded) {
  for (const char* path : {"package-lock.json", "web/yarn.lock", "Cargo.lock", "go.sum",
                           "Gemfile.lock", "poetry.lock", "pnpm-lock.yaml", "composer.lock"})
    expect_excluded(path, ExclusionReason::lockfile);
}

TEST(PathKind, generated_minified_and_data_files_are_excluded) {
  expect_excluded("api/service.pb.go", ExclusionReason::generated);
  expect_excluded("api/service_pb2.py", ExclusionReason::generated);
  expect_excluded("web/__snapshots__/page.test.js.snap", ExclusionReason::generated);
  expect_excluded("static/jquery.min.js", ExclusionReason::minified);
  expect_excluded("data/cities.csv", ExclusionReason::data);
  expect_excluded("locale/de.po", ExclusionReason::data);
}

TEST(PathKind, plain_documentation_is_excluded) {
  for (const char* path : {"README.md", "docs/start.rst", "CHANGELOG", "LICENSE", "notes.txt",
                           ".changeset/warm-cats-sing.md", "docs/page.html",
                           "release-notes/VERSION-2.x", "doc/tool.1", "docs/examples/sum.output"})
    expect_excluded(path, ExclusionReason::documentation);
  EXPECT_EQ(kind("CMakeLists.txt").kind, PathKind::config);
  EXPECT_EQ(kind("requirements.txt").kind, PathKind::config);
  EXPECT_EQ(kind("requirements-dev.txt").kind, PathKind::config);
  EXPECT_EQ(kind("requirements/docs.in").kind, PathKind::config);
  EXPECT_EQ(kind("docs/requirements.txt").kind, PathKind::config);
  EXPECT_EQ(kind("docs/conf.py").kind, PathKind::source) << "programs among documents are source";
  EXPECT_EQ(kind("docs/site.yml").kind, PathKind::config);
}

TEST(PathKind, instructions_for_agents_are_behaviour) {
  for (const char* path :
       {"CLAUDE.md", "AGENTS.md", "sub/GEMINI.md", "skills/pdf/SKILL.md",
        ".claude/commands/review.md", ".gemini/commands/a/b.md", ".agents/agents/x.md"})
    EXPECT_EQ(kind(path).kind, PathKind::agent_instructions) << path;
  expect_excluded(".claude/notes.md", ExclusionReason::documentation);
}

TEST(PathKind, a_command_needs_valid_front_matter_where_its_top_can_be_seen) {
  const std::string path = ".claude/commands/review.md";
  const Lines good = {"---",     "description: review a change", "tools:", "  - read", "---",
                      "Read it."};
  EXPECT_EQ(kind(DiffText().add(path, good)).kind, PathKind::agent_instructions);
  EXPECT_EQ(kind(DiffText().add(path, {"Read it."})).kind, PathKind::excluded);
  EXPECT_EQ(kind(DiffText().add(path, {"---", "description: x", "Read it."})).kind,
            PathKind::excluded)
      << "never closed";
  EXPECT_EQ(kind(DiffText().add(path, {"---", "just words", "---"})).kind, PathKind::excluded);
  EXPECT_EQ(kind(DiffText().add(path, {"---", "---", "Read it."})).kind, PathKind::excluded)
      << "empty";
  EXPECT_EQ(kind(DiffText().change(path, 30, {"Read it."}, {"Read it twice."})).kind,
            PathKind::agent_instructions)
      << "the top did not change and cannot be seen";
  EXPECT_EQ(kind(DiffText().add("CLAUDE.md", {"Use tabs."})).kind, PathKind::agent_instructions)
      << "needs none";
}

TEST(PathKind, tests_are_found_by_folder_and_by_name) {
  for (const char* path :
       {"tests/test_a.py", "src/a_test.go", "src/test_b.py", "web/page.spec.ts",
        "web/page.test.jsx", "src/test/java/Foo.java", "lib/FooTest.java", "lib/FooSpec.scala",
        "spec/user_spec.rb", "src/__tests__/a.js", "conftest.py", "core/testdata/in.json"})
    EXPECT_EQ(kind(path).kind, PathKind::test) << path;
  for (const char* path : {"src/latest.java", "src/contest.py", "src/attest.go", "src/tester.c"})
    EXPECT_EQ(kind(path).kind, PathKind::source) << path;
}

TEST(PathKind, what_runs_the_program_is_told_apart) {
  EXPECT_EQ(kind(".github/workflows/build.yml").kind, PathKind::ci);
  EXPECT_EQ(kind("Jenkinsfile").kind, PathKind::ci);
  EXPECT_EQ(kind("Dockerfile").kind, PathKind::deploy);
  EXPECT_EQ(kind("infra/main.tf").kind, PathKind::deploy);
  EXPECT_EQ(kind("db/migrations/0001_users.sql").kind, PathKind::migration);
  EXPECT_EQ(kind("config/app.toml").kind, PathKind::config);
  EXPECT_EQ(kind("src/app.rs").kind, PathKind::source);
}

TEST(PathKind, a_generator_s_mark_excludes_and_its_mention_in_a_program_does_not) {
  EXPECT_EQ(
      kind(DiffText().add("a.go", {"// Code generated by stringer. DO NOT EDIT.", "package a"}))
          .reason,
      ExclusionReason::generated);
  EXPECT_EQ(kind(DiffText().add("a.go", {"mark := \"DO NOT EDIT\"", "package a"})).kind,
            PathKind::source);
  Lines late(40, "x = 1");
  late.push_back("# @generated");
  EXPECT_EQ(kind(DiffText().add("a.py", late)).kind, PathKind::source) << "far below the top";
}

TEST(PathKind, endless_lines_are_minified_and_large_json_is_data) {
  EXPECT_EQ(kind(DiffText().add("a.js", {std::string(5000, 'x')})).reason,
            ExclusionReason::minified);
  EXPECT_EQ(kind(DiffText().add("rows.json", Lines(1500, "  {\"a\": 1},"))).reason,
            ExclusionReason::data);
  EXPECT_EQ(kind(DiffText().add("app.json", Lines(20, "  \"a\": 1,"))).kind, PathKind::config);
}

TEST(PathKind, binaries_and_submodules_are_excluded) {
  EXPECT_EQ(kind(DiffText().binary("logo.png")).reason, ExclusionReason::binary);
  EXPECT_EQ(kind(DiffText().submodule("deps/lib")).reason, ExclusionReason::submodule);
}

TEST(PathKind, gitattributes_overrule_the_path_both_ways) {
  git::Attributes attributes;
  attributes.add_file(
      "",
      "src/made.go linguist-generated\nlib/** linguist-vendored\n*.rst -linguist-documentation\n"
      "vendor/ours/** -linguist-vendored\napi/*.pb.go linguist-generated=false\n");
  const Lines lines = {"x"};
  EXPECT_EQ(kind(DiffText().add("src/made.go", lines), &attributes).reason,
            ExclusionReason::generated);
  EXPECT_EQ(kind(DiffText().add("lib/a/b.go", lines), &attributes).reason,
            ExclusionReason::vendored);
  EXPECT_EQ(kind(DiffText().add("rules.rst", lines), &attributes).kind, PathKind::source);
  EXPECT_EQ(kind(DiffText().add("vendor/ours/a.go", lines), &attributes).kind, PathKind::source);
  EXPECT_EQ(kind(DiffText().add("api/a.pb.go", lines), &attributes).kind, PathKind::source);
  EXPECT_EQ(kind(DiffText().add("vendor/theirs/a.go", lines), &attributes).kind,
            PathKind::excluded);
}

TEST(PathKind, the_settings_globs_are_honoured) {
  const std::vector<std::string> ignore = {"legacy/", "*.gen.ts", "/tools/**/out"};
  EXPECT_EQ(kind(DiffText().add("src/legacy/a.go", {"x"}), nullptr, ignore).reason,
            ExclusionReason::ignored);
  EXPECT_EQ(kind(DiffText().add("src/modern/a.go", {"x"}), nullptr, ignore).kind, PathKind::source);
}

TEST(Glob, reads_as_gitignore_does) {
  EXPECT_TRUE(matches_glob("*.gen.ts", "web/deep/api.gen.ts"));
  EXPECT_TRUE(matches_glob("legacy", "src/legacy/a.go"));
  EXPECT_TRUE(matches_glob("legacy/", "legacy/a/b.go"));
  EXPECT_TRUE(matches_glob("/src", "src/a.go"));
  EXPECT_TRUE(matches_glob("src/*.go", "src/a.go"));
  EXPECT_TRUE(matches_glob("**/out", "a/b/out/c"));
  EXPECT_FALSE(matches_glob("/src", "lib/src/a.go"));
  EXPECT_FALSE(matches_glob("src/*.go", "src/deep/a.go"));
  EXPECT_FALSE(matches_glob("legacy", "src/legacy2/a.go"));
  EXPECT_FALSE(matches_glob("", "a"));
  EXPECT_FALSE(matches_glob("/", "a"));
}

TEST(Subsystem, is_the_first_three_folders) {
  EXPECT_EQ(subsystem_of("README"), "");
  EXPECT_EQ(subsystem_of("src/a.go"), "src");
  EXPECT_EQ(subsystem_of("a/b/c/d/e.go"), "a/b/c");
}

}  // namespace
}  // namespace sextant::scoring
