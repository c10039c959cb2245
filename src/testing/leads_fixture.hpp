// For tests: organisations that watch things, events that happen, and the API of Leads called as
// the server calls it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "access/organizations.hpp"
#include "http/query_string.hpp"
#include "leads/api.hpp"
#include "leads/capture.hpp"
#include "leads/public_id.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::testing {

class LeadsFixture : public EveryDatabase {
 protected:
  LeadsFixture() { organization = make_organization("acme"); }

  std::int64_t make_organization(const std::string& slug,
                                 const std::optional<std::string>& plan = {}) {
    std::int64_t id = 0;
    write([&](db::Connection& db) -> Result<void> {
      const auto made = TRY(access::create_organization(db, slug, slug, plan, clock.now()));
      id = made.id;
      return {};
    });
    return id;
  }
  void set_plan(std::int64_t whose, const std::string& plan) {
    write([&](db::Connection& db) -> Result<void> {
      TRY(db.execute(db::Query("UPDATE organizations SET plan = {} WHERE id = {}", plan, whose)));
      return {};
    });
  }
  void write(const std::function<Result<void>(db::Connection&)>& work) {
    value_of(database->write(work));
  }

  // What is watched.
  std::int64_t track(const std::string& repository) { return track(organization, repository); }
  std::int64_t track(std::int64_t whose, const std::string& repository) {
    std::int64_t id = 0;
    write([&](db::Connection& db) -> Result<void> {
      const auto made = TRY(leads::Trackers(db, whose).add_repository(
          repository, leads::Relation::competitor, clock.now()));
      id = made.id;
      return {};
    });
    return id;
  }
  std::int64_t watch_for(const std::string& keyword) { return watch_for(organization, keyword); }
  std::int64_t watch_for(std::int64_t whose, const std::string& keyword) {
    std::int64_t id = 0;
    write([&](db::Connection& db) -> Result<void> {
      const auto made = TRY(leads::Trackers(db, whose).add_keyword(keyword, {}, clock.now()));
      id = made.id;
      return {};
    });
    return id;
  }

  // What happens.
  static std::int64_t number_of(const std::string& name) {
    std::int64_t number = 7;
    for (const char c : name) number = (number * 31 + c) % 1'000'003;
    return number + 1;
  }
  forge::Event event(forge::EventKind kind, const std::string& login,
                     const std::string& repository = "rival/sdk") const {
    forge::Event made;
    made.kind = kind;
    made.repository = {.id = number_of(repository),
                       .full_name = repository,
                       .owner = {},
                       .language = {},
                       .is_private = false};
    made.actor = {
        .id = number_of(login), .login = login, .is_bot = false, .is_organization = false};
    made.occurred_at = clock.now() - std::chrono::seconds{1};
    return made;
  }
  forge::Event star(const std::string& login, const std::string& repository = "rival/sdk") const {
    return event(forge::EventKind::star, login, repository);
  }
  forge::Event unstar(const std::string& login, const std::string& repository = "rival/sdk") const {
    return event(forge::EventKind::unstar, login, repository);
  }
  forge::Event issue(const std::string& login, std::int64_t act, const std::string& body) const {
    forge::Event made = event(forge::EventKind::issue, login, "some/where");
    made.act = act;
    made.number = 12;
    made.title = "A question";
    made.body = body;
    made.url = "https://github.com/some/where/issues/12";
    return made;
  }

  leads::CaptureCounts capture(const forge::Event& event, const leads::CaptureOrigin& origin = {}) {
    return capture(std::vector{event}, origin);
  }
  leads::CaptureCounts capture(const std::vector<forge::Event>& events,
                               const leads::CaptureOrigin& origin = {}) {
    leads::CaptureCounts counts;
    clock.advance(std::chrono::milliseconds{1});
    write([&](db::Connection& db) -> Result<void> {
      const auto state = TRY(watches.at(db));
      leads::Capture capture(db, *state.watched, settings, tombstone_key, clock.now());
      for (const forge::Event& event : events)
        TRY(capture.add(event, state.matcher->match(event), origin));
      counts = TRY(capture.finish());
      return {};
    });
    return counts;
  }

