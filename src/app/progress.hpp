// How far long work has come: a bar that redraws itself on a terminal, a plain line now and then
// elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace sextant::app {

class Progress {
 public:
  enum class Unit { pieces, bytes };

  explicit Progress(std::string what, Unit unit = Unit::pieces);
  ~Progress();  // ends the line

  void show(std::size_t done, std::size_t total);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::size_t done, std::size_t total, double per_second);

  std::string what_;
  Unit unit_;
  bool is_terminal_;
  bool drawn_ = false;
  bool is_complete_ = false;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_at_{};
};

}  // namespace sextant::app
