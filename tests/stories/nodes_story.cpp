// Several nodes on one PostgreSQL.
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "testing/db_postgres_server.hpp"
#include "testing/git_repositories.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using testing::Answer;
using testing::RunningServer;

// Two machines, each with a data directory of its own.
class NodesStory : public ::testing::Test {
 protected:
  NodesStory() {
    const std::string name = database.new_name();
    database.run("CREATE DATABASE " + name);
    ::setenv("SEXTANT_DATABASE_URL", database.url(name).reveal().c_str(), 1);
    ::setenv("SEXTANT_SECRET_KEY", std::string(64, 'k').c_str(), 1);
    for (int number = 1; number <= 3; ++number)
      repository.squash_pull_request(
          number, {.message = "Change " + std::to_string(number),
                   .files = {{"a" + std::to_string(number) + ".py", "if ready(1):\n    go()\n"}}});
    first.output("import git " + repository.path().string() + " --repo acme/api");
    token = first.output("token create --name story");
  }
  ~NodesStory() override {
    ::unsetenv("SEXTANT_DATABASE_URL");
    ::unsetenv("SEXTANT_SECRET_KEY");
  }

  testing::PostgresServer database;
  testing::Program first;
  testing::Program second;
  testing::GitRepository repository;
  std::string token;
};

TEST_F(NodesStory, ShareOneBudget) {
  const RunningServer one(first);
  const RunningServer other(second);
  std::map<int, int> statuses;
  for (int i = 0; i < 61; ++i)
    ++statuses[(i % 2 == 0 ? one : other).get("/api/v1/organization", token).status];
  EXPECT_EQ(statuses[200], 60);
  EXPECT_EQ(statuses[429], 1);
}

TEST_F(NodesStory, AllRefuseATokenRevokedOnOne) {
  const RunningServer one(first);
  const RunningServer other(second);
  EXPECT_EQ(one.get("/api/v1/organization", token).status, 200);
  EXPECT_EQ(other.get("/api/v1/organization", token).status, 200);
  const auto tokens = json::parse(first.output("token list --json"));
  first.output("token revoke " + tokens[0]["id"].get<std::string>());
  EXPECT_EQ(one.get("/api/v1/organization", token).status, 401);
  EXPECT_EQ(other.get("/api/v1/organization", token).status, 401);
}

TEST_F(NodesStory, GiveTheSameAnswersAndTakeEachOthersCursors) {
  const RunningServer one(first);
  const RunningServer other(second);
  const Answer page = one.get("/api/v1/pull-requests?limit=2", token);
  const Answer same = other.get("/api/v1/pull-requests?limit=2", token);
  EXPECT_EQ(page.body, same.body);
  EXPECT_EQ(page.headers.at("etag"), same.headers.at("etag"));
  const std::string cursor = json::parse(page.body)["next_cursor"];
  const auto rest =
      json::parse(other.get("/api/v1/pull-requests?limit=2&cursor=" + cursor, token).body);
  EXPECT_EQ(rest["items"].size(), 1u);
  EXPECT_EQ(one.get("/api/v1/pull-requests?format=csv", token).body,
            other.get("/api/v1/pull-requests?format=csv", token).body);
}

TEST_F(NodesStory, SeeWhatAnotherImports) {
  const RunningServer one(first);
  EXPECT_EQ(json::parse(one.get("/api/v1/pull-requests", token).body)["items"].size(), 3u);
  repository.squash_pull_request(4, {.message = "Change 4", .files = {{"b.py", "go()\n"}}});
  second.output("import git " + repository.path().string() + " --repo acme/api");
  EXPECT_EQ(json::parse(one.get("/api/v1/pull-requests", token).body)["items"].size(), 4u);
}

TEST_F(NodesStory, OutliveTheirDatabaseWithoutAWrongAnswer) {
  ::setenv("SEXTANT_VELOCITY_RATE_PER_MINUTE", "1000000", 1);
  ::setenv("SEXTANT_VELOCITY_RATE_PER_DAY", "1000000", 1);
  const RunningServer one(first);
  ::unsetenv("SEXTANT_VELOCITY_RATE_PER_MINUTE");
  ::unsetenv("SEXTANT_VELOCITY_RATE_PER_DAY");
  const std::string right = one.get("/api/v1/pull-requests", token).body;

  std::atomic<int> good = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> wrong = 0;
  std::atomic<bool> is_over = false;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&] {
      while (!is_over) {
        const Answer answer = one.get("/api/v1/pull-requests", token);
        if (answer.status == 200 && answer.body == right)
          ++good;
        else if (answer.status == 503 && answer.headers.contains("retry-after"))
          ++refused;
        else if (++wrong == 1)
          ADD_FAILURE() << answer.status << " " << answer.body;
      }
    });
  const auto wait_for = [](const std::atomic<int>& count, int more) {
    const int goal = count + more;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (count < goal && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return count >= goal;
  };
  EXPECT_TRUE(wait_for(good, 20));
  database.stop();
  EXPECT_TRUE(wait_for(refused, 20));
  EXPECT_EQ(one.get("/healthz").status, 200);
  EXPECT_EQ(one.get("/readyz").status, 503);
  database.start();
  EXPECT_TRUE(wait_for(good, 20));
  is_over = true;
  clients.clear();
  EXPECT_EQ(wrong, 0);
}

// Killed among its imports, a node leaves nothing undone and nothing twice.
TEST_F(NodesStory, FinishWhatAnotherBegan) {
  ::setenv("SEXTANT_VELOCITY_RATE_PER_MINUTE", "1000000", 1);
  constexpr int repositories = 4;
  constexpr int changes = 20;
  std::vector<std::unique_ptr<testing::GitRepository>> others;
  for (int i = 0; i < repositories; ++i) {
    others.push_back(std::make_unique<testing::GitRepository>());
    for (int number = 1; number <= changes; ++number)
      others.back()->squash_pull_request(
          number,
          {.message = "Change", .files = {{"f" + std::to_string(number) + ".py", "x = 1\n"}}});
    first.output("import git " + others.back()->path().string() + " --repo acme/r" +
                 std::to_string(i) + " --queue");
  }
  const auto imported = [&](const RunningServer& server) {
    std::size_t count = 0;
    std::string after;
    do {
      const auto page =
          json::parse(server.get("/api/v1/pull-requests?limit=100" + after, token).body);
      count += page["items"].size();
      after =
          page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
    } while (!after.empty());
    return count - 3;  // those of the fixture
  };
  const auto wait_until = [&](const RunningServer& server, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (imported(server) < count && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  };
  std::optional<RunningServer> dying(std::in_place, first);
  wait_until(*dying, 1);
  dying.reset();  // SIGKILL
  const RunningServer other(second);
  wait_until(other, repositories * changes);
  EXPECT_EQ(imported(other), repositories * changes);
  ::unsetenv("SEXTANT_VELOCITY_RATE_PER_MINUTE");
}

TEST_F(NodesStory, NeedASecretKeyInCommon) {
  ::unsetenv("SEXTANT_SECRET_KEY");
  EXPECT_THROW(RunningServer{first}, std::runtime_error);
}

}  // namespace
}  // namespace sextant
