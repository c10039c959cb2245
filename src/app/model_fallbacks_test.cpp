#include "app/model_fallbacks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ModelFallbacks, AreToldByReasonTheMostFrequentFirstAndNotAllOfVeryMany) {
  EXPECT_EQ(lines_of({{"a", 1}, {"b", 3}}), "  3: b\n  1: a\n");
  ModelFallbacks many;
  for (int i = 0; i < 100; ++i) many[std::to_string(i)] = 1;
  many["most"] = 7;
  const std::string lines = lines_of(many);
  EXPECT_EQ(std::ranges::count(lines, '\n'), 6);
  EXPECT_THAT(lines, ::testing::StartsWith("  7: most\n"));
  EXPECT_THAT(lines, HasSubstr("  96: for other reasons\n"));
}

TEST(ModelFallbacks, SayWhichScoresStandAndWhatToDoNext) {
  velocity::RescoreReport report;
  EXPECT_EQ(without_model_text("acme/api", report), "");
  report.fallbacks = {{"the model's server answered 500", 5}};
  report.opinions_kept = 2;
  const std::string text = without_model_text("acme/api", report);
  EXPECT_THAT(text, HasSubstr("acme/api: the model gave no opinion on 5\n"
                              "  5: the model's server answered 500\n"
                              "3 have the static score now\n"
                              "2 keep the score that a model gave before\n"));
  EXPECT_THAT(text, HasSubstr("`sextant score --rescore --scorer llm` asks about these again"));
  report.opinions_kept = 5;
  EXPECT_THAT(without_model_text("acme/api", report), Not(HasSubstr("static score now")));
}

}  // namespace
}  // namespace sextant::app
