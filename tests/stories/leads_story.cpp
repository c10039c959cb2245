// Leads as its users meet it: hours of an archive and GitHub's posts in, the API out.
#include <fstream>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/secrets.hpp"
#include "db/database.hpp"
#include "program.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;  // an archive's lines begin with their id
using testing::Answer;

std::string star(int person, const std::string& repository) {
  return ordered_json{{"id", std::to_string(person)},
                      {"type", "WatchEvent"},
                      {"actor", {{"id", person}, {"login", "user" + std::to_string(person)}}},
                      {"repo", {{"id", 5}, {"name", repository}}},
                      {"payload", {{"action", "started"}}},
                      {"public", true},
                      {"created_at", "2026-05-01T12:00:00Z"}}
      .dump();
}

std::string issue(int person, const std::string& body) {
  const json user = {{"id", person}, {"login", "user" + std::to_string(person)}, {"type", "User"}};
  return ordered_json{
      {"id", "90" + std::to_string(person)},
      {"type", "IssuesEvent"},
      {"actor", user},
      {"repo", {{"id", 6}, {"name", "someone/else"}}},
      {"payload",
       {{"action", "opened"},
        {"issue",
         {{"id", 1000 + person},
          {"number", person},
          {"title", "A question"},
          {"body", body},
          {"user", user},
          {"html_url", "https://github.com/someone/else/issues/" + std::to_string(person)},
          {"created_at", "2026-05-01T12:00:01Z"}}}}},
      {"public", true},
      {"created_at", "2026-05-01T12:00:01Z"}}
      .dump();
}

class LeadsStory : public ::testing::Test {
 protected:
  LeadsStory() {
    program.output("org create acme");
    program.output("repo track rival/sdk");
    program.output("keyword track 'looking for a scheduler'");
    key = program.output("key create --name story");
    write_hour(star(1, "rival/sdk") + "\n" + star(2, "other/sdk") + "\n" +
               issue(3, "I am Looking for a\nscheduler.") + "\n" + issue(4, "nothing") + "\n");
  }

  void write_hour(const std::string& lines) const {
    std::ofstream(hour(), std::ios::binary) << lines;
  }
  std::string hour() const {
    return (program.data().parent_path() / "2026-05-01-12.json").string();
  }

  // A request with a body; the content type and length come with it.
  static Answer send(const testing::RunningServer& server, const std::string& method,
                     const std::string& target, const std::string& key,
                     const std::string& body = "", const std::string& headers = "") {
    testing::HttpClient client(server.port());
    client.send(fmt::format(
        "{} {} HTTP/1.1\r\nHost: x\r\n{}{}Content-Length: {}\r\n{}\r\n{}", method, target,
        key.empty() ? "" : "Authorization: Bearer " + key + "\r\n",
        body.empty() ? "" : "Content-Type: application/json\r\n", body.size(), headers, body));
    return client.read_answer();
  }
  static std::vector<std::string> logins(const Answer& answer) {
    std::vector<std::string> found;
    const json page = json::parse(answer.body);
    for (const auto& lead : page["data"]) found.push_back(lead["github_username"]);
    return found;
  }

  testing::Program program;
  std::string key;
};

TEST_F(LeadsStory, TurnsAnHourOfAnArchiveIntoLeads) {
  EXPECT_EQ(program.output("import archive " + hour()),
            "files 1, not whole 0, lines 4, events read 2, kept 2; leads 2");
  EXPECT_EQ(program.output("import archive " + hour()),
            "files 1, not whole 0, lines 4, events read 2, kept 2; leads 0, already there 2");
  const testing::RunningServer server(program);
  const Answer list = server.get("/v1/leads", key);
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(logins(list), (std::vector<std::string>{"user3", "user1"}));
  const auto data = json::parse(list.body)["data"];
  EXPECT_EQ(data[0]["signal_type"], "keyword_issue");
  EXPECT_EQ(data[0]["snippet"], "I am Looking for a scheduler.");
  EXPECT_EQ(data[1]["signal_source"], "rival/sdk");
  EXPECT_EQ(server.get("/v1/leads/" + data[1]["id"].get<std::string>(), key).status, 200);
  EXPECT_EQ(logins(server.get("/v1/leads?repo=RIVAL/SDK", key)), std::vector<std::string>{"user1"});
  EXPECT_EQ(program.output("erase user3").substr(0, 17), "people 1, leads 1");
  EXPECT_EQ(program.output("import archive " + hour()),
            "files 1, not whole 0, lines 4, events read 2, kept 1; leads 0, already there 1, "
            "refused 1");
}

