// What the queue of deliveries costs: the same bodies to the same receiver, by the courier out of a
// durable store, and by the bare client. Prints one line of JSON.
//   deliveries_bench queue URL COUNT ENDPOINTS DIRECTORY | deliveries_bench bare URL COUNT
//   CONNECTIONS
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "hooks/announcement.hpp"
#include "hooks/courier.hpp"
#include "hooks/deliveries.hpp"
#include "hooks/endpoints.hpp"

namespace {

using namespace sextant;

constexpr std::int64_t organization = 1;
constexpr int announced_a_write = 100;

template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A lead as the API shows it.
std::string lead(int number) {
  return R"({"id":"lead_)" + std::to_string(number) +
         R"(","signal_type":"stargazer","signal_source":"acme-corp/rival-sdk","github_username":"jdoe",)"
         R"("name":"Jane Doe","email":"jane@example.com","bio":"Staff engineer, compilers and coffee",)"
         R"("company":"Vercel","location":"San Francisco, CA","followers":1842,)"
         R"("top_languages":["TypeScript","Rust","Go"],"captured_at":"2026-04-24T10:31:00.123Z",)"
         R"("signal_context":"starred acme-corp/rival-sdk","signal_url":"https://github.com/acme-corp/rival-sdk",)"
         R"("keyword":null,"snippet":null,"github_profile_url":"https://github.com/jdoe","public_repos":87,)"
         R"("account_created_at":"2014-02-11T09:12:44.000Z","updated_at":"2026-04-24T10:31:02.000Z",)"
         R"("authenticity":92,"fit_score":71})";
}

hooks::Settings settings_for(int endpoints) {
  hooks::Settings settings;
  settings.reach = {.allow_private = true, .allow_insecure = true};
  settings.connections = endpoints;
  settings.node = "bench";
  return settings;
}

void fill(db::Database& database, const std::string& url, int count, int endpoints,
          const hooks::Settings& settings, const Sealer& sealer) {
  value_of(db::migrate(database));
  const Instant now = system_clock().now();
  const auto endpoint = [&](int at) {
    return hooks::NewEndpoint{
        .kind = hooks::Kind::webhook,
        .url = url,
        .wants = {.events = {}, .texts = {{"to", {std::to_string(at)}}}, .numbers = {}},
        .credential = {}};
  };
  value_of(database.write([&](db::Connection& connection) -> Result<void> {
    for (int at = 0; at < endpoints; ++at)
      TRY(hooks::add_endpoint(connection, organization, endpoint(at), settings, sealer, now));
    return {};
  }));
  for (int from = 0; from < count; from += announced_a_write)
    value_of(database.write([&](db::Connection& connection) -> Result<void> {
      for (int number = from; number < std::min(count, from + announced_a_write); ++number)
        TRY(hooks::announce(connection, organization,
                            {.event = "lead.created",
                             .data = lead(number),
                             .texts = {{"to", std::to_string(number % endpoints)}},
                             .numbers = {},
                             .subject = {}},
                            now));
      return {};
    }));
}

double queue(const std::string& url, int count, int endpoints, const std::string& directory) {
  const hooks::Settings settings = settings_for(endpoints);
  const Sealer sealer(Secret("a key of at least thirty-two characters"), hooks::sealing_purpose);
  const auto database =
      value_of(db::open_sqlite(std::filesystem::path(directory) / "deliveries.db", {}));
  fill(*database, url, count, endpoints, settings, sealer);
  const auto start = std::chrono::steady_clock::now();
  hooks::Courier courier(*database, jobs::shared_time(*database, system_clock()), sealer, settings);
  while (courier.counts().delivered < count && seconds_since(start) < 120)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const bool is_stored = courier.stop(std::chrono::seconds{10});
  const double seconds = seconds_since(start);
  // All of it is on the disk, or there is no figure.
  if (!is_stored || value_of(hooks::queue_state(*value_of(database->reader()))).waiting > 0)
    throw std::runtime_error("not everything was delivered");
  return seconds;
}

double bare(const std::string& url, int count, int connections) {
  http::Sender sender(hooks::sender_settings(settings_for(connections)));
  int sent = 0;
  int answered = 0;
  const auto start = std::chrono::steady_clock::now();
  std::function<void()> send = [&] {
    if (sent == count) return;
    sender.send({.url = url, .body = lead(sent++), .headers = {"Content-Type: application/json"}},
                [&](const http::Reply& reply) {
                  if (!reply.is_success()) throw std::runtime_error("a request failed");
                  if (++answered == count) sender.wake();
                  send();
                });
  };
  for (int connection = 0; connection < connections; ++connection) send();
  while (answered < count) sender.run_for(std::chrono::seconds{1});
  return seconds_since(start);
}

}  // namespace

int main(int count, char** words) {
  const bool is_queue = count == 6 && std::string(words[1]) == "queue";
  if (!is_queue && !(count == 5 && std::string(words[1]) == "bare")) return EXIT_FAILURE;
  const int requests = std::atoi(words[3]);
  const int wide = std::atoi(words[4]);
  const double seconds =
      is_queue ? queue(words[2], requests, wide, words[5]) : bare(words[2], requests, wide);
  std::printf("{\"seconds\": %.4f, \"per_s\": %.0f}\n", seconds, requests / seconds);
}
