#include "testing/scoring_diffs.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace sextant::testing {
namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : state_(seed * 2654435761u + 1) {}
  unsigned below(unsigned limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(state_ >> 33) % limit;
  }
  std::string word() {
    constexpr std::array stems = {"order",  "price",  "user",  "index", "total", "client",
                                  "report", "queue",  "node",  "value", "line",  "frame",
                                  "state",  "widget", "route", "page"};
    return fmt::format("{}{}", stems[below(stems.size())], below(90));
  }

 private:
  std::uint64_t state_;
};

std::string statement(Tongue tongue, Dice& dice) {
  const std::string a = dice.word();
  const std::string b = dice.word();
  const std::string c = dice.word();
  const std::string end = tongue == Tongue::python || tongue == Tongue::go ? "" : ";";
  switch (dice.below(5)) {
    case 0:
      return fmt::format("{} = {}.load({}, {}){}", a, b, c, dice.below(1000), end);
    case 1:
      return fmt::format("{}({}, {} + {}){}", a, b, c, dice.below(1000), end);
    case 2:
      return fmt::format("{} = {} * {} - {}{}", a, b, c, dice.below(1000), end);
    case 3:
      return fmt::format("{}.{}(\"{} {}\", {}){}", a, b, c, dice.below(1000), c, end);
    default:
      return fmt::format("return {}({}, {}){}", a, b, c, end);
  }
}

std::string condition(Tongue tongue, Dice& dice) {
  const std::string test = fmt::format("{} > {}", dice.word(), dice.below(1000));
  if (tongue == Tongue::python) return "if " + test + ":";
  if (tongue == Tongue::go || tongue == Tongue::rust) return "if " + test + " {";
  return "if (" + test + ") {";
}

std::string heading(Tongue tongue, Dice& dice) {
  const std::string name = dice.word();
  switch (tongue) {
    case Tongue::python:
      return fmt::format("def {}({}, {}):", name, dice.word(), dice.word());
    case Tongue::javascript:
      return fmt::format("function {}({}, {}) {{", name, dice.word(), dice.word());
    case Tongue::go:
      return fmt::format("func {}({} int, {} int) int {{", name, dice.word(), dice.word());
    case Tongue::rust:
      return fmt::format("fn {}({}: u32, {}: u32) -> u32 {{", name, dice.word(), dice.word());
    default:
      return fmt::format("int {}(int {}, int {}) {{", name, dice.word(), dice.word());
  }
}

bool has_braces(Tongue tongue) {
  return tongue != Tongue::python;
}

std::string header_line(int line, std::size_t count) {
  return fmt::format("{},{}", count == 0 ? line - 1 : line, count);
}

}  // namespace

void DiffText::hunk(int old_line, const Lines& removed, int new_line, const Lines& added) {
  text_ += fmt::format("@@ -{} +{} @@\n", header_line(old_line, removed.size()),
                       header_line(new_line, added.size()));
  for (const std::string& line : removed) text_ += "-" + line + "\n";
  for (const std::string& line : added) text_ += "+" + line + "\n";
}

DiffText& DiffText::add(std::string_view path, const Lines& lines) {
  last_path_.clear();
  text_ +=
      fmt::format("diff --git a/{0} b/{0}\nnew file mode 100644\n--- /dev/null\n+++ b/{0}\n", path);
  hunk(1, {}, 1, lines);
  return *this;
}

DiffText& DiffText::remove(std::string_view path, const Lines& lines) {
  last_path_.clear();
  text_ += fmt::format(
      "diff --git a/{0} b/{0}\ndeleted file mode 100644\n--- a/{0}\n+++ /dev/null\n", path);
  hunk(1, lines, 1, {});
  return *this;
}

DiffText& DiffText::change(std::string_view path, int line, const Lines& removed,
                           const Lines& added) {
  if (last_path_ != path)
    text_ += fmt::format("diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n", path);
  last_path_ = path;
  hunk(line, removed, line, added);
  return *this;
}

