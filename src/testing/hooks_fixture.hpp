// For tests: an organisation with endpoints, on every database.
#pragma once

#include <string>

#include "hooks/announcement.hpp"
#include "hooks/courier.hpp"
#include "hooks/deliveries.hpp"
#include "hooks/endpoints.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"
#include "testing/http_receiver.hpp"

namespace sextant::testing {

class HooksTest : public EveryDatabase {
 protected:
  static constexpr std::int64_t organization = 7;

  HooksTest() {
    settings.reach = {.allow_private = true, .allow_insecure = true};
    settings.timeout = std::chrono::seconds{10};
    settings.poll = std::chrono::milliseconds{20};
    settings.node = "test";
  }

  template <typename Work>
  auto write(Work work) {
    decltype(value_of(work(std::declval<db::Connection&>()))) made;
    value_of(database_->write([&](db::Connection& connection) -> Result<void> {
      made = TRY(work(connection));
      return {};
    }));
    return made;
  }

  hooks::CreatedEndpoint add(const hooks::NewEndpoint& endpoint, std::int64_t of = organization) {
    return write([&](db::Connection& connection) {
      return hooks::add_endpoint(connection, of, endpoint, settings, sealer, clock.now());
    });
  }
  hooks::CreatedEndpoint add(const std::string& url) {
    return add({.kind = hooks::Kind::webhook, .url = url, .wants = {}, .credential = {}});
  }
  void announce(const hooks::Announcement& announcement, std::int64_t of = organization) {
    value_of(database_->write([&](db::Connection& connection) {
      return hooks::announce(connection, of, announcement, clock.now());
    }));
  }
  // A number of them in one transaction, each with its number as data.
  void announce_numbers(int from, int to) {
    value_of(database_->write([&](db::Connection& connection) -> Result<void> {
      for (int number = from; number < to; ++number)
        TRY(hooks::announce(connection, organization,
                            {.event = "thing.made",
                             .data = "{\"number\":" + std::to_string(number) + "}",
                             .texts = {},
                             .numbers = {},
                             .subject = {}},
                            clock.now()));
      return {};
    }));
  }
  std::vector<hooks::Delivery> log_of(const hooks::CreatedEndpoint& created) {
    const auto reader = value_of(database_->reader());
    return value_of(hooks::list_deliveries(*reader, created.endpoint.organization,
                                           created.endpoint.id, {}, 1000))
        .items;
  }
  hooks::Endpoint find(const hooks::CreatedEndpoint& created) {
    const auto reader = value_of(database_->reader());
    return value_of(
        hooks::find_endpoint(*reader, created.endpoint.organization, created.endpoint.id));
  }
  std::int64_t count(const std::string& table) {
    const auto reader = value_of(database_->reader());
    return *value_of(reader->row(db::Query("SELECT COUNT(*) FROM " + table),
                                 [](const db::Row& row) { return row.integer(0); }));
  }
  jobs::SharedTime time() {
    return [this]() -> Result<Instant> { return clock.now(); };
  }

  FakeClock clock;
  hooks::Settings settings;
  Sealer sealer{Secret("a key of at least thirty-two characters"), hooks::sealing_purpose};
};

}  // namespace sextant::testing