TEST_F(LeadsStory, NamesTheHolesOfAnArchiveAndGoesOn) {
  write_hour(star(1, "rival/sdk") + star(5, "rival/sdk") + "\n" +
             star(6, "rival/sdk").substr(0, 90));
  const testing::Ran ran = program.run("import archive " + hour());
  EXPECT_EQ(ran.status, 3);
  EXPECT_TRUE(ran.output.ends_with("leads 2")) << ran.output;
  EXPECT_EQ(program.run("import archive /nowhere").status, 1);
  const testing::Ran some = program.run("import archive /nowhere " + hour());
  EXPECT_EQ(some.status, 3);
  EXPECT_TRUE(some.output.starts_with("files 2, not whole 2")) << some.output;
}

// Runs the import and kills it after so long; false when it had ended before.
bool kill_import(const testing::Program& program, const std::string& hour,
                 std::chrono::milliseconds after) {
  const pid_t process = ::fork();
  if (process == 0) {
    std::freopen("/dev/null", "w", stdout);
    std::freopen("/dev/null", "w", stderr);
    ::execl(SEXTANT_PROGRAM, SEXTANT_PROGRAM, "--data", program.data().c_str(), "import", "archive",
            hour.c_str(), nullptr);
    ::_exit(127);
  }
  std::this_thread::sleep_for(after);  // the moment of the kill
  ::kill(process, SIGKILL);
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFSIGNALED(status);
}

TEST_F(LeadsStory, EndsWithTheSameLeadsHoweverOftenAnImportIsKilled) {
  constexpr int stars = 3'000;
  std::string lines;
  for (int person = 1; person <= stars; ++person) lines += star(person, "rival/sdk") + "\n";
  write_hour(lines);
  std::minstd_rand random(7);
  int killed = 0;
  for (int i = 0; i < 10; ++i)
    killed += kill_import(program, hour(), std::chrono::milliseconds(20 + random() % 300));
  EXPECT_GT(killed, 0);
  program.output("import archive " + hour());
  const auto database = testing::value_of(db::open_sqlite(program.data() / "sextant.db", {}));
  const auto reader = testing::value_of(database->reader());
  const auto counted = testing::value_of(
      reader->row(db::Query("SELECT COUNT(*), COUNT(DISTINCT person) FROM leads"),
                  [](const db::Row& row) { return std::pair(row.integer(0), row.integer(1)); }));
  EXPECT_EQ(counted, (std::pair<std::int64_t, std::int64_t>(stars, stars)));
}

TEST_F(LeadsStory, AnswersInTheContractsShapes) {
  const testing::RunningServer server(program);
  const Answer nobody = server.get("/v1/leads");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.body, R"({"error":"unauthorized","message":"Invalid or missing API key"})");
  EXPECT_EQ(server.get("/v1/leads", key).headers.at("x-ratelimit-limit"), "300");
  EXPECT_EQ(json::parse(server.get("/v1/nothing", key).body)["error"], "not_found");
  EXPECT_EQ(json::parse(send(server, "PUT", "/v1/leads", key).body)["error"], "method_not_allowed");
  const Answer large = send(server, "POST", "/v1/erase", key, std::string(2 << 20, ' '));
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(json::parse(large.body)["error"], "payload_too_large");
  EXPECT_EQ(json::parse(large.body).size(), 2u);
  const Answer made = send(server, "POST", "/v1/tracked-repos", key,
                           R"({"full_name":"competitor/their-sdk","type":"competitor"})");
  EXPECT_EQ(made.status, 201);
  const std::string id = json::parse(made.body)["id"];
  EXPECT_EQ(made.headers.at("location"), "/v1/tracked-repos/" + id);
  const Answer again =
      send(server, "POST", "/v1/tracked-repos", key, R"({"full_name":"Competitor/their-SDK"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(json::parse(again.body)["error"], "conflict");
  EXPECT_EQ(json::parse(again.body).size(), 2u);
  EXPECT_EQ(send(server, "DELETE", "/v1/tracked-repos/" + id, key).status, 204);
  EXPECT_EQ(send(server, "DELETE", "/v1/tracked-repos/" + id, key).status, 404);
}

