// Whole-server stories: the program itself, from a repository to answers over HTTP.
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "testing/git_repositories.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using testing::Answer;

std::string program_text(int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i)
    text += "if ready(" + std::to_string(i) + "):\n    start(" + std::to_string(i) + ")\n";
  return text;
}

class ServerStory : public ::testing::Test {
 protected:
  ServerStory() {
    for (int number = 1; number <= 3; ++number)
      repository.squash_pull_request(
          number,
          {.message = "Change " + std::to_string(number),
           .files = {{"src/a" + std::to_string(number) + ".py", program_text(10 * number)}}});
    program.output("import git " + repository.path().string() + " --repo acme/api");
    token = program.output("token create --name story");
  }

  testing::Program program;
  testing::GitRepository repository;
  std::string token;
};

TEST_F(ServerStory, ImportsScoresAndServes) {
  testing::RunningServer server(program);
  const Answer list = server.get("/api/v1/pull-requests?limit=2", token);
  ASSERT_EQ(list.status, 200) << list.body;
  const auto page = json::parse(list.body);
  EXPECT_EQ(page["items"][0]["title"], "Change 3");
  EXPECT_GT(page["items"][0]["score"], 0);
  const auto rest = json::parse(
      server
          .get("/api/v1/pull-requests?limit=2&cursor=" + page["next_cursor"].get<std::string>(),
               token)
          .body);
  EXPECT_EQ(rest["items"].size(), 1u);
  const auto detail = json::parse(
      server.get("/api/v1/pull-requests/" + page["items"][0]["id"].get<std::string>(), token).body);
  EXPECT_EQ(detail["external_id"], 3);
  EXPECT_FALSE(detail["rubric"]["scope"]["factors"].get<std::string>().empty());
  EXPECT_EQ(json::parse(server.get("/api/v1/organization", token).body)["plan"], nullptr);
  EXPECT_TRUE(server.get("/api/v1/pull-requests?format=csv", token)
                  .body.starts_with("Repository,Type,Reference"));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(ServerStory, KeepsCursorsOverARestart) {
  std::string cursor;
  {
    testing::RunningServer server(program);
    cursor = json::parse(server.get("/api/v1/pull-requests?limit=1", token).body)["next_cursor"];
  }
  testing::RunningServer server(program);
  EXPECT_EQ(server.get("/api/v1/pull-requests?limit=1&cursor=" + cursor, token).status, 200);
}

TEST_F(ServerStory, SeesWhatTheCommandLineDoesAtOnce) {
  testing::RunningServer server(program);
  const std::string first_etag = server.get("/api/v1/pull-requests", token).headers["etag"];
  EXPECT_EQ(
      server.get("/api/v1/pull-requests", token, "If-None-Match: " + first_etag + "\r\n").status,
      304);
  repository.squash_pull_request(4,
                                 {.message = "Change 4", .files = {{"src/b.py", program_text(5)}}});
  program.output("import git " + repository.path().string() + " --repo acme/api");
  const Answer after =
      server.get("/api/v1/pull-requests", token, "If-None-Match: " + first_etag + "\r\n");
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(json::parse(after.body)["items"].size(), 4u);

  const auto tokens = json::parse(program.output("token list --json"));
  program.output("org create other");
  program.output("token revoke " + tokens[0]["id"].get<std::string>());
  const Answer revoked = server.get("/api/v1/pull-requests", token);
  EXPECT_EQ(revoked.status, 401);
  EXPECT_EQ(json::parse(revoked.body)["error"], "invalid_token");
}

TEST_F(ServerStory, RefusesTokensOfThoseWhoLeftAndOfDeletedOrganisations) {
  program.output("user create ada@example.com --org main --role admin");
  const std::string hers =
      program.output("token create --name hers --org main --user ada@example.com");
  testing::RunningServer server(program);
  EXPECT_EQ(server.get("/api/v1/organization", hers).status, 200);
  program.output("user remove ada@example.com --org main");
  const Answer left = server.get("/api/v1/organization", hers);
  EXPECT_EQ(left.status, 403);
  EXPECT_EQ(json::parse(left.body)["error"], "membership_revoked");
  EXPECT_EQ(server.get("/api/v1/organization", token).status, 200);
  program.output("org delete main");
  EXPECT_EQ(server.get("/api/v1/organization", token).status, 404);
}

TEST_F(ServerStory, RefusesTheSixtyFirstRequestOfAMinuteOnOneEndpointOnly) {
  testing::RunningServer server(program);
  for (int i = 0; i < 60; ++i)
    ASSERT_EQ(server.get("/api/v1/organization", token).status, 200) << i;
  const Answer refused = server.get("/api/v1/organization", token);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body,
            R"({"statusCode":429,"message":"ThrottlerException: Too Many Requests"})");
  EXPECT_EQ(refused.headers.at("retry-after"), refused.headers.at("retry-after-minute"));
  EXPECT_EQ(server.get("/api/v1/contributors", token).status, 200);
}

