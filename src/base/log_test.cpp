#include "base/log.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::log {
namespace {

std::string logged(const std::function<void()>& act) {
  ::testing::internal::CaptureStderr();
  act();
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, IsOneLineThatNamesWhatHappened) {
  const auto line = logged(
      [] { info("pull_request.scored", {{"repo", "acme/api"}, {"number", 87}, {"ok", true}}); });
  EXPECT_THAT(line, ::testing::MatchesRegex("[0-9-]+T[0-9:.]+Z info pull_request.scored "
                                            "repo=acme/api number=87 ok=true\n"));
}

TEST(Log, QuotesWhatWouldBreakTheLine) {
  const auto line = logged([] {
    warning("a.b", {{"x", "two words"}, {"y", "a\nb"}, {"z", ""}, {"u", "\xff"}, {"e", "a=b"}});
  });
  EXPECT_THAT(line, ::testing::HasSubstr(
                        "x=\"two words\" y=\"a\\nb\" z=\"\" u=\"\xef\xbf\xbd\" e=\"a=b\""));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Log, NeverShowsASecret) {
  EXPECT_THAT(logged([] { error("a.b", {{"token", Secret("hunter2")}}); }),
              ::testing::AllOf(::testing::HasSubstr("token=***"),
                               ::testing::Not(::testing::HasSubstr("hunter2"))));
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged([] { debug("a.b"); }), "");
  set_level(Level::off);
  EXPECT_EQ(logged([] { error("a.b"); }), "");
  set_level(Level::info);
}

}  // namespace
}  // namespace sextant::log
