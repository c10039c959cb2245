#include "app/progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace sextant::app {
namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::chrono::seconds line_every{5};

std::string duration(double seconds) {
  const auto whole = std::lround(seconds);
  return whole < 60 ? fmt::format("{} s", whole)
                    : fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(std::string what, Unit unit)
    : what_(std::move(what)), unit_(unit), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_ && is_terminal_) fmt::print(stderr, "\n");
}

void Progress::show(std::size_t done, std::size_t total) {
  const auto now = Clock::now();
  const bool is_due = now - drawn_at_ >=
                      (is_terminal_ ? Clock::duration(redraw_every) : Clock::duration(line_every));
  if (!is_due && done != total) return;
  if (done == total && std::exchange(is_complete_, true)) return;
  // A plain log gets no line for what took no time.
  if (!is_terminal_ && !drawn_ && now - begun_ < line_every && done != total) return;
  drawn_at_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  draw(done, total, seconds > 0 ? static_cast<double>(done) / seconds : 0);
}

void Progress::draw(std::size_t done, std::size_t total, double per_second) {
  drawn_ = true;
  const std::string left =
      done == total || per_second <= 0
          ? ""
          : fmt::format(", {} left", duration(static_cast<double>(total - done) / per_second));
  const auto megabytes = [](double bytes) { return bytes / 1e6; };
  const std::string text =
      unit_ == Unit::pieces
          ? fmt::format("{} {} of {} ({:.0f} a second{})", what_, done, total, per_second, left)
          : fmt::format("{} {:.1f} of {:.1f} MB ({:.1f} MB a second{})", what_,
                        megabytes(static_cast<double>(done)), megabytes(static_cast<double>(total)),
                        megabytes(per_second), left);
  if (!is_terminal_) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  const std::size_t filled = total == 0 ? bar_width : bar_width * done / total;
  fmt::print(stderr, "\r\033[K[{}{}] {}", std::string(filled, '#'),
             std::string(bar_width - filled, '.'), text);
  std::fflush(stderr);
}

}  // namespace sextant::app
