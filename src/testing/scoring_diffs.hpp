// Diffs for the scoring room's tests: written file by file, then read by git::parse_diff.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "git/diff.hpp"
#include "scoring/scorer.hpp"

namespace sextant::testing {

using Lines = std::vector<std::string>;

class DiffText {
 public:
  DiffText& add(std::string_view path, const Lines& lines);
  DiffText& remove(std::string_view path, const Lines& lines);
  // Replaces lines at one place of a file; several calls with one path make several hunks of it.
  DiffText& change(std::string_view path, int line, const Lines& removed, const Lines& added);
  DiffText& rename(std::string_view from, std::string_view to);
  DiffText& binary(std::string_view path);
  DiffText& submodule(std::string_view path);
  DiffText& append(const DiffText& other);

  const std::string& text() const { return text_; }
  git::Diff diff() const;  // points into this object's text

 private:
  void hunk(int old_line, const Lines& removed, int new_line, const Lines& added);

  std::string text_;
  std::string last_path_;
};

scoring::Score score_of(const DiffText& text, const scoring::ScoringSettings& settings = {},
                        const git::Attributes* attributes = nullptr);
// With the smooth scale.
scoring::Score smooth_score_of(const DiffText& text);

// Programs that look like some language's, different for every seed and the same on every machine.
enum class Tongue { python, javascript, go, java, rust, cpp };
constexpr Tongue tongues[] = {Tongue::python, Tongue::javascript, Tongue::go,
                              Tongue::java,   Tongue::rust,       Tongue::cpp};
std::string file_in(Tongue tongue, int number);
Lines program(Tongue tongue, unsigned seed, int lines);
// The same program, indented otherwise and wrapped behind commas and brackets.
Lines reformatted(Tongue tongue, const Lines& lines);
// With a comment before every line.
Lines commented(Tongue tongue, const Lines& lines);

}  // namespace sextant::testing
