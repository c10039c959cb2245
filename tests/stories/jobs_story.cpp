// Work that one command asks for and a server does.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "program.hpp"
#include "testing/git_repositories.hpp"

namespace sextant {
namespace {

TEST(JobsStory, AServerImportsWhatWasQueuedAndCountsIt) {
  testing::GitRepository repository;
  repository.squash_pull_request(1,
                                 {.message = "Add", .files = {{"a.py", "def a():\n  return 1\n"}}});
  const testing::Program program;
  const std::string folder = repository.path().string();
  const std::string id = program.output("import git " + folder + " --repo acme/api --queue");
  EXPECT_GT(std::stoll(id), 0);
  EXPECT_EQ(program.output("import git " + folder + " --repo acme/api --queue"), id);
  EXPECT_EQ(program.run("import git /nowhere/at/all --queue").status, 1);
  EXPECT_EQ(program.run("import git https://name@example.com/a/b --queue").status, 1);
  const std::string token = program.output("token create --name test");

  const testing::RunningServer server(program);
  const auto has = [&](const std::string& state, int count) {
    return server.get("/metrics")
        .body.contains("sextant_jobs{state=\"" + state + "\"} " + std::to_string(count) + "\n");
  };
  while (!has("waiting", 0) || !has("running", 0)) std::this_thread::yield();
  EXPECT_TRUE(has("failed", 0));
  EXPECT_TRUE(server.get("/api/v1/pull-requests", token).body.contains("\"Add\""));
}

}  // namespace
}  // namespace sextant
