#include "scoring/effective.hpp"

#include <algorithm>
#include <bit>

#include "scoring/exclusions.hpp"
#include "scoring/position_table.hpp"
#include "scoring/rewrap.hpp"
#include "scoring/structure.hpp"
#include "scoring/test_region.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t lines_read = 100'000;

// Hashes of names. Linear in time: one that finds no place within a few steps is taken for known.
class NameSet {
 public:
  explicit NameSet(std::size_t names) : slots_(std::bit_ceil(names * 2 + 16)) {}

  bool add(std::uint64_t name) {
    constexpr int steps_max = 32;
    const std::uint64_t key = name | 1;
    std::size_t at = (key ^ (key >> 29)) & (slots_.size() - 1);
    for (int step = 0; step < steps_max; ++step, at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == key) return false;
      if (slots_[at] != 0) continue;
      slots_[at] = key;
      return true;
    }
    return false;
  }

 private:
  std::vector<std::uint64_t> slots_;
};

// Both C and C++ call their headers so; what changed in it tells which it is.
bool speaks_cpp(const git::FileChange& file) {
  if (!file.path.ends_with(".h")) return false;
  constexpr std::string_view marks[] = {
      "::",      "class ",   "namespace ", "template<", "template ",
      "public:", "private:", "virtual ",   "constexpr "};
  const auto has_mark = [&](std::string_view line) {
    return std::any_of(std::begin(marks), std::end(marks),
                       [&](std::string_view mark) { return line.contains(mark); });
  };
  return std::any_of(file.hunks.begin(), file.hunks.end(), [&](const git::Hunk& hunk) {
    return std::any_of(hunk.removed.begin(), hunk.removed.end(), has_mark) ||
           std::any_of(hunk.added.begin(), hunk.added.end(), has_mark);
  });
}

class Reader {
 public:
  Reader(const ChangeInputs& change, EffectiveChange& out) : change_(change), out_(out) {}

  // Of all lines so far, in order.
  const std::vector<std::uint64_t>& names() const { return names_; }

  void read(const git::FileChange& file, FileKind kind) {
    const Language& language = language_of(speaks_cpp(file) ? "a.hpp" : file.path);
    const auto index = static_cast<std::uint32_t>(out_.files.size());
    EffectiveFile& entry = out_.files.emplace_back();
    entry = {.file = &file, .kind = kind, .language = &language};
    entry.unread_added = file.lines_added;
    entry.unread_removed = file.lines_removed;
    if (kind.kind == PathKind::excluded) return;

    Lexer lexer(language, names_);
    TestRegion tests(language);
    rewrap_.begin_file();
    const std::size_t first_hunk = out_.hunks.size();
    for (std::uint32_t i = 0; i < file.hunks.size(); ++i) {
      if (out_.lines.size() >= lines_read) break;
      const git::Hunk& hunk = file.hunks[i];
      ChangedHunk& added = out_.hunks.emplace_back();
      added = {.file = index, .index = i, .first = static_cast<std::uint32_t>(out_.lines.size())};
      entry.unread_removed -= read_side(lexer, tests, entry, hunk.removed, hunk.old_line, false);
      entry.unread_added -= read_side(lexer, tests, entry, hunk.added, hunk.new_line, true);
      added.last = static_cast<std::uint32_t>(out_.lines.size());
    }
    entry.unread_added = std::max(entry.unread_added, 0);
    entry.unread_removed = std::max(entry.unread_removed, 0);
    if (first_hunk < out_.hunks.size()) entry.is_relaid = rewrap_.mark(out_.lines);
  }

 private:
  int read_side(Lexer& lexer, TestRegion& tests, const EffectiveFile& file,
                const std::vector<std::string_view>& lines, int number, bool is_added) {
    lexer.begin(lines);
    if (lexer.is_in_doubt(lines)) ask_text(lexer, *file.file, number, is_added);
    rewrap_.begin_side(is_added);
    tests.begin();
    int read = 0;
    for (const std::string_view text : lines) {
      if (out_.lines.size() >= lines_read) break;
      ChangedLine line{.facts = lexer.read(text, rewrap_.stream()),
                       .number = number + read,
                       .is_added = is_added,
                       .is_test = tests.take(text) || file.kind.kind == PathKind::test};
      if (line.facts.is_blank) line.fate = LineFate::blank;
      if (line.facts.is_comment) line.fate = LineFate::comment;
      line.names_end = static_cast<std::uint32_t>(names_.size());
      rewrap_.end_line(out_.lines.size());
      out_.lines.push_back(line);
      ++read;
    }
    return read;
  }

  // The whole text says what the lines leave open; without one the guess stands.
  void ask_text(Lexer& lexer, const git::FileChange& file, int number, bool is_added) {
    if (!change_.texts) return;
    const auto place = static_cast<std::size_t>(&file - change_.diff.files.data());
    const auto text = change_.texts->text(place, is_added);
    if (!text) return;
    const Lexer::Inside inside = lexer.begin_behind(*text, number);
    out_.texts_said += std::to_string(file.path.size()) + ':' + file.path + ' ' +
                       std::to_string(number) + (is_added ? '+' : '-') + static_cast<char>(inside);
  }

  const ChangeInputs& change_;
  EffectiveChange& out_;
  Rewrap rewrap_;
  std::vector<std::uint64_t> names_;
};

