// For tests: a courier over an organisation's endpoints, and what receivers had from it.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "testing/hooks_fixture.hpp"

namespace sextant::testing {

using hooks::Courier;
using hooks::CreatedEndpoint;
using hooks::Delivery;
using hooks::State;

constexpr std::chrono::seconds patience{30};

inline std::vector<int> numbers_of(const std::vector<ReceivedRequest>& requests) {
  std::vector<int> numbers;
  for (const auto& request : requests)
    numbers.push_back(nlohmann::json::parse(request.body)["data"]["number"]);
  return numbers;
}

inline std::vector<int> up_to(int count) {
  std::vector<int> numbers;
  for (int number = 0; number < count; ++number) numbers.push_back(number);
  return numbers;
}

class CourierTest : public HooksTest {
 protected:
  CourierTest() { log::set_level(log::Level::off); }
  ~CourierTest() override { log::set_level(log::Level::info); }

  std::unique_ptr<Courier> start() { return start(*database_); }
  std::unique_ptr<Courier> start(db::Database& database) {
    return std::make_unique<Courier>(database, time(), sealer, settings);
  }
  // Looks until it is so.
  template <typename Condition>
  bool comes_true(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool all_become(const CreatedEndpoint& created, State state) {
    return comes_true([&] {
      return std::ranges::all_of(log_of(created),
                                 [&](const Delivery& delivery) { return delivery.state == state; });
    });
  }
  bool only_one_becomes(const CreatedEndpoint& created, State state, int attempts) {
    return comes_true([&] {
      const auto log = log_of(created);
      return log.size() == 1 && log[0].state == state && log[0].attempts == attempts;
    });
  }
};

}  // namespace sextant::testing
