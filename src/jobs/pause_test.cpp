#include "jobs/pause.hpp"

#include <gtest/gtest.h>

namespace sextant::jobs {
namespace {

using std::chrono::milliseconds;

milliseconds whole_pause(int failures) {
  return growing_pause(failures, milliseconds{100}, milliseconds{1000}, 1);
}

TEST(Pause, DoublesWithEveryFailureUpToTheLongest) {
  EXPECT_EQ(whole_pause(1), milliseconds{100});
  EXPECT_EQ(whole_pause(2), milliseconds{200});
  EXPECT_EQ(whole_pause(4), milliseconds{800});
  EXPECT_EQ(whole_pause(5), milliseconds{1000});
  EXPECT_EQ(whole_pause(1'000'000), milliseconds{1000});
}

TEST(Pause, IsARandomPartBetweenHalfAndAll) {
  EXPECT_EQ(growing_pause(2, milliseconds{100}, milliseconds{1000}, 0), milliseconds{100});
  EXPECT_EQ(growing_pause(2, milliseconds{100}, milliseconds{1000}, 0.5), milliseconds{150});
}

TEST(Pause, DrawsFractionsThatDiffer) {
  const double one = random_fraction();
  bool differ = false;
  for (int i = 0; i < 100; ++i) {
    const double other = random_fraction();
    EXPECT_GE(other, 0);
    EXPECT_LE(other, 1);
    differ = differ || other != one;
  }
  EXPECT_TRUE(differ);
}

}  // namespace
}  // namespace sextant::jobs
