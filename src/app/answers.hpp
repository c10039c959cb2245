// Answers in memory: given again while nothing in the store has changed, so that a dashboard's or a
// client's repeated question costs no query.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "db/connection.hpp"
#include "http/response.hpp"

namespace sextant::app {

class Answers {
 public:
  explicit Answers(const Clock& clock) : clock_(clock) {}

  // The state of store and time for which an answer holds; nothing where the store cannot say.
  struct State {
    std::uint64_t epoch = 0;
    std::int64_t minute = 0;
    bool operator==(const State&) const = default;
  };
  std::optional<State> state(db::Connection& db) const;

  std::optional<http::Response> find(const std::string& key, const State& state);
  // Keeps a whole 200 answer; the body in `response` becomes shared. `state` is that of before the
  // work.
  void keep(const std::string& key, const State& state, http::Response& response);

 private:
  static constexpr std::size_t bytes_max = 16 << 20;

  const Clock& clock_;
  std::mutex mutex_;
  State state_;  // of all that is kept
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, http::Response> kept_;
};

}  // namespace sextant::app
