#include "base/result.hpp"

#include <gtest/gtest.h>

namespace sextant {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::invalid, "odd");
  return n / 2;
}

Result<void> check_even(int n) {
  TRY(half(n));
  return {};
}

Result<int> quarter(int n) {
  TRY(check_even(n));
  const int once = TRY(half(n));
  auto twice = half(once);
  if (!twice) return context("the half", twice.error());
  return *twice;
}

TEST(Result, HandsTheValueOrTheErrorUp) {
  EXPECT_EQ(quarter(12), 3);
  EXPECT_EQ(quarter(3).error().message, "odd");
  EXPECT_EQ(quarter(6).error().message, "the half: odd");
  EXPECT_EQ(quarter(6).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace sextant