DiffText& DiffText::rename(std::string_view from, std::string_view to) {
  last_path_.clear();
  text_ += fmt::format(
      "diff --git a/{0} b/{1}\nsimilarity index 100%\nrename from {0}\nrename to {1}\n", from, to);
  return *this;
}

DiffText& DiffText::binary(std::string_view path) {
  last_path_.clear();
  text_ += fmt::format(
      "diff --git a/{0} b/{0}\nnew file mode 100644\nBinary files /dev/null and b/{0} differ\n",
      path);
  return *this;
}

DiffText& DiffText::submodule(std::string_view path) {
  last_path_.clear();
  text_ += fmt::format(
      "diff --git a/{0} b/{0}\nindex 1111111..2222222 160000\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n"
      "-Subproject commit 1111111111111111111111111111111111111111\n"
      "+Subproject commit 2222222222222222222222222222222222222222\n",
      path);
  return *this;
}

DiffText& DiffText::append(const DiffText& other) {
  text_ += other.text_;
  last_path_.clear();
  return *this;
}

git::Diff DiffText::diff() const {
  Result<git::Diff> diff = git::parse_diff(text_);
  if (!diff) throw std::runtime_error(diff.error().message);
  return *std::move(diff);
}

scoring::Score score_of(const DiffText& text, const scoring::ScoringSettings& settings,
                        const git::Attributes* attributes) {
  const git::Diff diff = text.diff();
  Result<scoring::Score> score = scoring::make_static_scorer(settings)->score({diff, attributes});
  if (!score) throw std::runtime_error(score.error().message);
  return *std::move(score);
}

scoring::Score smooth_score_of(const DiffText& text) {
  return score_of(text, {.effort_scale = scoring::EffortScale::smooth, .ignore = {}});
}

std::string file_in(Tongue tongue, int number) {
  constexpr std::array endings = {"py", "js", "go", "java", "rs", "cpp"};
  return fmt::format("src/part{}/unit{}.{}", number % 3, number,
                     endings[static_cast<std::size_t>(tongue)]);
}

Lines program(Tongue tongue, unsigned seed, int count) {
  Dice dice(seed * 8 + static_cast<unsigned>(tongue));
  Lines lines;
  const auto wanted = static_cast<std::size_t>(count);
  while (lines.size() < wanted) {
    lines.push_back(heading(tongue, dice));
    for (unsigned i = 0, n = 4 + dice.below(6); i < n; ++i) {
      if (dice.below(4) == 0) {
        lines.push_back("    " + condition(tongue, dice));
        lines.push_back("        " + statement(tongue, dice));
        if (has_braces(tongue)) lines.push_back("    }");
      } else {
        lines.push_back("    " + statement(tongue, dice));
      }
    }
    if (has_braces(tongue)) lines.push_back("}");
  }
  lines.resize(wanted);
  return lines;
}

Lines reformatted(Tongue tongue, const Lines& lines) {
  Lines out;
  for (const std::string& line : lines) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string current(indent / 2, tongue == Tongue::go ? '\t' : ' ');
    bool in_text = false;
    for (std::size_t i = indent; i < line.size(); ++i) {
      in_text = in_text != (line[i] == '"');
      current += line[i];
      if (in_text || (line[i] != ',' && line[i] != '(') || i + 1 == line.size()) continue;
      out.push_back(current);
      current.assign(indent / 2 + 6, ' ');
      while (i + 1 < line.size() && line[i + 1] == ' ') ++i;
    }
    out.push_back(current);
  }
  return out;
}

Lines commented(Tongue tongue, const Lines& lines) {
  Lines out;
  for (const std::string& line : lines) {
    out.push_back(tongue == Tongue::python ? "    # what the next line does, at length"
                                           : "    // what the next line does, at length");
    out.push_back(line);
  }
  return out;
}

}  // namespace sextant::testing