// Every route is in the description, and every status that it answers.
TEST_F(ServerStory, AnswersNothingThatIsNotInTheDescription) {
  testing::RunningServer server(program, {{"SEXTANT_VELOCITY_RATE_PER_MINUTE", "14"}});
  const auto paths = json::parse(server.get("/api/openapi.json").body)["paths"];
  const std::string id =
      json::parse(server.get("/api/v1/pull-requests", token).body)["items"][0]["id"];
  std::set<int> seen;
  for (const auto& [pattern, operations] : paths.items()) {
    if (pattern.starts_with("/v1/") || pattern.starts_with("/webhooks/")) continue;
    std::string target = pattern;
    if (const auto at = target.find("{id}"); at != target.npos) target.replace(at, 4, id);
    if (const auto at = target.find("{username}"); at != target.npos) target.replace(at, 10, "ada");
    const bool is_guarded = pattern.starts_with("/api/v1/");
    const auto& documented = operations["get"]["responses"];
    const auto check = [&](const Answer& answer, int expected) {
      EXPECT_EQ(answer.status, expected) << target << " " << answer.body;
      EXPECT_TRUE(documented.contains(std::to_string(answer.status)))
          << pattern << " answered " << answer.status;
      seen.insert(answer.status);
    };
    const std::string with = is_guarded ? token : "";
    const Answer good = server.get(target, with);
    check(good, 200);
    if (good.headers.contains("etag")) check(server.get(target, with, "If-None-Match: *\r\n"), 304);
    testing::HttpClient post(server.port());
    post.send("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    check(post.read_answer(), 405);
    check(server.get(target + "?" + std::string(20'000, 'x'), with), 414);
    check(server.get(target, with, "X-Long: " + std::string(20'000, 'x') + "\r\n"), 431);
    testing::HttpClient large(server.port());
    large.send("GET " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
    check(large.read_answer(), 413);
    check(server.get(target, with, "Bad Header: x\r\n"), 400);
    if (!is_guarded) continue;
    check(server.get(target), 401);
    check(server.get(target, token, "Accept: image/png\r\n"), 406);
    for (int i = 0; i < 14; ++i) server.get(target, token);
    check(server.get(target, token), 429);
  }
  EXPECT_EQ(seen, (std::set<int>{200, 304, 400, 401, 405, 406, 413, 414, 429, 431}));
}

TEST_F(ServerStory, KeepsTokensToTheirRoutes) {
  testing::RunningServer server(program);
  const Answer elsewhere = server.get("/api/app/members", token);
  EXPECT_EQ(elsewhere.status, 403);
  EXPECT_EQ(json::parse(elsewhere.body)["error"], "forbidden");
  EXPECT_EQ(server.get("/api/app/members", "gv_pat_nonsense").status, 401);
  EXPECT_EQ(server.get("/api/app/members").status, 404);
  EXPECT_EQ(server.get("/api/v1/nothing", token).status, 404);
}

TEST(CommandLine, SaysWhatIsWrongWithItsExitStatus) {
  const testing::Program program;
  EXPECT_EQ(program.run("").status, 0);
  EXPECT_EQ(program.run("import git").status, 2);
  EXPECT_EQ(program.run("nonsense").status, 2);
  EXPECT_EQ(program.run("import git /nowhere/at/all").status, 1);
  EXPECT_EQ(program.run("token create --name x").status, 1) << "there is no organisation yet";
  EXPECT_EQ(program.run("org create Bad_Slug").status, 2);
  EXPECT_EQ(program.run("token create --name ' '").status, 2);
  EXPECT_EQ(program.run("explain flask").status, 2);
  EXPECT_EQ(program.run("explain --json").status, 2);
  EXPECT_EQ(program.run("serve --listen nowhere").status, 2);
  EXPECT_EQ(program.run("import git . --repo 'a,b/c'").status, 2);
  EXPECT_EQ(program.run("explain").status, 2);
}

TEST(CommandLine, ExplainsADiffFromStandardInputAndTheSameStoredPullRequest) {
  const testing::Program program;
  testing::GitRepository repository;
  for (int lines = 1; lines < 9; ++lines)
    repository.commit({.message = "Fix a fault", .files = {{"src/a.py", program_text(lines)}}});
  repository.squash_pull_request(5, {.message = "Grow", .files = {{"src/a.py", program_text(40)}}});
  program.output("import git " + repository.path().string() + " --repo acme/api");
  const auto stored = json::parse(program.output("explain acme/api#5 --json"));
  const auto diff = program.data() / "change.diff";
  std::ofstream(diff) << repository.git({"show", "--format=", "HEAD"}) << "\n";
  const auto fresh = json::parse(program.output("explain --json --diff - < " + diff.string()));
  EXPECT_EQ(stored["diff_hash"], fresh["diff_hash"]);
  // Only what was imported has a past, which speaks of risk alone.
  for (const char* dimension :
       {"scope", "architecture", "implementation", "quality", "perf_security"})
    EXPECT_EQ(stored["evidence"][dimension], fresh["evidence"][dimension]) << dimension;
  EXPECT_NE(stored["evidence"]["risk"], fresh["evidence"]["risk"]);
  EXPECT_GE(stored["base_score"], fresh["base_score"]);
}

}  // namespace
}  // namespace sextant
