// What a cluster that distributes by organisation needs of the schema and of every statement: the
// organisation in each key, conflict and join of a distributed table.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path project = SEXTANT_SOURCE_DIR;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Each match of the pattern, as its groups; they point into the text.
std::vector<std::smatch> matches(std::string&& text, const std::regex& pattern) = delete;
std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), {}};
}

std::vector<std::string> words(const std::string& text) {
  static const std::regex word(R"(\w+)");
  std::vector<std::string> found;
  for (const auto& match : matches(text, word)) found.push_back(match.str());
  return found;
}

// In the order they are applied, without the SQLite dialect's own files.
std::set<fs::path> migration_files() {
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(project / "migrations"))
    if (entry.path().string().find(".sqlite.") == std::string::npos) files.insert(entry.path());
  return files;
}

std::string all_migrations() {
  static const std::regex comment("--[^\n]*");
  std::string text;
  for (const fs::path& file : migration_files())
    text += std::regex_replace(read(file), comment, "");
  return text;
}

// How the tables are spread: by what the migrations for that say.
struct Spread {
  Names distributed;
  Names everywhere;
  Names local;
};

Spread read_spread() {
  std::string text;
  for (const fs::path& file : migration_files())
    if (file.filename().string().find("_distribute") != std::string::npos) text += read(file);
  static const std::regex reference(R"(create_reference_table\('(\w+)')");
  static const std::regex single(R"(create_distributed_table\('(\w+)')");
  static const std::regex list(R"(ARRAY\[([^\]]*)\])");
  static const std::regex local("-- Local: ([^.\n]*)");
  Spread spread;
  for (const auto& match : matches(text, reference)) spread.everywhere.insert(match[1]);
  for (const auto& match : matches(text, single)) spread.distributed.insert(match[1]);
  for (const auto& match : matches(text, list))
    for (const std::string& table : words(match[1])) spread.distributed.insert(table);
  for (const auto& match : matches(text, local))
    for (const std::string& table : words(match[1])) spread.local.insert(table);
  return spread;
}

// The sources with adjacent string literals joined, so that a statement reads as one.
std::map<std::string, std::string> read_sources() {
  static const std::regex seam("\"\\s*\"");
  std::map<std::string, std::string> sources;
  for (const auto& entry : fs::recursive_directory_iterator(project / "src")) {
    const std::string path = entry.path().lexically_relative(project).string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp") || path.starts_with("src/db/"))
      continue;
    sources[path] = std::regex_replace(read(entry.path()), seam, "");
  }
  return sources;
}

TEST(Distribution, SaysOfEveryTableWhereItsRowsAre) {
  static const std::regex table(R"(CREATE (?:UNLOGGED )?TABLE (\w+))");
  const Spread spread = read_spread();
  const std::string schema = all_migrations();
  Names made;
  for (const auto& match : matches(schema, table)) made.insert(match[1]);
  for (const std::string& name : made)
    EXPECT_EQ(
        spread.distributed.count(name) + spread.everywhere.count(name) + spread.local.count(name),
        1u)
        << name << ": say in a distribute migration whether it is distributed, everywhere or local";
  ASSERT_GE(made.size(), 15u);
}

TEST(Distribution, HasTheOrganizationFirstInEveryKeyOfADistributedTable) {
  static const std::regex table(R"(CREATE (?:UNLOGGED )?TABLE (\w+) \(([^;]*)\)[^;]*;)");
  static const std::regex key(R"(PRIMARY KEY \((\w+))");
  static const std::regex unique(R"(CREATE UNIQUE INDEX \w+ ON (\w+)[^(]*\((\w+))");
  const Spread spread = read_spread();
  const std::string schema = all_migrations();
  std::size_t seen = 0;
  for (const auto& match : matches(schema, table)) {
    if (!spread.distributed.contains(match[1])) continue;
    ++seen;
    const std::string body = match[2];
    EXPECT_EQ(body.find(" UNIQUE"), std::string::npos) << match[1] << ": say UNIQUE as an index";
    const auto keys = matches(body, key);
    ASSERT_EQ(keys.size(), 1u) << match[1] << " needs one PRIMARY KEY (organization, ...)";
    EXPECT_EQ(keys.front()[1], "organization") << match[1];
  }
  EXPECT_EQ(seen, spread.distributed.size());
  for (const auto& match : matches(schema, unique)) {
    if (!spread.distributed.contains(match[1])) continue;
    EXPECT_EQ(match[2], "organization") << match[0];
  }
}

TEST(Distribution, HasTheOrganizationInEveryConflictOfADistributedTable) {
  static const std::regex insert(R"(INSERT INTO (\w+)[^;]*?ON CONFLICT \((\w+))");
  const Spread spread = read_spread();
  std::size_t seen = 0;
  for (const auto& [path, text] : read_sources())
    for (const auto& match : matches(text, insert))
      if (spread.distributed.contains(match[1])) {
        ++seen;
        EXPECT_EQ(match[2], "organization") << path << ": " << match[1];
      }
  EXPECT_GE(seen, 5u);
}

TEST(Distribution, HasTheOrganizationInEveryJoinOfADistributedTable) {
  static const std::regex join(R"(JOIN (\w+)(?: AS)? (\w+) ON ([^"]*?)(?=JOIN|WHERE|"))");
  const Spread spread = read_spread();
  std::size_t seen = 0;
  for (const auto& [path, text] : read_sources())
    for (const auto& match : matches(text, join))
      if (spread.distributed.contains(match[1])) {
        ++seen;
        EXPECT_NE(match[3].str().find(match[2].str() + ".organization = "), std::string::npos)
            << path << ": " << match[0];
      }
  EXPECT_GE(seen, 3u);
}

}  // namespace
