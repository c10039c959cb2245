// What one request costs the rate limiter and what one bucket costs memory; prints one line of
// JSON.
#include <malloc.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "access/local_rate_limits.hpp"

namespace {

using namespace sextant;

constexpr std::int64_t organizations = 1'000'000;
constexpr int spends = 10'000'000;

class StandingClock : public Clock {
 public:
  Instant now() const override { return from_unix_ms(1'700'000'000'000); }
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::size_t bytes_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// As many organisations as the memory bound is meant for, one request each.
double bytes_per_bucket(access::LocalRateLimits& limits) {
  const std::size_t before = bytes_in_use();
  for (std::int64_t organization = 0; organization < organizations; ++organization)
    limits.spend("/api/v1/pull-requests", organization);
  return static_cast<double>(bytes_in_use() - before) / static_cast<double>(organizations);
}

// Spread over all of them in an order that no cache knows.
double ns_per_spend(access::LocalRateLimits& limits) {
  std::uint64_t random = 1;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < spends; ++i) {
    random = random * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    limits.spend("/api/v1/pull-requests", static_cast<std::int64_t>(random >> 33) % organizations);
  }
  return seconds_since(start) * 1e9 / spends;
}

// How many of two threads' requests pass a budget: exactly the budget.
std::int64_t passed_at_boundary(const Clock& clock) {
  access::LocalRateLimits limits({.per_minute = 100'000, .per_day = 1'000'000}, clock);
  std::atomic<std::int64_t> passed{0};
  const auto spend = [&] {
    for (int i = 0; i < 100'000; ++i)
      if (limits.spend("/api/v1/pull-requests", 1)->verdict == access::Verdict::pass) ++passed;
  };
  std::jthread other(spend);
  spend();
  other.join();
  return passed;
}

}  // namespace

int main() {
  const StandingClock clock;
  access::LocalRateLimits limits({}, clock);
  const double bytes = bytes_per_bucket(limits);
  const double ns = ns_per_spend(limits);
  const bool is_exact = passed_at_boundary(clock) == 100'000;
  std::printf("{\"ns_per_spend\": %.1f, \"bytes_per_bucket\": %.1f, \"is_exact\": %s}\n", ns, bytes,
              is_exact ? "true" : "false");
  return is_exact ? EXIT_SUCCESS : EXIT_FAILURE;
}
