// What an operator does with a store: copy it, put a copy back, have it checked, move it elsewhere.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "testing/db_postgres_server.hpp"
#include "testing/git_repositories.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::RunningServer;

class StoreStory : public ::testing::Test {
 protected:
  StoreStory() {
    add_pull_requests(1, 3);
    token = program.output("token create --name story");
  }

  void add_pull_requests(int first, int last) {
    for (int number = first; number <= last; ++number)
      repository.squash_pull_request(
          number, {.message = "Change " + std::to_string(number),
                   .files = {{"a" + std::to_string(number) + ".py", "if ready(1):\n    go()\n"}}});
    program.output("import git " + repository.path().string() + " --repo acme/api");
  }
  std::string file() const { return directory.path() / "backup.db"; }
  static std::size_t listed(const RunningServer& server, const std::string& token) {
    return json::parse(server.get("/api/v1/pull-requests", token).body)["items"].size();
  }

  testing::TemporaryDirectory directory;
  testing::Program program;
  testing::GitRepository repository;
  std::string token;
};

TEST_F(StoreStory, ABackupMadeWhileAServerRunsIsRestoredWhenItHasStopped) {
  std::string tag;
  {
    RunningServer server(program);
    EXPECT_EQ(program.output("backup " + file()), file());
    add_pull_requests(4, 5);
    const auto answer = server.get("/api/v1/pull-requests", token);
    tag = answer.headers.at("etag");
    EXPECT_EQ(program.run("restore " + file()).status, 1);
    EXPECT_EQ(program.run("move --to postgresql://localhost/x").status, 1);
    EXPECT_EQ(listed(server, token), 5U);
    EXPECT_EQ(server.stop(), 0);
  }
  program.output("restore " + file());
  {
    const RunningServer server(program);
    EXPECT_EQ(listed(server, token), 3U);
  }
  // The restored store goes the same way as the one before; its answers are not taken for those.
  add_pull_requests(6, 7);
  const RunningServer server(program);
  EXPECT_EQ(server.get("/api/v1/pull-requests", token, "If-None-Match: " + tag + "\r\n").status,
            200);
}

TEST_F(StoreStory, TheDoctorFindsNothingAndThenSomething) {
  const auto well = program.run("doctor --json");
  EXPECT_EQ(well.status, 0) << well.output;
  for (const auto& finding : json::parse(well.output)) EXPECT_EQ(finding["condition"], "ok");
  std::filesystem::permissions(program.data() / "sextant.db", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto ill = program.run("doctor");
  EXPECT_EQ(ill.status, 1);
  EXPECT_THAT(ill.output, HasSubstr("chmod 600"));
}

TEST_F(StoreStory, AStoreMovesIntoPostgresqlAndIsServedFromThere) {
  testing::PostgresServer database;
  database.run("CREATE DATABASE target");
  const std::string url = database.url("target").reveal();
  const std::string moved = program.output("move --to " + url);
  EXPECT_THAT(moved, HasSubstr("pull_requests\t3\t"));
  EXPECT_EQ(program.output("move --to " + url), moved);

  const std::vector<std::pair<std::string, std::string>> settings{
      {"SEXTANT_DATABASE_URL", url}, {"SEXTANT_SECRET_KEY", std::string(64, 'k')}};
  const RunningServer server(program, settings);
  EXPECT_EQ(listed(server, token), 3U);
  for (const auto& [name, value] : settings) ::setenv(name.c_str(), value.c_str(), 1);
  const auto well = program.run("doctor");
  const auto refused = program.run("backup " + file());
  for (const auto& [name, value] : settings) ::unsetenv(name.c_str());
  EXPECT_EQ(well.status, 0) << well.output;
  EXPECT_EQ(refused.status, 1);
}

}  // namespace
}  // namespace sextant
