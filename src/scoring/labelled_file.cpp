#include "scoring/labelled_file.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <memory>

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t line_bytes_max = 256u << 20;
constexpr double effort_max = 3;

struct GzipCloser {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzipFile = std::unique_ptr<gzFile_s, GzipCloser>;

// Lines of a file; one that is too long is cut, and then no JSON.
class LineReader {
 public:
  explicit LineReader(gzFile file) : file_(file) {}

  // False at the end of the file, or where it cannot be read further.
  Result<bool> next(std::string& line) {
    line.clear();
    for (;;) {
      const std::size_t end = rest_.find('\n');
      const std::string_view part = rest_.substr(0, end);
      if (line.size() + part.size() <= line_bytes_max) line += part;
      if (end != std::string_view::npos) {
        rest_.remove_prefix(end + 1);
        return true;
      }
      const int read = gzread(file_, buffer_, sizeof buffer_);
      if (read < 0) return broken();
      rest_ = {buffer_, static_cast<std::size_t>(read)};
      if (read == 0) {
        // A file cut short in the middle of its gzip stream ends with an error of its own.
        int code = Z_OK;
        gzerror(file_, &code);
        if (code != Z_OK) return broken();
        return !line.empty();
      }
    }
  }

 private:
  Result<bool> broken() {
    int code = Z_OK;
    return fail(ErrorKind::invalid,
                fmt::format("cannot be read to its end: {}", gzerror(file_, &code)));
  }

  gzFile file_;
  char buffer_[1 << 16];
  std::string_view rest_;
};

std::string_view label_key(EvaluationKind kind) {
  switch (kind) {
    case EvaluationKind::effort:
      return "effort";
    case EvaluationKind::security:
      return "fixes_cve";
    case EvaluationKind::risk:
      break;
  }
  return "buggy";
}

Result<double> read_label(const simdjson::dom::object& object, EvaluationKind kind) {
  const std::string_view key = label_key(kind);
  simdjson::dom::element value;
  if (object.at_key(key).get(value) == simdjson::SUCCESS) {
    bool flag = false;
    double number = 0;
    if (kind == EvaluationKind::effort) {
      if (value.get(number) == simdjson::SUCCESS && number >= 0 && number <= effort_max)
        return number;
    } else if (value.get(flag) == simdjson::SUCCESS) {
      return flag ? 1.0 : 0.0;
    }
  }
  return fail(ErrorKind::invalid,
              fmt::format("\"{}\" must be {}", key,
                          kind == EvaluationKind::effort
                              ? "a number from 0 (minutes) to 3 (over four hours)"
                              : "true or false"));
}

bool is_hash(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<LabelledChange> read_change(simdjson::dom::parser& parser, const std::string& line,
                                   EvaluationKind kind) {
  simdjson::dom::object object;
  if (parser.parse(line).get(object) != simdjson::SUCCESS)
    return fail(ErrorKind::invalid, "not a JSON object");
  LabelledChange change;
  std::string_view text;
  if (object.at_key("commit").get(text) == simdjson::SUCCESS) change.commit = text;
  if (object.at_key("diff").get(text) == simdjson::SUCCESS)
    change.diff = text;
  else if (!is_hash(change.commit))
    return fail(ErrorKind::invalid, "\"diff\" must be a text, or \"commit\" a full hash");
  if (object.at_key("repo").get(text) == simdjson::SUCCESS) change.repo = text;
  if (object.at_key("language").get(text) == simdjson::SUCCESS) change.language = text;
  change.label = TRY(read_label(object, kind));
  return change;
}

}  // namespace

Result<EvaluationKind> parse_evaluation_kind(std::string_view text) {
  for (const EvaluationKind kind :
       {EvaluationKind::effort, EvaluationKind::security, EvaluationKind::risk})
    if (name(kind) == text) return kind;
  return fail(ErrorKind::invalid, "what is evaluated must be effort, security or risk");
}

std::string_view name(EvaluationKind kind) {
  constexpr std::string_view names[] = {"effort", "security", "risk"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_positive(EvaluationKind kind, double label) {
  return label >= (kind == EvaluationKind::effort ? 2.0 : 0.5);
}

Result<void> read_labelled_file(EvaluationKind kind, const std::filesystem::path& path,
                                const ChangeSink& sink, const ProblemSink& problem) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail(ErrorKind::invalid, fmt::format("{} is a folder", path.string()));
  const GzipFile file(gzopen(path.c_str(), "rb"));
  if (!file) return fail(ErrorKind::not_found, fmt::format("{} cannot be opened", path.string()));
  LineReader reader(file.get());
  simdjson::dom::parser parser;
  std::string line;
  for (std::size_t number = 1;; ++number) {
    const Result<bool> more = reader.next(line);
    if (!more) return context(path.string(), more.error());
    if (!*more) return {};
    if (trim(line).empty()) continue;
    Result<LabelledChange> change = read_change(parser, line, kind);
    if (change) change->line = number;
    const std::optional<std::string> wrong = change ? sink(*change) : change.error().message;
    if (wrong) problem(fmt::format("line {}: {}", number, *wrong));
  }
}

}  // namespace sextant::scoring
