#include "scoring/fragment.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

// A piece ends where no bracket is open, if it can, else where one is, else anywhere.
constexpr std::size_t piece_bytes = 4u << 10;
constexpr std::size_t piece_bytes_late = 6u << 10;
constexpr std::size_t piece_bytes_max = 8u << 10;
constexpr std::size_t line_bytes_max = 2048;  // of longer ones only the row is kept

char opening_of(char bracket) {
  return bracket == ')' ? '(' : bracket == ']' ? '[' : '{';
}
char closing_of(char bracket) {
  return bracket == '(' ? ')' : bracket == '[' ? ']' : '}';
}

bool begins_with_word(std::string_view text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  if (text.size() == word.size()) return true;
  const char next = text[word.size()];
  return !(next == '_' || (next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
           (next >= 'A' && next <= 'Z'));
}

std::string_view after_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

}  // namespace

// Goes behind a string or a comment that begins here, or to the end of the line within it.
bool Fragment::skip_text(std::string_view line, std::size_t& at) {
  const std::string_view rest = line.substr(at);
  for (const std::string_view mark : language_.line_comments)
    if (!mark.empty() && rest.starts_with(mark) &&
        (mark.size() > 1 || at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) {
      at = line.size();
      return true;
    }
  if (!language_.block_open.empty() && rest.starts_with(language_.block_open)) {
    inside_ = language_.block_close;
    at += language_.block_open.size();
    return true;
  }
  const char c = line[at];
  if ((c != '"' && c != '\'' && c != '`') || !language_.quotes.contains(c)) return false;
  if (language_.triple_quotes && (rest.starts_with("\"\"\"") || rest.starts_with("'''"))) {
    inside_ = c == '"' ? "\"\"\"" : "'''";
    at += 3;
    return true;
  }
  if (c == '`') {
    inside_ = "`";
    ++at;
    return true;
  }
  for (++at; at < line.size() && line[at] != c; ++at)
    if (line[at] == '\\') ++at;
  at = std::min(at + 1, line.size());
  return true;
}

// False when the bracket closes nothing; text_ then holds what stands in its place.
bool Fragment::close(char bracket, std::string_view behind) {
  if (!open_.empty()) {
    if (open_.back() == opening_of(bracket)) open_.pop_back();
    return true;
  }
  const std::string_view next = after_blanks(behind);
  if (bracket == '}' && (begins_with_word(next, "catch") || begins_with_word(next, "finally")))
    text_ += language_.grammar == GrammarName::swift ? "do{}" : "try{}";
  else
    text_ += ' ';
  return false;
}

// A clause that belongs to a statement above the hunk, where indentation tells.
void Fragment::mend_clause(std::string_view& line) {
  const std::string_view code = after_blanks(line);
  if (code.empty()) return;
  const std::size_t indent = line.size() - code.size();
  if (indent >= indent_) return;
  indent_ = indent;
  for (const auto& [word, stand_in] : {std::pair<std::string_view, std::string_view>{"elif", "if"},
                                       {"else", "with x"},
                                       {"except", "if"},
                                       {"finally", "with x"}}) {
    if (!begins_with_word(code, word)) continue;
    const std::string_view rest = code.substr(word.size());
    text_ += line.substr(0, indent);
    text_ += stand_in;
    if (word == "except" && after_blanks(rest).starts_with(':')) text_ += " x";
    line = rest;
    return;
  }
}

void Fragment::append(std::string_view line) {
  if (line.size() > line_bytes_max) line = {};
  const bool is_python = language_.grammar == GrammarName::python;
  if (is_python && inside_.empty()) mend_block(line);
  const std::size_t indent = line.size() - after_blanks(line).size();
  if (inside_.empty() && open_.empty() && language_.grammar == GrammarName::python)
    mend_clause(line);
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = at;
    if (!inside_.empty()) {
      const std::size_t end = line.find(inside_, at);
      at = end == std::string_view::npos ? line.size() : end + inside_.size();
      if (end != std::string_view::npos) inside_ = {};
      text_ += line.substr(start, at - start);
      continue;
    }
    if (skip_text(line, at)) {
      text_ += line.substr(start, at - start);
      continue;
    }
    const char c = line[at++];
    if (c == '(' || c == '[' || c == '{') {
      open_ += c;
      depth_ = std::max(depth_, open_.size());
    } else if ((c == ')' || c == ']' || c == '}') && !close(c, line.substr(at))) {
      const std::string_view next = after_blanks(line.substr(at));
      if (c == '}' && begins_with_word(next, "else")) at = line.size() - next.size() + 4;
      continue;
    }
    text_ += c;
  }
  if (is_python && inside_.empty() && open_.empty() && text_.ends_with(':')) {
    colon_ = text_.size();
    colon_indent_ = indent;
  }
  text_ += '\n';
}

// A block whose lines the hunk does not show.
void Fragment::mend_block(std::string_view next) {
  const std::string_view code = after_blanks(next);
  if (colon_ == 0 || code.empty()) return;
  if (next.size() - code.size() <= colon_indent_) text_.insert(colon_, " pass");
  colon_ = 0;
}

bool Fragment::is_complete(std::string_view next) const {
  if (text_.size() + std::min(next.size(), line_bytes_max) > piece_bytes_max) return true;
  if (text_.size() < piece_bytes || !inside_.empty()) return false;
  if (language_.grammar == GrammarName::python && next.starts_with(' ')) return false;
  return open_.empty() || (text_.size() >= piece_bytes_late && open_.size() == 1);
}

bool Fragment::is_readable() const {
  if (depth_ > depth_max || text_.find('\0') != std::string::npos) return false;
  if (language_.grammar != GrammarName::kotlin) return true;
  // Texts within texts, of which its scanner can remember a thousand; it would abort.
  std::size_t insertions = 0;
  for (std::size_t at = text_.find("${"); at != std::string::npos; at = text_.find("${", at + 2))
    ++insertions;
  return insertions <= 2 * depth_max;
}

std::string Fragment::in_class() const {
  const std::string head = "class " + std::string(class_name) + "{";
  switch (language_.grammar) {
    case GrammarName::javascript:
    case GrammarName::typescript:
    case GrammarName::tsx:
    case GrammarName::java:
    case GrammarName::c_sharp:
    case GrammarName::php:
      return head + text_ + "}\n";
    case GrammarName::cpp:
      return head + text_ + "};\n";
    default:
      return "";
  }
}

std::size_t Fragment::mend(std::span<const std::string_view> lines, std::size_t first) {
  text_.clear();
  open_.clear();
  indent_ = std::string::npos;
  depth_ = colon_ = 0;
  // What the piece before left open is no code.
  const bool begins_inside = !inside_.empty();
  std::size_t at = first;
  // A "case" of the shell closes brackets that nobody opened.
  const bool is_shell = language_.grammar == GrammarName::bash;
  for (; at < lines.size() && (at == first || !is_complete(lines[at])); ++at) {
    if (is_shell) {
      if (lines[at].size() <= line_bytes_max) text_ += lines[at];
      text_ += '\n';
    } else if (begins_inside && !inside_.empty() &&
               lines[at].find(inside_) == std::string_view::npos) {
      text_ += '\n';
    } else {
      append(lines[at]);
    }
  }
  mend_block("end");
  for (; !open_.empty(); open_.pop_back()) text_ += closing_of(open_.back());
  text_ += '\n';
  return at;
}

}  // namespace sextant::scoring