TEST_F(LeadsStory, GivesEachPlanItsDue) {
  const testing::RunningServer server(program);
  program.output("org set-plan acme pro");
  for (int i = 0; i < 60; ++i) ASSERT_EQ(server.get("/v1/usage", key).status, 200) << i;
  const Answer refused = server.get("/v1/leads", key);
  EXPECT_EQ(refused.status, 429) << "one budget over all endpoints";
  EXPECT_EQ(json::parse(refused.body)["error"], "rate_limited");
  EXPECT_GE(std::stoi(refused.headers.at("retry-after")), 1);
  program.output("org set-plan acme free");
  EXPECT_EQ(json::parse(server.get("/v1/leads", key).body)["error"], "forbidden");
  EXPECT_EQ(program.run("org set-plan acme platinum").status, 2);
}

TEST_F(LeadsStory, TakesSignedPostsOnceAndNoOthers) {
  const testing::RunningServer server(program, {{"SEXTANT_GITHUB_WEBHOOK_SECRET", "top secret"}});
  const std::string hook_secret = program.output("hook create");
  const std::string path = json::parse(program.output("hook list --json"))[0]["path"];
  const std::string body =
      json{{"action", "created"},
           {"starred_at", "2026-05-02T10:00:00Z"},
           {"repository",
            {{"id", 5},
             {"full_name", "rival/sdk"},
             {"private", false},
             {"owner", {{"id", 50}, {"login", "rival"}, {"type", "Organization"}}}}},
           {"sender", {{"id", 77}, {"login", "grace"}, {"type", "User"}}}}
          .dump();
  const auto post = [&](const std::string& to, const std::string& secret, const char* delivery) {
    const Hash signature = hmac_sha256(secret, body);
    return send(server, "POST", to, "", body,
                fmt::format("X-GitHub-Event: star\r\nX-GitHub-Delivery: {}\r\n"
                            "X-Hub-Signature-256: sha256={}\r\n",
                            delivery, to_hex(signature)))
        .status;
  };
  EXPECT_EQ(post(path, hook_secret, "d1"), 202);
  EXPECT_EQ(post(path, hook_secret, "d1"), 202);
  EXPECT_EQ(post("/webhooks/github", "top secret", "d2"), 202);
  EXPECT_EQ(post(path, "top secret", "d3"), 401) << "each address has its own secret";
  EXPECT_EQ(post(path + "1", hook_secret, "d4"), 401);
  EXPECT_EQ(post("/webhooks/github", "", "d5"), 401);
  Answer list;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  do list = server.get("/v1/leads", key);
  while (json::parse(list.body)["data"].empty() && std::chrono::steady_clock::now() < until);
  EXPECT_EQ(logins(list), std::vector<std::string>{"grace"}) << "one act by two paths is one lead";
}

