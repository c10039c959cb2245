#include "git/diff_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace sextant::git {
namespace {

constexpr std::string_view submodule_mode = "160000";
constexpr std::string_view symlink_mode = "120000";
constexpr std::string_view no_sign =
    "a line of a hunk begins with ' ', '+', '-' or '\\'; with --word-diff or --color it does not";
constexpr std::string_view no_word_diff =
    "this hunk shows words; `git diff --word-diff=none` gives what can be read";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "12" or "12,3" off the front of a hunk header's range.
bool take_range(std::string_view& text, std::int64_t& start, std::int64_t& count) {
  constexpr std::int64_t largest = 2'000'000'000;
  const auto take = [&](std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > largest) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  };
  count = 1;
  if (!take(start)) return false;
  return !take_prefix(text, ",") || take(count);
}

int to_line_number(std::int64_t line) {
  return static_cast<int>(std::min<std::int64_t>(line, std::numeric_limits<int>::max()));
}

// The end of the quoted name that `text` begins with, past its closing quote; npos where there is
// none.
std::size_t end_of_quotes(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return std::string_view::npos;
}

// The length of what stands in both names before the path that they share: "a/" and "b/", or what
// git was told to write instead.
std::size_t prefix_of(std::string_view old_name, std::string_view new_name) {
  constexpr std::size_t usual = 2;
  const auto is_usual = [](std::string_view name) {
    return name.size() > usual && name[usual - 1] == '/';
  };
  if (old_name.size() != new_name.size() || (is_usual(old_name) && is_usual(new_name)))
    return usual;
  std::size_t differ = old_name.size();
  while (differ > 0 && old_name[differ - 1] == new_name[differ - 1]) --differ;
  const std::size_t path = old_name.find_first_not_of('/', old_name.find('/', differ));
  return path == std::string_view::npos ? usual : path;
}

void drop_prefix(std::string& name, std::size_t prefix) {
  if (prefix > 0 && name.size() > prefix && name[prefix - 1] == '/') name.erase(0, prefix);
}

// As git writes for terminals: "\x1b[1mdiff --git ".
bool is_coloured_header(std::string_view line) {
  while (line.starts_with("\x1b[")) {
    const std::size_t end = line.find('m');
    if (end == std::string_view::npos) return false;
    line.remove_prefix(end + 1);
  }
  return line.starts_with("diff --git ");
}

void set_mode(FileChange& file, std::string_view mode) {
  if (mode.starts_with(submodule_mode)) file.is_submodule = true;
  if (mode.starts_with(symlink_mode)) file.is_symlink = true;
}

}  // namespace

std::optional<std::string> unquote(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  if (end_of_quotes(text) != text.size()) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string name;
  name.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      name += text[at];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    constexpr std::string_view letters = "abtnvfr\"\\";
    constexpr std::string_view meanings = "\a\b\t\n\v\f\r\"\\";
    if (const auto letter = letters.find(text[at]); letter != std::string_view::npos) {
      name += meanings[letter];
      continue;
    }
    int code = 0;
    const std::size_t end = at + 3;
    for (; at < end; ++at) {
      if (at >= text.size() || text[at] < '0' || text[at] > '7') return std::nullopt;
      code = code * 8 + (text[at] - '0');
    }
    --at;
    if (code == 0 || code > 255) return std::nullopt;
    name += static_cast<char>(code);
  }
  return name;
}

std::unexpected<Error> DiffParser::wrong(std::string_view what) const {
  return fail(ErrorKind::invalid, fmt::format("diff, line {}: {}", line_number_, what));
}

Result<void> DiffParser::read(std::string_view piece) {
  while (!piece.empty()) {
    const auto* end = static_cast<const char*>(std::memchr(piece.data(), '\n', piece.size()));
    const std::size_t length = end ? static_cast<std::size_t>(end - piece.data()) : piece.size();
    const std::string_view line = piece.substr(0, length);
    ++line_number_;
    if (old_left_ > 0 || new_left_ > 0)
      TRY(read_hunk_line(line));
    else
      TRY(read_header_line(line));
    const std::size_t taken = std::min(length + 1, piece.size());
    bytes_ += taken;
    piece.remove_prefix(taken);
  }
  return {};
}

Result<Diff> DiffParser::finish() {
  if (old_left_ > 0 || new_left_ > 0) file_.truncated = true;
  const bool is_cut_in_header = in_header_ && file_.path.empty() && file_.old_path.empty();
  if (!is_cut_in_header) TRY(end_file());
  return std::move(diff_);
}