  // What the API says.
  using Handler = Result<http::Response> (*)(const leads::ApiCall&);
  struct Asked {
    std::string target = "/v1/leads";  // as in a request line
    std::string id = {};               // what the path's {id} stood for
    std::string body = {};
    http::Pairs headers = {};
    std::optional<std::int64_t> whose = {};
  };
  Result<http::Response> call(Handler handler, const Asked& asked) {
    http::Request request;
    request.method = asked.body.empty() ? http::Method::get : http::Method::post;
    request.target = asked.target;
    request.body = asked.body;
    request.headers = asked.headers;
    if (!asked.body.empty()) request.headers.emplace_back("content-type", "application/json");
    if (!asked.id.empty()) request.path_values = {{"id", asked.id}};
    const auto question = asked.target.find('?');
    request.path = asked.target.substr(0, question);
    if (question != asked.target.npos)
      request.query = http::parse_query(asked.target.substr(question + 1)).value();
    const auto reader = value_of(database->reader());
    const leads::ApiEnvironment environment{
        .database = *database,
        .clock = clock,
        .cursor_key = sha256("cursors"),
        .tombstone_key = tombstone_key,
        .answers = answers,
        .each_stored_event =
            [this](db::Connection&, std::int64_t, int,
                   const std::function<bool(const forge::Event&)>& sink) -> Result<void> {
          for (const forge::Event& event : stored_events)
            if (!sink(event)) break;
          return {};
        },
        .coverage = [](db::Connection&, std::int64_t, const leads::TrackedRepository&)
            -> Result<std::vector<leads::PathCoverage>> {
          return std::vector{leads::PathCoverage{.path = leads::CapturePath::archive,
                                                 .events = 3,
                                                 .first_event_at = {},
                                                 .last_event_at = {},
                                                 .lag_ms = 40,
                                                 .gaps = {},
                                                 .note = {}}};
        },
        .erase_events = [this](db::Connection&, std::int64_t, std::int64_t,
                               std::string_view login) -> Result<std::int64_t> {
          return std::erase_if(
              stored_events, [&](const forge::Event& event) { return event.actor.login == login; });
        },
        .webhooks = webhooks,
        .webhook_secrets = webhook_secrets,
        .other_events = {}};
    return handler({request, environment, *reader, asked.whose.value_or(organization)});
  }
  nlohmann::json json(Handler handler, const Asked& asked) {
    return nlohmann::json::parse(text(value_of(call(handler, asked))));
  }
  nlohmann::json leads_of(std::int64_t whose, const std::string& query = "") {
    return json(leads::list_leads, {.target = "/v1/leads" + query, .whose = whose})["data"];
  }
  nlohmann::json shown_leads(const std::string& query = "") {
    return leads_of(organization, query);
  }
  std::vector<std::string> logins(const std::string& query = "") {
    std::vector<std::string> found;
    for (const auto& lead : shown_leads(query)) found.push_back(lead["github_username"]);
    return found;
  }
  std::string error(Handler handler, const Asked& asked) {
    const auto answer = call(handler, asked);
    return answer ? "no error" : answer.error().message;
  }
  static std::string text(const http::Response& response) {
    if (const auto* whole = std::get_if<std::string>(&response.body)) return *whole;
    std::string all;
    const auto& stream = std::get<http::BodyStream>(response.body);
    for (bool more = true; more;) {
      std::string chunk;
      more = value_of(stream(chunk));
      all += chunk;
    }
    return all;
  }

  // What was announced, oldest first, since an endpoint was made.
  void listen() {
    value_of(call(leads::add_webhook,
                  {.target = "/v1/webhooks", .body = R"({"url": "https://example.com/hook"})"}));
  }
  std::vector<nlohmann::json> announced() {
    const auto reader = value_of(database->reader());
    return value_of(reader->rows(
        db::Query("SELECT body FROM hook_messages WHERE organization = {} AND body <> ''"
                  " ORDER BY id",
                  organization),
        [](const db::Row& row) { return nlohmann::json::parse(row.text(0)); }));
  }
  std::vector<std::string> announced_events() {
    std::vector<std::string> events;
    for (const auto& body : announced()) events.push_back(body["event"]);
    return events;
  }

  AnyDatabase& database = database_;
  FakeClock clock{parse_iso("2026-05-20T10:00:30.000Z")->at};
  leads::Settings settings;
  leads::Watches watches;
  const Hash tombstone_key = sha256("tombstones");
  const Sealer answers{Secret("a key"), "leads.answers"};
  const Sealer webhook_secrets{Secret("a key"), "hooks"};
  hooks::Settings webhooks;
  std::vector<forge::Event> stored_events;
  std::int64_t organization = 0;
};

}  // namespace sextant::testing
