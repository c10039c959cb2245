// What comes in by webhook goes out by webhook, whatever moment the program is killed at.
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/secrets.hpp"
#include "db/database.hpp"
#include "program.hpp"
#include "testing/http_receiver.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using testing::Answer;
using testing::HttpClient;
using testing::ReceivedRequest;
using testing::RunningServer;

constexpr int kills = 20;
constexpr int stars_a_round = 15;
constexpr std::chrono::seconds patience{60};

const Secret forge_secret("what the forge signs with");

std::string login(int person) {
  return "user" + std::to_string(person);
}

// GitHub's words for "this person starred acme/rocket", under one delivery id however often sent.
std::string star_request(int person) {
  const std::string body =
      json{{"action", "created"},
           {"starred_at", "2026-05-01T12:00:00Z"},
           {"sender", {{"id", person}, {"login", login(person)}, {"type", "User"}}},
           {"repository",
            {{"id", 42},
             {"full_name", "acme/rocket"},
             {"private", false},
             {"owner", {{"id", 9}, {"login", "acme"}, {"type", "Organization"}}}}}}
          .dump();
  return fmt::format(
      "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "X-GitHub-Event: star\r\nX-GitHub-Delivery: delivery-{}\r\n"
      "X-Hub-Signature-256: sha256={}\r\nContent-Length: {}\r\n\r\n{}",
      person, to_hex(hmac_sha256(forge_secret.reveal(), body)), body.size(), body);
}

// A customer's end: whose lead came, under which message ids.
class Customer {
 public:
  std::string url() const { return receiver_.url(); }
  void expect_signed_with(const std::string& secret) {
    const std::lock_guard lock(mutex_);
    secret_ = secret;
  }
  std::map<std::string, std::set<std::string>> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  std::size_t people() const {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }
  int forged() const { return forged_; }

 private:
  testing::RawAnswer take(const ReceivedRequest& request) {
    const std::lock_guard lock(mutex_);
    const std::string signature = "sha256=" + to_hex(hmac_sha256(secret_, request.body));
    if (request.header("X-GitLeads-Signature") != signature) ++forged_;
    const json lead = json::parse(request.body)["data"];
    messages_[lead["github_username"]].insert(request.header("webhook-id"));
    return testing::answer(200);
  }

  mutable std::mutex mutex_;
  std::string secret_;
  std::map<std::string, std::set<std::string>> messages_;
  std::atomic<int> forged_ = 0;
  testing::HttpReceiver receiver_{[this](const ReceivedRequest& request) { return take(request); }};
};

class DeliveriesStory : public ::testing::Test {
 protected:
  DeliveriesStory() {
    program.output("org create main");
    program.output("repo track acme/rocket");
    key = program.output("key create --name story");
    const RunningServer server(program, environment);
    for (Customer& customer : customers) {
      const std::string body = json{{"url", customer.url()}, {"events", {"lead.created"}}}.dump();
      HttpClient client(server.port());
      const Answer made =
          client
              .send(
                  fmt::format("POST /v1/webhooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}"
                              "\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                              key, body.size(), body))
              .read_answer();
      if (made.status != 201) throw std::runtime_error("no webhook: " + made.body);
      customer.expect_signed_with(json::parse(made.body)["secret"]);
    }
  }

  // Until all are taken or the server is gone; those that it did not answer stay in `waiting`.
  static void post(std::uint16_t port, std::vector<int>& waiting, std::atomic<int>& taken) {
    std::optional<HttpClient> client;
    while (!waiting.empty()) {
      try {
        if (!client) client.emplace(port);
      } catch (const std::runtime_error&) {
        return;
      }
      const Answer answer = client->send(star_request(waiting.back())).read_answer();
      if (answer.status == 0) return;
      EXPECT_EQ(answer.status, 202) << answer.body;
      waiting.pop_back();
      ++taken;
    }
  }

  // What a dead process held is free: its leases are over.
  void let_a_minute_pass() const {
    const auto store = db::open_sqlite(program.data() / "sextant.db", {});
    ASSERT_TRUE(store);
    const auto written = (*store)->write([](db::Connection& connection) -> Result<void> {
      TRY(connection.execute(db::Query("UPDATE jobs SET due_at = due_at - 60000")));
      TRY(connection.execute(
          db::Query("UPDATE hook_endpoints SET claimed_until = claimed_until - 60000")));
      return {};
    });
    ASSERT_TRUE(written) << written.error().message;
  }

  std::vector<std::string> leads(const RunningServer& server) const {
    std::vector<std::string> found;
    std::string after;
    do {
      const auto page = json::parse(server.get("/v1/leads?limit=100" + after, key).body);
      for (const auto& lead : page["data"]) found.push_back(lead["github_username"]);
      after =
          page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
    } while (!after.empty());
    return found;
  }

  testing::Program program;
  std::vector<std::pair<std::string, std::string>> environment{
      {"SEXTANT_GITHUB_WEBHOOK_SECRET", forge_secret.reveal()},
      {"SEXTANT_WEBHOOKS_ALLOW_INSECURE", "true"},
      {"SEXTANT_WEBHOOKS_ALLOW_PRIVATE", "true"}};
  std::string key;
  std::array<Customer, 2> customers;
};

TEST_F(DeliveriesStory, KilledAtAnyMomentItLosesNothingAndMakesNothingTwice) {
  std::mt19937 random(20261122);
  const auto draw = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  std::vector<int> waiting;
  int people = 0;
  for (int round = 0; round < kills; ++round) {
    for (int i = 0; i < stars_a_round; ++i) waiting.push_back(++people);
    std::optional<RunningServer> server(std::in_place, program, environment);
    std::atomic<int> taken = 0;
    const int enough = draw(stars_a_round);
    const std::chrono::microseconds then{draw(40'000)};
    std::jthread poster([&, port = server->port()] { post(port, waiting, taken); });
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (taken < enough && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    const auto moment = std::chrono::steady_clock::now() + then;
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    server.reset();  // SIGKILL
    poster.join();
    let_a_minute_pass();
  }

  const RunningServer server(program, environment);
  std::atomic<int> taken = 0;
  post(server.port(), waiting, taken);
  ASSERT_TRUE(waiting.empty());
  const auto all = static_cast<std::size_t>(people);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while ((customers[0].people() < all || customers[1].people() < all) &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();

  const auto found = leads(server);
  EXPECT_EQ(found.size(), all);
  EXPECT_EQ(std::set(found.begin(), found.end()).size(), all);
  for (const Customer& customer : customers) {
    const auto messages = customer.messages();
    EXPECT_EQ(messages.size(), all);
    for (const auto& [person, ids] : messages)
      EXPECT_EQ(ids.size(), 1u) << person << " was announced more than once";
    EXPECT_EQ(customer.forged(), 0);
  }
}

}  // namespace
}  // namespace sextant
