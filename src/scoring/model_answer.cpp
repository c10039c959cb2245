#include "scoring/model_answer.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "scoring/rubric.hpp"

namespace sextant::scoring {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t reason_bytes_most = 400;
constexpr std::size_t evidence_most = 3;

void append_schema_of(json::Writer& json, const DimensionRubric& each) {
  json.key(each.name).begin_object();
  json.key("type").string("object");
  json.key("properties").begin_object();
  json.key("score").begin_object();
  json.key("type").string("integer");
  json.key("minimum").integer(0);
  json.key("maximum").integer(each.max);
  json.end_object();
  json.key("reason").begin_object().key("type").string("string").end_object();
  json.key("evidence").begin_object().key("type").string("array");
  json.key("items").begin_object().key("type").string("string").end_object().end_object();
  json.end_object();
  json.key("required").begin_array().string("score").string("reason").string("evidence");
  json.end_array();
  json.key("additionalProperties").boolean(false);
  json.end_object();
}

std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorKind::invalid, std::move(what));
}

// One line of printable text: it goes to terminals and pages.
std::string readable(std::string_view text) {
  return std::string(trim(printable(trim(text), reason_bytes_most)));
}

struct Place {
  std::string_view name;
  int first_line = 0;
  int last_line = 0;
};

// "src/a.cpp:10-20" or "src/a.cpp:10".
std::optional<Place> read_place(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  const std::string_view lines = text.substr(colon + 1);
  const auto dash = lines.find('-');
  const auto first = parse_integer(lines.substr(0, dash));
  const auto last = dash == lines.npos ? first : parse_integer(lines.substr(dash + 1));
  const auto is_line = [](const auto& n) { return n && *n >= 0 && *n <= INT32_MAX; };
  if (!is_line(first) || !is_line(last)) return std::nullopt;
  return Place{text.substr(0, colon), static_cast<int>(*first), static_cast<int>(*last)};
}

Result<std::vector<Evidence>> read_evidence(dom::array array, std::string_view dimension,
                                            const ShownLines& shown) {
  std::vector<Evidence> evidence;
  for (const dom::element element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS)
      return wrong(fmt::format("{}.evidence takes texts", dimension));
    const auto place = read_place(text);
    if (!place) return wrong(fmt::format("{}.evidence takes \"path:first-last\"", dimension));
    if (!shown.has_file(place->name))
      return wrong(fmt::format("{}.evidence names a file that is not in the change", dimension));
    const auto lines = shown.find(place->name, place->first_line, place->last_line);
    if (lines.empty())
      return wrong(fmt::format(
          "{}.evidence begins or ends at a line that is not among the changed ones shown",
          dimension));
    std::ranges::copy(lines, std::back_inserter(evidence));
  }
  if (evidence.size() > evidence_most) evidence.resize(evidence_most);
  return evidence;
}

Result<ModelSubScore> read_sub_score(dom::object object, const DimensionRubric& dimension,
                                     const ShownLines& shown) {
  std::int64_t score = 0;
  std::string_view reason;
  dom::array evidence;
  if (object.size() != 3 || object.at_key("score").get(score) != simdjson::SUCCESS ||
      object.at_key("reason").get(reason) != simdjson::SUCCESS ||
      object.at_key("evidence").get(evidence) != simdjson::SUCCESS)
    return wrong(fmt::format(
        "{} takes exactly score (a whole number), reason (a text) and evidence (a list)",
        dimension.name));
  if (score < 0 || score > dimension.max)
    return wrong(fmt::format("{}.score takes 0 to {}", dimension.name, dimension.max));
  ModelSubScore read{.score = static_cast<int>(score), .reason = readable(reason), .evidence = {}};
  if (read.reason.empty()) return wrong(fmt::format("{}.reason is empty", dimension.name));
  read.evidence = TRY(read_evidence(evidence, dimension.name, shown));
  if (score > 0 && read.evidence.empty())
    return wrong(fmt::format("{} has points without evidence", dimension.name));
  return read;
}

}  // namespace

std::string answer_schema() {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("type").string("object");
  json.key("properties").begin_object();
  for (const DimensionRubric& each : rubric()) append_schema_of(json, each);
  json.end_object();
  json.key("required").begin_array();
  for (const DimensionRubric& each : rubric()) json.string(each.name);
  json.end_array();
  json.key("additionalProperties").boolean(false);
  json.end_object();
  return out;
}

Result<ModelAnswer> read_answer(std::string_view json, const ShownLines& shown) {
  dom::parser parser;
  dom::object object;
  if (parser.parse(simdjson::padded_string(json)).get(object) != simdjson::SUCCESS)
    return wrong("it is not one JSON object");
  ModelAnswer answer;
  for (const DimensionRubric& each : rubric()) {
    dom::object part;
    if (object.at_key(each.name).get(part) != simdjson::SUCCESS)
      return wrong(fmt::format("{} is missing or no object", each.name));
    answer.dimensions[static_cast<std::size_t>(each.dimension)] =
        TRY(read_sub_score(part, each, shown));
  }
  if (object.size() != dimension_count) return wrong("it has more than the six dimensions");
  return answer;
}

std::string to_json(const ModelAnswer& answer) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  for (const DimensionRubric& each : rubric()) {
    const ModelSubScore& part = answer.dimensions[static_cast<std::size_t>(each.dimension)];
    json.key(each.name).begin_object();
    json.key("score").integer(part.score);
    json.key("reason").string(part.reason);
    json.key("evidence").begin_array();
    for (const Evidence& at : part.evidence)
      json.string(fmt::format("{}:{}-{}", shown_name(at.path), at.first_line, at.last_line));
    json.end_array().end_object();
  }
  json.end_object();
  return out;
}

}  // namespace sextant::scoring
