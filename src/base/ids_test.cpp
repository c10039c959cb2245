#include "base/ids.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant {
namespace {

TEST(Ids, ArePositiveAndIncrease) {
  std::int64_t last = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t id = new_id();
    ASSERT_GT(id, last);
    last = id;
  }
}

TEST(Ids, AreUniqueOverThreads) {
  std::vector<std::vector<std::int64_t>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made)
      threads.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) ids.push_back(new_id());
      });
  }
  std::set<std::int64_t> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 80'000u);
}

TEST(Uuids, AreRandomOnesOfVersionFour) {
  const std::string uuid = new_uuid();
  EXPECT_THAT(uuid, ::testing::MatchesRegex(
                        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(uuid, new_uuid());
}

}  // namespace
}  // namespace sextant
