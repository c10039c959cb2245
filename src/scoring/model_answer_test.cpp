#include "scoring/model_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scoring/change_excerpt.hpp"
#include "scoring/rubric.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using nlohmann::json;

const testing::DiffText change = testing::DiffText().change("src/a.py", 10, {"old()"}, {"x", "y"});

json good() {
  json answer;
  for (const DimensionRubric& each : rubric())
    answer[std::string(each.name)] = {
        {"score", 1}, {"reason", "Because."}, {"evidence", {"src/a.py:10-11"}}};
  return answer;
}

ShownLines shown() {
  const git::Diff diff = change.diff();
  return make_excerpt({.diff = diff}, {}, 10'000).shown;
}

std::string problem_of(const std::string& text) {
  const auto answer = read_answer(text, shown());
  return answer ? "" : answer.error().message;
}

ModelAnswer read(const json& answer) {
  auto taken = read_answer(answer.dump(), shown());
  EXPECT_TRUE(taken) << taken.error().message;
  return taken.value_or(ModelAnswer{});
}

TEST(ModelAnswer, IsTakenAsTheSchemaHasItAndKeptTheSame) {
  const ModelAnswer answer = read(good());
  EXPECT_EQ(answer.dimensions[3].score, 1);
  EXPECT_EQ(answer.dimensions[3].reason, "Because.");
  ASSERT_EQ(answer.dimensions[3].evidence.size(), 1u);
  EXPECT_EQ(answer.dimensions[3].evidence[0].last_line, 11);
  EXPECT_EQ(to_json(read(json::parse(to_json(answer)))), to_json(answer));
}

TEST(ModelAnswer, ADimensionWithoutPointsNeedsNoEvidence) {
  json answer = good();
  answer["quality"] = {{"score", 0}, {"reason", "No test."}, {"evidence", json::array()}};
  EXPECT_EQ(problem_of(answer.dump()), "");
  answer["quality"]["score"] = 1;
  EXPECT_EQ(problem_of(answer.dump()), "quality has points without evidence");
}

TEST(ModelAnswer, IsRefusedWhereverItLeavesTheSchema) {
  const auto refused = [](const std::string& path, const json& value) {
    json answer = good();
    answer[json::json_pointer(path)] = value;
    return problem_of(answer.dump());
  };
  EXPECT_EQ(refused("/risk/score", 21), "risk.score takes 0 to 20");
  EXPECT_EQ(refused("/risk/score", -1), "risk.score takes 0 to 20");
  EXPECT_EQ(refused("/quality/score", 16), "quality.score takes 0 to 15");
  EXPECT_EQ(refused("/perf_security/score", 6), "perf_security.score takes 0 to 5");
  EXPECT_NE(refused("/risk/score", 1.5), "");
  EXPECT_NE(refused("/risk/score", "1"), "");
  EXPECT_NE(refused("/risk/score", nullptr), "");
  EXPECT_NE(refused("/risk/more", 1), "");
  EXPECT_NE(refused("/risk", 5), "");
  EXPECT_NE(refused("/more", 5), "");
  EXPECT_EQ(refused("/risk/reason", "\n\x01 "), "risk.reason is empty");
  EXPECT_NE(refused("/risk/reason", 5), "");
  EXPECT_NE(refused("/risk/evidence", "src/a.py:10"), "");
  for (const char* place : {"src/a.py", "src/a.py:", ":10", "src/a.py:x", "src/a.py:10-",
                            "src/a.py:99999999999999999999"})
    EXPECT_EQ(refused("/risk/evidence", json::array({place})),
              "risk.evidence takes \"path:first-last\"")
        << place;
  EXPECT_EQ(refused("/risk/evidence", {"src/b.py:10"}),
            "risk.evidence names a file that is not in the change");
  EXPECT_EQ(refused("/risk/evidence", {"src/a.py:10", "src/a.py:12"}),
            "risk.evidence begins or ends at a line that is not among the changed ones shown");
}

TEST(ModelAnswer, NothingBesideTheObjectIsTaken) {
  EXPECT_NE(problem_of("Sure! " + good().dump()), "");
  EXPECT_NE(problem_of("```json\n" + good().dump() + "\n```"), "");
  EXPECT_NE(problem_of(good().dump() + good().dump()), "");
  EXPECT_NE(problem_of(""), "");
  EXPECT_NE(problem_of(std::string(100'000, '[')), "");
  std::string twice = good().dump();
  twice.replace(0, 1, R"({"risk":{"score":1,"reason":"r","evidence":["src/a.py:10"]},)");
  EXPECT_EQ(problem_of(twice), "it has more than the six dimensions");
}

TEST(ModelAnswer, AReasonIsOneShortPrintableLine) {
  json answer = good();
  answer["risk"]["reason"] = " one\ntwo\x1b[31m three\u202e\u200b four " + std::string(9'000, 'x');
  const std::string reason = read(answer).dimensions[3].reason;
  EXPECT_LE(reason.size(), 404u);
  EXPECT_THAT(reason, ::testing::StartsWith("one two [31m three   four xxx"));
}

TEST(ModelAnswer, ItsSchemaSaysTheRangesOfTheRubric) {
  const json schema = json::parse(answer_schema());
  EXPECT_EQ(schema["required"].size(), dimension_count);
  for (const DimensionRubric& each : rubric()) {
    const json& part = schema["properties"][std::string(each.name)];
    EXPECT_EQ(part["properties"]["score"]["maximum"], json(each.max));
    EXPECT_EQ(part["additionalProperties"], json(false));
  }
}

}  // namespace
}  // namespace sextant::scoring