// A line found on the other side of the diff, in any file, only moved. Short ones ("}", "return;")
// are found everywhere: they move with the lines around them. Where a file was laid out anew, git
// takes one's old line for another's new one, and what is left of both changed its layout.
void mark_moved(EffectiveChange& change) {
  PositionTable positions;
  positions.reset(change.lines.size());
  const auto each_candidate = [&](bool is_added, auto take) {
    for (const ChangedHunk& hunk : change.hunks)
      for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
        const ChangedLine& line = change.lines[i];
        if (line.fate != LineFate::counts || line.is_added != is_added) continue;
        if (line.facts.is_telling)
          take(line.facts.hash, i);
        else if (change.files[hunk.file].is_relaid)
          take(line.facts.hash + hunk.file, i);
      }
  };
  each_candidate(true, [&](std::uint64_t key, std::uint32_t i) { positions.add(key, i); });
  each_candidate(false, [&](std::uint64_t key, std::uint32_t i) {
    const auto found = positions.take(key, [](std::uint32_t) { return true; });
    if (!found) return;
    const bool is_telling = change.lines[i].facts.is_telling;
    change.lines[i].fate = change.lines[*found].fate =
        is_telling ? LineFate::moved : LineFate::whitespace;
  });
}

// A short line beside a moved one on the same side of its hunk goes with it.
void carry_along(EffectiveChange& change, const ChangedHunk& hunk) {
  const auto carry = [](ChangedLine& line, const ChangedLine& beside) {
    if (line.fate == LineFate::counts && !line.facts.is_telling && beside.fate == LineFate::moved &&
        line.is_added == beside.is_added)
      line.fate = LineFate::moved;
  };
  for (std::uint32_t i = hunk.first + 1; i < hunk.last; ++i)
    carry(change.lines[i], change.lines[i - 1]);
  for (std::uint32_t i = hunk.last; i-- > hunk.first + 1;)
    carry(change.lines[i - 1], change.lines[i]);
}

// Names that neither a removed line nor an added one before had; tests have theirs, so that they
// take none from others.
void count_names(EffectiveChange& change, const std::vector<std::uint64_t>& names) {
  NameSet seen(names.size());
  const auto add_names_of = [&](std::size_t index) {
    const ChangedLine& line = change.lines[index];
    std::uint16_t added = 0;
    for (std::uint32_t at = index == 0 ? 0 : change.lines[index - 1].names_end; at < line.names_end;
         ++at)
      added += seen.add(names[at] ^ std::uint64_t{line.is_test} << 63);
    return added;
  };
  for (std::size_t i = 0; i < change.lines.size(); ++i)
    if (!change.lines[i].is_added) add_names_of(i);
  for (std::size_t i = 0; i < change.lines.size(); ++i)
    if (change.lines[i].is_added && change.lines[i].fate == LineFate::counts)
      change.lines[i].facts.names = add_names_of(i);
}

// A diff's order must not matter, to the last byte.
std::vector<const git::FileChange*> by_path(const git::Diff& diff) {
  std::vector<const git::FileChange*> files;
  files.reserve(diff.files.size());
  for (const git::FileChange& file : diff.files) files.push_back(&file);
  const auto before = [](const git::FileChange* a, const git::FileChange* b) {
    const int order = a->path.compare(b->path);
    return order != 0 ? order < 0 : a->old_path < b->old_path;
  };
  if (!std::is_sorted(files.begin(), files.end(), before))
    std::stable_sort(files.begin(), files.end(), before);
  return files;
}

// Files that count and were not read to their end. The last of a diff with too many files stands
// for those that were not read at all.
void list_truncated(const git::Diff& diff, EffectiveChange& change) {
  Exclusion truncated{.path = "", .reason = ExclusionReason::truncated};
  for (const EffectiveFile& file : change.files) {
    const bool is_whole =
        !file.file->truncated && file.unread_added == 0 && file.unread_removed == 0;
    const bool is_last_of_many = diff.files_unread > 0 && file.file == &diff.files.back();
    if (is_whole || is_last_of_many || file.kind.kind == PathKind::excluded) continue;
    truncated.path = truncated.files == 0 ? file.file->path : "";
    ++truncated.files;
  }
  if (truncated.files > 0) change.exclusions.push_back(std::move(truncated));
}

}  // namespace

std::vector<std::string> ignored_paths(const ScoringSettings& settings,
                                       const ChangeInputs& change) {
  std::vector<std::string> globs = settings.ignore;
  if (const Guidelines* guidelines = change.guidelines)
    globs.insert(globs.end(), guidelines->ignore.begin(), guidelines->ignore.end());
  return globs;
}

EffectiveChange read_effective(const ChangeInputs& change, const std::vector<std::string>& ignore) {
  EffectiveChange out;
  out.files.reserve(change.diff.files.size());
  Reader reader(change, out);
  for (const git::FileChange* file : by_path(change.diff))
    reader.read(*file, kind_of_file(*file, change.attributes, ignore));
  mark_moved(out);
  for (const ChangedHunk& hunk : out.hunks) carry_along(out, hunk);
  read_structure(out, reader.names());
  count_names(out, reader.names());
  count_lines(out);
  list_truncated(change.diff, out);
  if (const int files = change.diff.files_unread; files > 0)
    out.exclusions.push_back({.path = "", .reason = ExclusionReason::unread, .files = files});
  return out;
}

}  // namespace sextant::scoring
