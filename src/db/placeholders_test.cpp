#include "db/placeholders.hpp"

#include <gtest/gtest.h>

namespace sextant::db {
namespace {

TEST(Placeholders, AreNumberedForSqlite) {
  EXPECT_EQ(number_placeholders("SELECT $2, $1 WHERE a=$10"), "SELECT ?2, ?1 WHERE a=?10");
}

TEST(Placeholders, StayInLiteralsNamesAndComments) {
  for (const std::string_view sql :
       {"SELECT '$1'", "SELECT 'it''s $1'", "SELECT \"$1\"", "SELECT [$1]", "SELECT `$1`",
        "SELECT 1 -- $1", "SELECT 1 /* $1 */", "SELECT '$1"})
    EXPECT_EQ(number_placeholders(sql), sql);
}

TEST(Placeholders, AreFoundBehindLiteralsNamesAndComments) {
  EXPECT_EQ(number_placeholders("'a'$1"), "'a'?1");
  EXPECT_EQ(number_placeholders("'a''' || $1"), "'a''' || ?1");
  EXPECT_EQ(number_placeholders("-- it's $1\n$2"), "-- it's $1\n?2");
  EXPECT_EQ(number_placeholders("/* it's */ $2 - $3 / $4"), "/* it's */ ?2 - ?3 / ?4");
  EXPECT_EQ(number_placeholders("($1,$2)"), "(?1,?2)");
}

TEST(Placeholders, LeaveADollarInsideAWordAlone) {
  EXPECT_EQ(number_placeholders("SELECT a$1, $name, $"), "SELECT a$1, $name, $");
}

TEST(Placeholders, AreReplacedByWhatIsWrittenForThem) {
  const auto write = [](std::size_t number) { return '<' + std::to_string(number) + '>'; };
  EXPECT_EQ(replace_placeholders("$1 $12 '$1' ($2,$1)", write), "<1> <12> '$1' (<2>,<1>)");
}

}  // namespace
}  // namespace sextant::db
