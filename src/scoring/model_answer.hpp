// A model's answer: six sub-scores, each with a reason and its evidence, believed only as far as it
// can be checked.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scoring/shown_lines.hpp"

namespace sextant::scoring {

struct ModelSubScore {
  int score = 0;
  std::string reason;  // one line
  std::vector<Evidence> evidence;
};

struct ModelAnswer {
  std::array<ModelSubScore, dimension_count> dimensions;
};

// The JSON schema that an answer has to meet, made from the rubric.
std::string answer_schema();

// Takes exactly what the schema says: the six dimensions and nothing else, whole numbers within
// their ranges, reasons, and evidence of which the first and the last line were shown; what lies
// unchanged between these is left out of it. The error says what is wrong in words of ours alone.
Result<ModelAnswer> read_answer(std::string_view json, const ShownLines& shown);

// The answer as the schema has it, to be kept.
std::string to_json(const ModelAnswer& answer);

}  // namespace sextant::scoring
