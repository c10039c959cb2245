#include "http/table.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sextant::http {
namespace {

std::string csv(std::string_view text) {
  std::string out;
  append_csv_cell(out, text);
  return out;
}

struct Row {
  std::string name;
  std::int64_t count = 0;
  std::optional<double> score;
  Instant at{};
};

constexpr Column<Row> columns[] = {
    {"name", [](const Row& row, Cell& cell) { cell.text(row.name); }},
    {"count", [](const Row& row, Cell& cell) { cell.integer(row.count); }},
    {"score", [](const Row& row, Cell& cell) { cell.number_or_null(row.score); }},
    {"at", [](const Row& row, Cell& cell) { cell.time(row.at); }},
};

TEST(Table, LeavesPlainCellsAlone) {
  EXPECT_EQ(csv(""), "");
  EXPECT_EQ(csv("ada"), "ada");
  EXPECT_EQ(csv("a title of more than sixteen bytes; with 'this' and that"),
            "a title of more than sixteen bytes; with 'this' and that");
  EXPECT_EQ(csv("grün, 漢字"), "\"grün, 漢字\"");
  EXPECT_EQ(csv("grün 漢字"), "grün 漢字");
}

TEST(Table, QuotesWhatWouldEndACell) {
  EXPECT_EQ(csv("a,b"), "\"a,b\"");
  EXPECT_EQ(csv("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv("\""), "\"\"\"\"");
  EXPECT_EQ(csv("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv("two\rlines"), "\"two\rlines\"");
}

TEST(Table, FindsASpecialByteAtEveryPlace) {
  for (std::size_t length = 1; length < 50; ++length)
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = ',';
      EXPECT_EQ(csv(text), "\"" + text + "\"");
      text[at] = '\xff';
      EXPECT_EQ(csv(text).size(), length + 2);
    }
}

TEST(Table, DisarmsFormulas) {
  EXPECT_EQ(csv("=1+1"), "'=1+1");
  EXPECT_EQ(csv("+1"), "'+1");
  EXPECT_EQ(csv("-1"), "'-1");
  EXPECT_EQ(csv("@x"), "'@x");
  EXPECT_EQ(csv("\tx"), "'\tx");
  EXPECT_EQ(csv("\rx"), "\"'\rx\"");
  EXPECT_EQ(csv("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  EXPECT_EQ(csv("=ü"), "'=ü");
  EXPECT_EQ(csv("1=1"), "1=1");
  EXPECT_EQ(csv(std::string_view("\0=1", 3)), "'=1");
}

TEST(Table, MakesInvalidUtf8Valid) {
  EXPECT_EQ(csv("a\xff"
                "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(csv(std::string_view("a\0b", 3)), "ab");
  std::string json;
  Cell(json, Cell::Format::json).text("a\xff\"");
  EXPECT_EQ(json, "\"a\xEF\xBF\xBD\\\"\"");
}

TEST(Table, WritesRowsAsCsv) {
  std::string out;
  append_csv_headings<Row>(out, columns);
  append_csv_row<Row>(
      out, {.name = "a,b", .count = -3, .score = std::nullopt, .at = from_unix_ms(0)}, columns);
  EXPECT_EQ(out, "name,count,score,at\r\n\"a,b\",-3,,1970-01-01T00:00:00.000Z\r\n");
}

TEST(Table, WritesObjectsAsJson) {
  std::string out;
  append_object<Row>(out, {.name = "x\ny", .count = 7, .score = 1.5, .at = from_unix_ms(0)},
                     columns);
  const auto parsed = nlohmann::json::parse(out);
  EXPECT_EQ(parsed["name"], "x\ny");
  EXPECT_EQ(parsed["count"], 7);
  EXPECT_EQ(parsed["score"], 1.5);
  EXPECT_EQ(parsed["at"], "1970-01-01T00:00:00.000Z");
  out.clear();
  append_object<Row>(out, {}, columns);
  EXPECT_TRUE(nlohmann::json::parse(out)["score"].is_null());
}

TEST(Table, WritesNullAsAnEmptyCsvCell) {
  std::string out;
  Cell cell(out, Cell::Format::csv);
  cell.text_or_null(std::nullopt);
  cell.time_or_null(std::nullopt);
  cell.integer_or_null(std::optional<int>());
  EXPECT_EQ(out, "");
  cell.text_or_null("x");
  EXPECT_EQ(out, "x");
}

}  // namespace
}  // namespace sextant::http
