#include "jobs/pause.hpp"

#include <algorithm>
#include <random>

namespace sextant::jobs {

std::chrono::milliseconds growing_pause(int failures, std::chrono::milliseconds first,
                                        std::chrono::milliseconds longest, double random) {
  auto whole = std::min(first, longest);
  for (int i = 1; i < failures && whole < longest; ++i) whole = std::min(whole * 2, longest);
  const double part = 0.5 + random / 2;
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(whole.count()) * part));
}

double random_fraction() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<>(0, 1)(generator);
}

}  // namespace sextant::jobs