TEST_F(LeadsStory, FindsInAnEditWhatItWroteAndNotWhatStoodThere) {
  // One worker: the second is worked off after the first.
  const testing::RunningServer server(
      program, {{"SEXTANT_GITHUB_WEBHOOK_SECRET", "s"}, {"SEXTANT_JOBS_WORKERS", "1"}});
  const auto edit = [&](int number, const std::string& from, const std::string& now) {
    const json editor = {{"id", 80 + number}, {"login", "editor"}, {"type", "User"}};
    const std::string body = json{
        {"action", "edited"},
        {"changes", {{"body", {{"from", from}}}}},
        {"issue",
         {{"id", number},
          {"number", number},
          {"title", "A question"},
          {"body", now},
          {"user", {{"id", 1}, {"login", "writer"}, {"type", "User"}}},
          {"html_url", "https://github.com/a/b/issues/1"},
          {"updated_at", "2026-05-02T10:00:00Z"}}},
        {"repository", {{"id", 9}, {"full_name", "a/b"}, {"private", false}}},
        {"sender", editor}}.dump();
    EXPECT_EQ(send(server, "POST", "/webhooks/github", "", body,
                   fmt::format("X-GitHub-Event: issues\r\nX-GitHub-Delivery: e{}\r\n"
                               "X-Hub-Signature-256: sha256={}\r\n",
                               number, to_hex(hmac_sha256("s", body))))
                  .status,
              202);
  };
  edit(1, "I am looking for a scheduler", "I am looking for a scheduler!");
  edit(2, "I am looking", "I am looking for a scheduler");
  Answer list;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  do list = server.get("/v1/leads", key);
  while (json::parse(list.body)["data"].empty() && std::chrono::steady_clock::now() < until);
  const json data = json::parse(list.body)["data"];
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["signal_context"], "wrote issue #2 of a/b: A question");
}

TEST_F(LeadsStory, ShowsNothingToAnotherOrganisation) {
  program.output("import archive " + hour());
  program.output("org create other");
  const std::string stranger = program.output("key create --name x --org other");
  const testing::RunningServer server(program);
  const auto lead = json::parse(server.get("/v1/leads", key).body)["data"][0];
  const std::string repository =
      json::parse(server.get("/v1/tracked-repos", key).body)["data"][0]["id"];
  const std::string keyword =
      json::parse(server.get("/v1/tracked-keywords", key).body)["data"][0]["id"];
  EXPECT_TRUE(json::parse(server.get("/v1/leads", stranger).body)["data"].empty());
  for (const std::string& target : {"/v1/leads/" + lead["id"].get<std::string>(),
                                    "/v1/people/" + lead["person_id"].get<std::string>()}) {
    const Answer theirs = server.get(target, stranger);
    EXPECT_EQ(theirs.status, 404) << target;
    EXPECT_EQ(server.get(target, key).status, 200) << target;
  }
  for (const std::string& target :
       {"/v1/tracked-repos/" + repository, "/v1/tracked-keywords/" + keyword}) {
    EXPECT_EQ(send(server, "DELETE", target, stranger).status, 404) << target;
    EXPECT_EQ(send(server, "PATCH", target, stranger, R"({"paused":true})").status, 404) << target;
    EXPECT_EQ(send(server, "DELETE", target, key).status, 204) << target;
  }
}

// Every operation is served, and answers what its description says it may.
TEST_F(LeadsStory, AnswersNothingThatIsNotInTheDescription) {
  const testing::RunningServer server(program);
  const auto paths = json::parse(server.get("/api/openapi.json").body)["paths"];
  std::size_t operations = 0;
  for (const auto& [pattern, methods] : paths.items()) {
    if (!pattern.starts_with("/v1/")) continue;
    std::string target = pattern;
    if (const auto at = target.find("{id}"); at != target.npos) target.replace(at, 4, "nothing");
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      std::string name = method;
      for (char& c : name) c = static_cast<char>(std::toupper(c));
      const auto check = [&, &responses = operation["responses"]](const Answer& answer) {
        EXPECT_TRUE(responses.contains(std::to_string(answer.status)))
            << name << ' ' << pattern << " answered " << answer.status << ' ' << answer.body;
        EXPECT_NE(answer.status, 405) << name << ' ' << pattern;
        EXPECT_LT(answer.status, 500) << name << ' ' << pattern << ' ' << answer.body;
      };
      check(send(server, name, target, key));
      check(send(server, name, target, ""));
      if (method == "get") continue;
      check(send(server, name, target, key, "{"));
      check(send(server, name, target, key, "{}"));
      check(
          send(server, name, target, key, R"({"url":7,"full_name":[],"keyword":{},"kind":null})"));
      check(send(server, name, target, key, "", "Content-Type: text/plain\r\n"));
      check(send(server, name, target, key, "\"" + std::string(70'000, 'x') + "\""));
    }
  }
  EXPECT_GE(operations, 30u);
}

}  // namespace
}  // namespace sextant