Result<void> DiffParser::read_hunk_line(std::string_view line) {
  switch (line.empty() ? ' ' : line.front()) {
    case '+':
      if (new_left_-- <= 0) return wrong("the hunk has more added lines than its header says");
      add_line(false, line.substr(1));
      return {};
    case '-':
      if (old_left_-- <= 0) return wrong("the hunk has more removed lines than its header says");
      add_line(true, line.substr(1));
      return {};
    case '\r':  // an empty line of context whose blank was lost on the way
    case ' ':
      if (old_left_-- <= 0 || new_left_-- <= 0)
        return wrong("the hunk has more lines of context than its header says");
      end_group();
      ++next_old_;
      ++next_new_;
      if (old_left_ == 0 && new_left_ == 0 && !hunk_changes_) return wrong(no_word_diff);
      return {};
    case '\\':  // "\ No newline at end of file"
      return {};
    default:
      return wrong(no_sign);
  }
}

void DiffParser::add_line(bool removed, std::string_view text) {
  hunk_changes_ = true;
  if (!group_) {
    group_.emplace();
    group_removes_ = group_adds_ = false;
    group_old_ = next_old_;
    group_new_ = next_new_;
    const auto room = [](std::int64_t lines) {
      return static_cast<std::size_t>(std::min<std::int64_t>(lines, 1024));
    };
    group_->removed.reserve(room(old_left_ + removed));
    group_->added.reserve(room(new_left_ + !removed));
  }
  ++(removed ? next_old_ : next_new_);
  ++(removed ? file_.lines_removed : file_.lines_added);
  (removed ? group_removes_ : group_adds_) = true;
  if (bytes_ + text.size() >= limits_.bytes) {
    file_.truncated = true;
    return;
  }
  if (text.size() > limits_.line_bytes) {
    text = text.substr(0, limits_.line_bytes);
    file_.truncated = true;
  }
  (removed ? group_->removed : group_->added).push_back(text);
}

void DiffParser::end_group() {
  if (!group_) return;
  if (!group_->removed.empty() || !group_->added.empty()) {
    group_->old_line = to_line_number(group_old_ - !group_removes_);
    group_->new_line = to_line_number(group_new_ - !group_adds_);
    file_.hunks.push_back(std::move(*group_));
  }
  group_.reset();
}

Result<void> DiffParser::read_header_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return {};
  switch (line.front()) {
    case '@':
      if (line.starts_with("@@@") && in_file_) return wrong("a combined diff cannot be read");
      return in_file_ && line.starts_with("@@ ") ? begin_hunk(line) : Result<void>{};
    case 'd':
      if (take_prefix(line, "diff --git ")) return begin_file(line);
      if (line.starts_with("diff --cc ") || line.starts_with("diff --combined "))
        return wrong("a combined diff, of a merge against several parents, cannot be read");
      break;
    case '-':
      if (in_header_ || !take_prefix(line, "--- ")) break;
      plain_old_name_ = line;
      return {};
    case '+':
      if (in_header_ || plain_old_name_.empty() || !take_prefix(line, "+++ ")) break;
      return begin_plain_file(line);
    case '~':  // the end of a line in --word-diff=porcelain
      if (in_file_ && !in_header_ && line == "~") return wrong(no_word_diff);
      break;
    case '\x1b':
      if (is_coloured_header(line))
        return wrong("it is in colours; `git diff --no-color` gives what can be read");
      break;
    default:
      break;
  }
  plain_old_name_.clear();
  return in_header_ ? read_extended_header(line) : Result<void>{};
}

Result<void> DiffParser::read_extended_header(std::string_view line) {
  if (take_prefix(line, "--- ") || take_prefix(line, "+++ ")) {
    const bool is_old = line.data()[-2] == '-';
    // A move has said both names, without any prefix.
    if (file_.status == FileStatus::renamed || file_.status == FileStatus::copied) return {};
    std::string name = TRY(read_name(line, prefix_));
    if (!name.empty()) (is_old ? file_.old_path : file_.path) = std::move(name);
  } else if (take_prefix(line, "new file mode ")) {
    file_.status = FileStatus::added;
    set_mode(file_, line);
  } else if (take_prefix(line, "deleted file mode ")) {
    file_.status = FileStatus::deleted;
    set_mode(file_, line);
  } else if (take_prefix(line, "rename from ") || take_prefix(line, "copy from ")) {
    file_.old_path = TRY(read_name(line, 0));
  } else if (line.starts_with("rename to ") || line.starts_with("copy to ")) {
    file_.status = line.front() == 'r' ? FileStatus::renamed : FileStatus::copied;
    file_.path = TRY(read_name(line.substr(line.find(" to ") + 4), 0));
  } else if (line.starts_with("index ")) {
    if (const auto mode = line.rfind(' '); mode > 5) set_mode(file_, line.substr(mode + 1));
  } else if (line.starts_with("Binary files ") || line.starts_with("GIT binary patch")) {
    file_.is_binary = true;
  }
  return {};
}

