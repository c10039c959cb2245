#include "scoring/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "base/embedded_file.hpp"
#include "base/text.hpp"
#include "scoring/factors.hpp"

namespace sextant {
extern const std::span<const EmbeddedFile> static_model;
}

namespace sextant::scoring {
namespace {

using Fields = std::vector<std::string_view>;

// Large enough for any opinion, small enough that no product with a count overflows.
constexpr std::int64_t number_max = 1'000'000;

Fields fields_of(std::string_view line) {
  Fields fields;
  for (const std::string_view field : split(line, ' '))
    if (!field.empty()) fields.push_back(field);
  return fields;
}

bool is_statement(const Fields& fields) {
  return !fields.empty() && !fields.front().starts_with('#');
}

std::optional<Feature> feature_named(std::string_view text) {
  for (std::size_t i = 0; i < feature_count; ++i)
    if (name(static_cast<Feature>(i)) == text) return static_cast<Feature>(i);
  return std::nullopt;
}

std::optional<Dimension> dimension_named(std::string_view text) {
  for (std::size_t i = 0; i < dimension_count; ++i)
    if (name(static_cast<Dimension>(i)) == text) return static_cast<Dimension>(i);
  return std::nullopt;
}

// Reads the file statement by statement; each reader says what is wrong, or nothing.
class ModelReader {
 public:
  std::string_view read(const Fields& fields) {
    fields_ = fields;
    is_good_ = true;
    const std::string_view kind = fields.front();
    if (kind == "given") return read_given();
    if (kind == "lines") return read_lines();
    if (kind == "line") return read_weight(model.lines);
    if (kind == "token") return read_weight(model.tokens);
    if (kind == "share") return read_share();
    if (kind == "term") return read_term(model.terms);
    if (kind == "step") return read_step();
    if (kind == "most") return read_most();
    if (kind == "doubling") return read_term(model.doublings);
    if (kind == "curve") return read_knot();
    return "an unknown word begins the line";
  }

  Model model;

 private:
  bool has(std::size_t least, std::size_t most) const {
    return fields_.size() >= least && fields_.size() <= most;
  }
  std::int64_t number(std::size_t at) {
    const std::optional<std::int64_t> value =
        at < fields_.size() ? parse_integer(fields_[at]) : std::nullopt;
    is_good_ = is_good_ && value && *value >= 0 && *value <= number_max;
    return is_good_ ? *value : 0;
  }
  std::string_view done() const { return is_good_ ? "" : "a number is missing or out of range"; }

  std::string_view read_given() {
    if (!has(4, 4)) return "given takes a kind, a number of labels and a hash";
    model.given.push_back({.kind = std::string(fields_[1]),
                           .hash = std::string(fields_[3]),
                           .labels = static_cast<std::size_t>(number(2))});
    return done();
  }
  std::string_view read_lines() {
    model.lines_percent = number(1);
    return model.lines_percent <= 100 ? done() : "more than all of the size";
  }
  std::string_view read_weight(std::vector<Model::Weight>& weights) {
    const auto feature = fields_.size() > 1 ? feature_named(fields_[1]) : std::nullopt;
    if (!feature || !has(4, 4)) return "it takes a feature, a prior and a weight";
    weights.push_back({.feature = *feature, .prior = number(2), .weight = number(3)});
    return done();
  }
  std::string_view read_factor(Dimension dimension, std::size_t at, std::uint16_t& factor) {
    const std::int64_t code = number(at);
    if (!is_good_ || !is_factor_of(dimension, code))
      return "the factor has no sentence, or belongs to another dimension";
    factor = static_cast<std::uint16_t>(code);
    return "";
  }
  std::string_view read_share() {
    const auto dimension = fields_.size() > 1 ? dimension_named(fields_[1]) : std::nullopt;
    if (!dimension || !has(5, 5)) return "share takes a dimension, a factor and two percentages";
    Model::Share& share = model.shares[static_cast<std::size_t>(*dimension)];
    share.size_percent = number(3);
    share.terms_percent = number(4);
    return is_good_ ? read_factor(*dimension, 2, share.factor) : done();
  }
  std::string_view read_term(std::vector<Model::Term>& terms) {
    const auto dimension = fields_.size() > 1 ? dimension_named(fields_[1]) : std::nullopt;
    const auto feature = fields_.size() > 2 ? feature_named(fields_[2]) : std::nullopt;
    if (!dimension || !feature || !has(6, 7))
      return "it takes a dimension, a feature, a factor, a prior and a weight";
    Model::Term& term = terms.emplace_back();
    term.dimension = *dimension;
    term.weight = {.feature = *feature, .prior = number(4), .weight = number(5)};
    term.most = fields_.size() == 7 ? number(6) : 0;
    return is_good_ ? read_factor(*dimension, 3, term.factor) : done();
  }
  std::string_view read_step() {
    const std::int64_t step = number(1);
    if (!model.steps.empty() && step <= model.steps.back()) return "steps must rise";
    model.steps.push_back(step);
    return done();
  }
  std::string_view read_most() {
    const auto dimension = fields_.size() > 1 ? dimension_named(fields_[1]) : std::nullopt;
    if (!dimension || !has(3, 3)) return "most takes a dimension and a number of points";
    model.doublings_most[static_cast<std::size_t>(*dimension)] = number(2);
    return done();
  }
  std::string_view read_knot() {
    const Model::Knot knot{.lines = number(1), .part = number(2)};
    if (!model.curve.empty() &&
        (knot.lines <= model.curve.back().lines || knot.part < model.curve.back().part))
      return "the curve must rise";
    if (knot.part > 10'000) return "the curve goes beyond the maximum";
    model.curve.push_back(knot);
    return done();
  }

  Fields fields_;
  bool is_good_ = true;
};

std::string_view missing_in(const Model& model) {
  if (model.curve.size() < 2 || model.curve.front().lines != 0 || model.curve.front().part != 0)
    return "the curve must begin at 0 lines with 0 parts, and go on";
  if (model.lines.empty() || model.terms.empty()) return "there are no terms";
  if (model.steps.size() != static_cast<std::size_t>(max_score(Dimension::perf_security)))
    return "there must be one step for each point of perf_security";
  return "";
}

// A statement with its numbers put anew, column under column.
class ModelWriter {
 public:
  explicit ModelWriter(const Model& model) : model_(model) {}

