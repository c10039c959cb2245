#include "base/ids.hpp"

#include <array>
#include <atomic>
#include <chrono>

#include "base/secrets.hpp"

namespace sextant {
namespace {

constexpr std::int64_t ms_at_2020 = 1'577'836'800'000;
constexpr int counter_bits = 21;

std::int64_t random_start() {
  std::array<std::uint8_t, 4> bytes;
  fill_random(bytes);
  std::uint32_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value & ((1 << (counter_bits - 1)) - 1);
}

}  // namespace

std::int64_t new_id() {
  static std::atomic<std::int64_t> last{0};
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  // Each new millisecond begins at a random count; within one, and when the clock steps back, count
  // on.
  const std::int64_t floor = (now - ms_at_2020) << counter_bits;
  std::int64_t previous = last.load(std::memory_order_relaxed);
  std::int64_t next;
  do {
    next = previous >= floor ? previous + 1 : floor + random_start();
  } while (!last.compare_exchange_weak(previous, next, std::memory_order_relaxed));
  return next;
}

std::string new_uuid() {
  std::array<std::uint8_t, 16> bytes;
  fill_random(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t dash : {8u, 13u, 18u, 23u}) text.insert(dash, 1, '-');
  return text;
}

}  // namespace sextant