// A name of a header line: unquoted, without its prefix of so many bytes; empty for /dev/null.
Result<std::string> DiffParser::read_name(std::string_view text, std::size_t prefix) const {
  // A name with blanks is followed by a tab, another program's by a tab and the time.
  const std::size_t name_end = text.starts_with('"') ? end_of_quotes(text) : 0;
  if (name_end <= text.size()) text = text.substr(0, text.find('\t', name_end));
  std::optional<std::string> name = unquote(text);
  if (!name) return wrong("a quoted name that does not end or has an unknown escape");
  if (*name == "/dev/null") return std::string();
  drop_prefix(*name, prefix);
  return std::move(*name);
}

// `names` is "a/NAME b/NAME". Where the two differ, the lines that follow tell them.
Result<void> DiffParser::begin_file(std::string_view names) {
  TRY(end_file());
  in_file_ = in_header_ = true;
  prefix_ = 2;
  std::string_view left;
  std::string_view right;
  if (names.starts_with('"')) {
    const std::size_t end = end_of_quotes(names);
    if (end == std::string_view::npos || end >= names.size()) return wrong("no two file names");
    left = names.substr(0, end);
    right = names.substr(end + 1);
  } else if (names.ends_with('"')) {
    const std::size_t blank = names.find(" \"");
    if (blank == std::string_view::npos) return wrong("no two file names");
    left = names.substr(0, blank);
    right = names.substr(blank + 1);
  } else if (names.size() % 2 == 1 && names[names.size() / 2] == ' ') {
    left = names.substr(0, names.size() / 2);
    right = names.substr(names.size() / 2 + 1);
  }
  if (left.empty() || right.empty()) return {};
  std::string old_path = TRY(read_name(left, 0));
  std::string path = TRY(read_name(right, 0));
  prefix_ = old_path == path ? 0 : prefix_of(old_path, path);
  drop_prefix(old_path, prefix_);
  drop_prefix(path, prefix_);
  if (old_path == path) {
    file_.old_path = std::move(old_path);
    file_.path = std::move(path);
  }
  return {};
}

// A file of a diff that is not git's: only "--- OLD" and "+++ NEW".
Result<void> DiffParser::begin_plain_file(std::string_view new_name) {
  const std::string old_name = std::exchange(plain_old_name_, {});
  TRY(end_file());
  in_file_ = true;
  const bool has_prefix = (old_name.starts_with("a/") || old_name.starts_with("/dev/null")) &&
                          (new_name.starts_with("b/") || new_name.starts_with("/dev/null"));
  file_.old_path = TRY(read_name(old_name, has_prefix ? 2 : 0));
  file_.path = TRY(read_name(new_name, has_prefix ? 2 : 0));
  if (file_.old_path.empty())
    file_.status = FileStatus::added;
  else if (file_.path.empty())
    file_.status = FileStatus::deleted;
  return {};
}

Result<void> DiffParser::begin_hunk(std::string_view line) {
  in_header_ = hunk_changes_ = false;
  end_group();
  std::int64_t old_start = 0;
  std::int64_t new_start = 0;
  if (!take_prefix(line, "@@ -") || !take_range(line, old_start, old_left_) ||
      !take_prefix(line, " +") || !take_range(line, new_start, new_left_) ||
      !take_prefix(line, " @@"))
    return wrong("a hunk begins with '@@ -LINE,COUNT +LINE,COUNT @@'");
  // An empty range names the line before it.
  next_old_ = old_start + (old_left_ == 0);
  next_new_ = new_start + (new_left_ == 0);
  return {};
}

Result<void> DiffParser::end_file() {
  end_group();
  if (!in_file_) return {};
  in_file_ = in_header_ = false;
  FileChange file = std::exchange(file_, {});
  if (file.status == FileStatus::added) file.old_path.clear();
  if (file.path.empty()) file.path = file.old_path;
  if (file.path.empty())
    return wrong(
        "the file before has no name; `git diff --default-prefix` names files as can be read");
  if (file.old_path.empty() && file.status != FileStatus::added) file.old_path = file.path;

  auto& files = diff_.files;
  FileChange* last = files.empty() ? nullptr : &files.back();
  // Git writes a change of type, as from a file to a symlink, as a deletion and an addition.
  const bool changes_type = last && last->status == FileStatus::deleted &&
                            file.status == FileStatus::added && last->path == file.path;
  const bool is_too_many = last && std::ssize(files) >= limits_.files;
  if (!changes_type && !is_too_many) {
    files.push_back(std::move(file));
    return {};
  }
  last->lines_added += file.lines_added;
  last->lines_removed += file.lines_removed;
  if (!changes_type) {
    last->truncated = true;
    ++diff_.files_unread;
    return {};
  }
  last->status = FileStatus::type_changed;
  last->is_binary |= file.is_binary;
  last->is_submodule |= file.is_submodule;
  last->is_symlink |= file.is_symlink;
  last->truncated |= file.truncated;
  std::ranges::move(file.hunks, std::back_inserter(last->hunks));
  return {};
}

}  // namespace sextant::git