  std::string line(std::string_view text) {
    const Fields fields = fields_of(text);
    if (!is_statement(fields)) return std::string(text);
    if (fields[0] == "given" && given_ < model_.given.size()) {
      const Model::Given& given = model_.given[given_++];
      return fmt::format("given {} {} {}", given.kind, given.labels, given.hash);
    }
    if (fields[0] == "line") return weight("line ", model_.lines[line_++]);
    if (fields[0] == "token") return weight("token", model_.tokens[token_++]);
    if (fields[0] == "doubling") return "doubling " + term(model_.doublings[doubling_++]);
    return fields[0] == "term" ? "term " + term(model_.terms[term_++]) : std::string(text);
  }

 private:
  static std::string weight(std::string_view word, const Model::Weight& weight) {
    return fmt::format("{} {:<15} {:>6} {:>8}", word, name(weight.feature), weight.prior,
                       weight.weight);
  }

  static std::string term(const Model::Term& term) {
    std::string out =
        fmt::format("{:<14} {:<19} {:>7} {:>6} {:>8}", name(term.dimension),
                    name(term.weight.feature), term.factor, term.weight.prior, term.weight.weight);
    if (term.most > 0) out += fmt::format("  {}", term.most);
    return out;
  }

  const Model& model_;
  std::size_t given_ = 0, line_ = 0, token_ = 0, doubling_ = 0, term_ = 0;
};

}  // namespace

std::int64_t Model::part_of_maximum(std::int64_t sum) const {
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const Knot& from = curve[i - 1];
    const Knot& to = curve[i];
    if (sum > to.lines * one_line) continue;
    return from.part + (to.part - from.part) * (sum - from.lines * one_line) /
                           ((to.lines - from.lines) * one_line);
  }
  return curve.back().part;
}

Result<Model> parse_model(std::string_view text) {
  ModelReader reader;
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const Fields fields = fields_of(line);
    if (!is_statement(fields)) continue;
    if (const std::string_view wrong = reader.read(fields); !wrong.empty())
      return fail(ErrorKind::invalid, fmt::format("the model's line {}: {}", number, wrong));
  }
  if (const std::string_view missing = missing_in(reader.model); !missing.empty())
    return fail(ErrorKind::invalid, fmt::format("the model: {}", missing));
  return std::move(reader.model);
}

std::string rewritten(std::string_view text, const Model& model) {
  ModelWriter writer(model);
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += writer.line(line);
    out += '\n';
  }
  out.pop_back();
  return out;
}

std::string_view embedded_model_text() {
  return static_model.front().content;
}

const Model& embedded_model() {
  static const Model model = [] {
    Result<Model> parsed = parse_model(embedded_model_text());
    // The build's own file: a test reads it, so that nobody ever meets this.
    if (!parsed) std::abort();
    return *std::move(parsed);
  }();
  return model;
}

}  // namespace sextant::scoring
