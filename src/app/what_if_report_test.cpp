#include "app/what_if_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sextant::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using velocity::WhatIfReport;

const WhatIfTerms terms{.repository = "acme/api",
                        .scorer = "static/1",
                        .guidelines = "version 2",
                        .effort_scale = "tiers",
                        .limit = 1};

WhatIfReport report_of(const std::vector<std::pair<int, int>>& scores) {
  WhatIfReport report;
  for (const auto& [before, after] : scores) {
    const std::string number = std::to_string(report.compared.size() + 1);
    report.compared.push_back({.reference = "#" + number,
                               .title = "Change " + number,
                               .identity = 1,
                               .before = before,
                               .after = after});
    ++report.scored_by["static/1"];
  }
  return report;
}

TEST(WhatIfReportText, ShowsBothDistributionsSideBySide) {
  const std::string text = what_if_text(terms, report_of({{5, 5}, {5, 65}, {100, 90}, {9, 10}}));
  EXPECT_THAT(text, HasSubstr("mean                  29.8    42.5\n"));
  EXPECT_THAT(text, HasSubstr("median                 7.0    37.5\n"));
  EXPECT_THAT(text, HasSubstr("medium (60-79)           0       1\n"));
  EXPECT_THAT(text, HasSubstr("0-9          3 ############################       1 ##########\n"));
  EXPECT_THAT(text, HasSubstr("90-100       1 ##########                         1 ##########\n"));
  EXPECT_THAT(text, HasSubstr("Changed: 3 of 4, 2 up and 1 down\n"));
  EXPECT_THAT(text, HasSubstr("    5 ->  65   +60  #2 Change 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("#3 Change 3"))) << "one is shown";
}

TEST(WhatIfReportText, NamesThePeopleWithTheMostScoresFirst) {
  WhatIfReport report = report_of({{1, 2}});
  report.standings = {{"ada", 1, 50, 10, 1, 3}, {"bob", 9, 40, 40, 2, 1}, {"eve", 2, 30, 30, 3, 2}};
  const std::string text = what_if_text(terms, report);
  EXPECT_THAT(text, HasSubstr("3 of 3 contributors would move\n"
                              "    2 ->   1   40.0 ->  40.0  bob (9 scores)\n"));
  EXPECT_THAT(text, Not(HasSubstr("eve")));
}

TEST(WhatIfReportText, SaysWhereThereIsNothingToCompare) {
  WhatIfReport report = report_of({});
  report.unscored = 2;
  report.not_replayable = {{"abc", "#7", "the branch does not have it any more"}};
  const std::string text = what_if_text(terms, report);
  EXPECT_THAT(text, HasSubstr("acme/api: 0 scores compared\n"));
  EXPECT_THAT(text, HasSubstr("Not compared: 2 without a score\n"));
  EXPECT_THAT(text, HasSubstr("  #7: the branch does not have it any more\n"));
  EXPECT_THAT(text, Not(HasSubstr("mean")));
  const json object = json::parse(what_if_json(terms, report));
  EXPECT_EQ(object["compared"], 0);
  EXPECT_TRUE(object["before"]["mean"].is_null());
  EXPECT_TRUE(object["rank_correlation"].is_null());
  EXPECT_EQ(object["not_replayable"][0]["reference"], "#7");
}

TEST(WhatIfReportText, SaysWhatAModelGaveNoOpinionOn) {
  WhatIfReport report = report_of({{5, 5}});
  report.fallbacks = {{"spent", 1}};
  EXPECT_THAT(what_if_text(terms, report),
              HasSubstr("\nCompared by the static score, for the model gave no opinion: 1\n"
                        "  1: spent\n"));
}

TEST(WhatIfReportJson, CountsInTensTheLastOfWhichHoldsTheHundred) {
  const json object =
      json::parse(what_if_json(terms, report_of({{0, 9}, {10, 89}, {100, 100}, {90, 99}})));
  EXPECT_EQ(object["before"]["tens"], json::parse("[1,1,0,0,0,0,0,0,0,2]"));
  EXPECT_EQ(object["after"]["tens"], json::parse("[1,0,0,0,0,0,0,0,1,2]"));
  EXPECT_EQ(object["up"], 3);
  EXPECT_EQ(object["moved_most"].size(), 1U);
  EXPECT_EQ(object["moved_most"][0]["after"], 89);
}

}  // namespace
}  // namespace sextant::app
