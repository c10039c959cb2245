// For tests: an organisation with merged pull requests in a real store, and its API called as the
// server calls it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "access/organizations.hpp"
#include "http/query_string.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"
#include "velocity/api.hpp"
#include "velocity/identities.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::testing {

// What a test says of a merge; the rest does not matter to it.
struct Given {
  std::int64_t number = 1;
  std::string repository = "acme/api";
  std::string author = "alice";  // alice@example.com
  std::string merged_at = "2026-05-01T12:00:00.000Z";
  std::optional<int> score = 50;
  std::string title = "Add a throttle";
  std::string description = "";
};

class VelocityFixture : public EveryDatabase {
 protected:
  VelocityFixture() { organization = make_organization("acme"); }

  std::int64_t make_organization(const std::string& slug) {
    std::int64_t id = 0;
    value_of(database->write([&](db::Connection& db) -> Result<void> {
      const auto made = TRY(access::create_organization(db, slug, slug, std::nullopt, clock.now()));
      id = made.id;
      return {};
    }));
    return id;
  }

  // Answers the pull request's id.
  std::int64_t given(const Given& merge) { return given(organization, merge); }
  std::int64_t given(std::int64_t whose, const Given& merge) {
    std::int64_t id = 0;
    value_of(database->write([&](db::Connection& db) -> Result<void> {
      velocity::RepositoryStore repositories(db);
      auto repository = TRY(repositories.find(whose, merge.repository));
      if (!repository) {
        repository =
            velocity::TrackedRepository{.id = 0,
                                        .name = merge.repository,
                                        .location = "/nowhere",
                                        .web_url = "https://github.com/" + merge.repository,
                                        .branch = "main",
                                        .imported_head = "",
                                        .imported_since = {},
                                        .score_direct_commits = false};
        repository->id = TRY(repositories.save(whose, *repository, clock.now()));
      }
      const Instant at = parse_iso(merge.merged_at)->at;
      velocity::IdentityStore identities(db, whose);
      const forge::Author author{.name = merge.author,
                                 .email = merge.author + "@example.com",
                                 .login = "",
                                 .is_bot = false};
      const std::int64_t identity =
          TRY(identities.ensure(author, {}, {repository->id, repository->web_url, at}));
      velocity::PullRequestStore store(db);
      velocity::DailyScoreChanges daily;
      forge::Merge stored{.source_type = forge::SourceType::pull_request,
                          .number = merge.number,
                          .commit = std::string(40, 'a'),
                          .parent = "",
                          .title = merge.title,
                          .description = merge.description,
                          .author = author,
                          .opened_at = at,
                          .merged_at = at,
                          .reverts = ""};
      std::optional<velocity::StoredScore> score;
      if (merge.score) score = score_of(*merge.score);
      const bool is_new =
          TRY(store.save(whose, {repository->id, identity, stored}, score, clock.now(), daily));
      TRY(daily.write(db, whose));
      id = TRY(store.find_id(whose, repository->id, forge::SourceType::pull_request,
                             std::to_string(merge.number)))
               .value();
      return velocity::count_change(db, whose,
                                    {.names = true, .pull_requests_added = is_new ? 1 : 0});
    }));
    return id;
  }

  velocity::StoredScore score_of(int final_score) const {
    scoring::Score score;
    score.final_score = score.base = final_score;
    score.scale = scoring::EffortScale::off;
    score.effort_factor = 1;
    score.lines_added = 10;
    score.scorer = "static/1";
    score.rubric = "1.0";
    for (std::size_t i = 0; i < scoring::dimension_count; ++i)
      score.dimensions[i].score = static_cast<int>(i);
    return velocity::to_stored(score, clock.now());
  }

  using Handler = Result<http::Response> (*)(const velocity::ApiCall&);

  // `target` as in a request line: "/api/v1/pull-requests?limit=2".
  Result<http::Response> call(Handler handler, const std::string& target,
                              http::Pairs path_values = {}, http::Pairs headers = {},
                              std::optional<std::int64_t> whose = {}) {
    http::Request request;
    request.target = target;
    request.headers = std::move(headers);
    request.path_values = std::move(path_values);
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != target.npos)
      request.query = http::parse_query(target.substr(question + 1)).value();
    const auto reader = value_of(database->reader());
    const velocity::ApiEnvironment environment{*database, directories, clock, sha256("cursors"),
                                               field_selection};
    return handler({request, environment, *reader, whose.value_or(organization)});
  }

  nlohmann::json json(Handler handler, const std::string& target, http::Pairs path_values = {}) {
    return nlohmann::json::parse(text(value_of(call(handler, target, std::move(path_values)))));
  }

  std::string error(Handler handler, const std::string& target, http::Pairs path_values = {}) {
    const auto answer = call(handler, target, std::move(path_values));
    return answer ? "no error" : answer.error().message;
  }

  static std::string text(const http::Response& response) {
    if (const auto* whole = std::get_if<std::string>(&response.body)) return *whole;
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body))
      return **shared;
    std::string all;
    const auto& stream = std::get<http::BodyStream>(response.body);
    for (bool more = true; more;) {
      std::string chunk;
      more = value_of(stream(chunk));
      all += chunk;
    }
    return all;
  }

  static std::vector<std::int64_t> numbers(const nlohmann::json& page) {
    std::vector<std::int64_t> found;
    for (const auto& item : page["items"]) found.push_back(item["external_id"]);
    return found;
  }

  AnyDatabase& database = database_;
  FakeClock clock{parse_iso("2026-05-20T10:00:30.000Z")->at};
  velocity::Directories directories;
  bool field_selection = false;
  std::int64_t organization = 0;
};

}  // namespace sextant::testing
