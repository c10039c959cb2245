// How deliveries are made. Operators set some of it; the rest is for tests to shorten.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "http/sender.hpp"

namespace sextant::hooks {

struct Settings {
  using Duration = std::chrono::milliseconds;

  Duration timeout{15'000};  // for the whole of an answer
  http::Reach reach{};       // allow_private, allow_insecure
  int connections = 256;     // requests under way, over all endpoints
  int ordered = 1;           // first attempts under way to one endpoint; 1 keeps their order
  std::string node;          // what to call this one
  std::string user_agent = "Sextant";

  // After each failed attempt but the last, which is one more than there are waits.
  std::vector<Duration> waits{std::chrono::seconds{5},  std::chrono::minutes{5},
                              std::chrono::minutes{30}, std::chrono::hours{2},
                              std::chrono::hours{5},    std::chrono::hours{10},
                              std::chrono::hours{10}};
  Duration disable_after = std::chrono::days{5};  // of nothing but failures
  Duration rotation = std::chrono::hours{24};     // in which the former secret signs too
  Duration retention = std::chrono::days{30};     // of bodies and of the log

  Duration lease{15'000};              // a dead node's endpoints may be taken after it
  Duration poll{1'000};                // how long to wait before looking for what is due
  Duration fresh{5'000};               // what was read longer ago is read again before it is sent
  std::vector<std::string> resolve{};  // "host:port:address", for tests
};

inline http::SenderSettings sender_settings(const Settings& settings) {
  return {.timeout = settings.timeout,
          .reach = settings.reach,
          .user_agent = settings.user_agent,
          .connections_kept = settings.connections,
          .resolve = settings.resolve};
}

}  // namespace sextant::hooks
