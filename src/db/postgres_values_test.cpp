#include "db/postgres_values.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace sextant::db {
namespace {

std::string literal(const Value& value) {
  return postgres_literal(value).value_or("refused");
}

TEST(PostgresLiteral, HasTheTypeOfItsValue) {
  EXPECT_EQ(literal(Value{}), "NULL");
  EXPECT_EQ(literal(true), "TRUE");
  EXPECT_EQ(literal(std::numeric_limits<std::int64_t>::min()), "'-9223372036854775808'::bigint");
  EXPECT_EQ(literal(0.1), "'0.1'::double precision");
  EXPECT_EQ(literal(Blob{std::string("\0\xff'", 3)}), "'\\x00ff27'::bytea");
}

TEST(PostgresLiteral, LetsNothingOutOfItsQuotes) {
  EXPECT_EQ(literal(std::string("it's \\' $1 ''; --")), "'it''s \\'' $1 ''''; --'::text");
  EXPECT_EQ(literal(std::string("a\0b", 3)), "refused");
}

TEST(CopyRow, ReadsWhatCopyWrites) {
  const std::vector<Value> values{Value{},
                                  std::string(""),
                                  std::string("\\N"),
                                  std::string("a\tb\\c\r\n"),
                                  std::int64_t{-7},
                                  Blob{"\\x\tbytes and more than sixteen"},
                                  true,
                                  0.1};
  std::string line;
  ASSERT_TRUE(append_copy_line(line, values));
  ASSERT_EQ(line.back(), '\n');
  line.pop_back();
  CopyRow row;
  for (int round = 0; round < 2; ++round) {
    std::string copy = line;
    row.read(copy);
    EXPECT_TRUE(row.is_null(0));
    EXPECT_FALSE(row.is_null(1));
    EXPECT_EQ(row.text(1), "");
    EXPECT_EQ(row.text(2), "\\N");
    EXPECT_EQ(row.text(3), "a\tb\\c\r\n");
    EXPECT_EQ(row.integer(4), -7);
    EXPECT_EQ(row.blob(5), "\\x\tbytes and more than sixteen");
    EXPECT_TRUE(row.boolean(6));
    EXPECT_EQ(row.real(7), 0.1);
    EXPECT_TRUE(row.is_null(8));
  }
}

TEST(TextRow, ReadsNumbersOfEveryType) {
  std::string line = "12.75\t123456789012345678901234567890\t-1e+300\tf\tNaN\t-0.5\tInfinity";
  CopyRow row;
  row.read(line);
  EXPECT_EQ(row.integer(0), 12);
  EXPECT_EQ(row.real(0), 12.75);
  EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(row.integer(2), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row.integer(3), 0);
  EXPECT_FALSE(row.boolean(3));
  EXPECT_EQ(row.integer(4), 0);
  EXPECT_EQ(row.integer(5), 0);
  EXPECT_EQ(row.real(6), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace sextant::db
