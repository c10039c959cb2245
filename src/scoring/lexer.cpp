#include "scoring/lexer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scoring/hunk_top.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t bytes_lexed = 1024;

enum class Kind : std::uint8_t { sign, blank, letter, digit };

constexpr std::array<Kind, 256> kinds = [] {
  std::array<Kind, 256> table{};
  for (int c = 0; c < 256; ++c) {
    if (c == ' ' || (c >= 9 && c <= 13)) table[c] = Kind::blank;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 128)
      table[c] = Kind::letter;
    if (c >= '0' && c <= '9') table[c] = Kind::digit;
  }
  return table;
}();

Kind kind_of(char c) {
  return kinds[static_cast<unsigned char>(c)];
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

constexpr std::array<bool, 256> operators = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("+-*/%=<>!&|^~?:"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();
bool is_operator(char c) {
  return operators[static_cast<unsigned char>(c)];
}

bool may_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return hash ^ (hash >> 32);
}

// A word's own place among sixty-four; two that share one are taken for the same.
WordSet place_of(std::uint64_t word) {
  return WordSet{1} << (mix(word) >> 58);
}

// A backslash at a line's end is wrapping, no more.
std::string_view without_continuation(std::string_view line) {
  const std::string_view text = trim(line);
  return text.ends_with('\\') ? text.substr(0, text.size() - 1) : line;
}

}  // namespace

struct Lexer::Reading {
  std::string_view line;
  std::vector<std::uint64_t>& stream;
  LineFacts facts = {};
  std::size_t at = 0;
  int words = 0;
  int word_bytes = 0;
  bool has_comment = false;
  bool has_assignment = false;  // before the first call
  bool calls_by_dot = false;    // the first call is a method's
  bool starts_with_steering = false;
  bool saw_visible = false;
  bool name_is_next = false;  // behind the word that declares
  bool type_is_next = false;  // right behind a type's word
  bool name_is_capital = false;
  bool name_is_hidden = false;  // begins with an underscore
  std::uint64_t word_before = 0;
  char last_sign = 0;
  WordClasses last_word = 0;
  bool last_was_word = false;

  bool done() const { return at >= line.size(); }
  std::string_view rest() const { return line.substr(at); }
  void push(std::uint64_t token) {
    token = mix(token);
    stream.push_back(token);
    facts.hash = mix(facts.hash * 31 + token);
    ++facts.length;
  }
};

void Lexer::begin(std::span<const std::string_view> lines) {
  const HunkTop top = read_top(language_, lines);
  comment_end_ = top.comment_end;
  text_end_ = top.text_end;
  opened_above_ = true;
  awaits_value_ = false;
}

bool Lexer::is_in_doubt(std::span<const std::string_view> lines) const {
  return comment_end_.empty() && text_end_.empty() && may_be_comment(language_, lines);
}

Lexer::Inside Lexer::begin_behind(std::string_view text, int number) {
  const std::size_t names = names_.size();
  std::vector<std::uint64_t> unused;
  comment_end_ = text_end_ = {};
  awaits_value_ = false;
  for (int line = 1; line < number && !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read(text.substr(0, end), unused);
    unused.clear();
    names_.resize(names);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  opened_above_ = true;
  if (!text_end_.empty()) return Inside::text;
  return comment_end_.empty() ? Inside::code : Inside::comment;
}

// Inside a comment: goes behind its end, or to the end of the line.
bool Lexer::skip_comment(Reading& reading) {
  if (comment_end_.empty()) return false;
  reading.has_comment = true;
  reading.facts.opens_above = opened_above_;
  const std::size_t end = reading.line.find(comment_end_, reading.at);
  if (end == std::string_view::npos) {
    reading.at = reading.line.size();
  } else {
    reading.at = end + comment_end_.size();
    comment_end_ = {};
    opened_above_ = false;
  }
  return true;
}

bool Lexer::opens_comment(Reading& reading) {
  const std::string_view rest = reading.rest();
  if (!language_.block_open.empty() && rest.starts_with(language_.block_open)) {
    comment_end_ = language_.block_close;
    opened_above_ = false;
    reading.at += language_.block_open.size();
    return reading.has_comment = true;
  }
  for (const std::string_view mark : language_.line_comments) {
    if (mark.empty() || !rest.starts_with(mark)) continue;
    // "$#" and "color:#fff" are no comments: a mark of one sign stands behind a blank.
    if (mark.size() == 1 && reading.at > 0 && kind_of(reading.line[reading.at - 1]) != Kind::blank)
      continue;
    reading.at = reading.line.size();
    return reading.has_comment = true;
  }
  // The inner lines of a block comment, as everybody writes them.
  if (language_.block_close == "*/" && reading.facts.length == 0 && rest.starts_with('*') &&
      (rest.size() == 1 || rest[1] == ' ' || rest[1] == '\t')) {
    reading.at = reading.line.size();
    reading.facts.opens_above = true;
    return reading.has_comment = true;
  }
  return false;
}

// Three quotes that begin a statement, or stand behind its attribute ("@doc"), open a docstring,
// which is a comment. All others open a text.
bool Lexer::opens_quotes(Reading& reading) {
  const std::string_view quotes = triple_quote_at(reading.rest());
  if (quotes.empty()) return false;
  const bool is_attribute = reading.facts.length == 2 && trim(reading.line).starts_with('@');
  if ((reading.facts.length == 0 && !awaits_value_) || is_attribute) {
    comment_end_ = quotes;
    opened_above_ = false;
    reading.has_comment = true;
  } else {
    text_end_ = quotes;
  }
  reading.at = reading.line.find(quotes, reading.at) + quotes.size();
  if (!text_end_.empty()) read_text(reading);
  return true;
}

// Inside a text over several lines: what a line has of it is one token.
bool Lexer::read_text(Reading& reading) {
  if (text_end_.empty()) return false;
  std::uint64_t hash = Vocabulary::seed + 5;
  bool has_end = false;
  for (; !reading.done() && !has_end; ++reading.at) {
    const char c = reading.line[reading.at];
    has_end = reading.rest().starts_with(text_end_);
    if (kind_of(c) != Kind::blank && !has_end)
      hash = Vocabulary::extend(hash, static_cast<unsigned char>(c));
    if (c == '\\' && reading.at + 1 < reading.line.size()) ++reading.at;
  }
  if (has_end) {
    reading.at += text_end_.size() - 1;
    text_end_ = {};
  }
  awaits_value_ = reading.last_was_word = reading.type_is_next = false;
  if (trim(reading.line).empty()) return true;
  ++reading.facts.tokens;
  reading.push(hash);
  return true;
}

void Lexer::read_word(Reading& reading) {
  awaits_value_ = false;
  const std::string_view line = reading.line;
  const std::size_t start = reading.at;
  std::uint64_t whole = Vocabulary::seed;
  std::uint64_t part = Vocabulary::seed;
  WordClasses parts = 0;
  char before = 0;
  LineFacts& facts = reading.facts;
  const auto end_part = [&] {
    const WordClasses said = parts_.find(part);
    parts |= said;
    if (said & word_class::security) facts.security |= place_of(part);
    if (said & word_class::performance) facts.performance |= place_of(part);
  };
  for (; !reading.done() && kind_of(line[reading.at]) >= Kind::letter; ++reading.at) {
    const char c = line[reading.at];
    whole = Vocabulary::extend(whole, static_cast<unsigned char>(c));
    if (c == '_' || (is_upper(c) && is_lower(before))) {
      end_part();
      part = Vocabulary::seed;
    }
    if (c != '_')
      part = Vocabulary::extend(part, static_cast<unsigned char>(is_upper(c) ? c + 32 : c));
    before = c;
  }
  end_part();
  WordClasses classes = vocabulary_.find(whole);
  // A member may be called like a keyword: "map.get", "message.type".
  if (start > 0 && line[start - 1] == '.') classes &= word_class::concurrency | word_class::errors;
  const bool is_first = reading.words == 0;
  ++reading.words;
  ++facts.tokens;
  reading.word_bytes += static_cast<int>(reading.at - start);

  if (is_first) reading.starts_with_steering = classes & (word_class::control | word_class::errors);
  if (reading.type_is_next && !(classes & word_class::type)) facts.declares_type = true;
  reading.type_is_next = false;
  if (reading.name_is_next && classes == 0) {
    reading.name_is_next = false;
    reading.name_is_capital = is_upper(line[start]);
    reading.name_is_hidden = line[start] == '_';
    facts.declared = whole;
  }
  if (classes == 0) names_.push_back(whole);
  reading.word_before = whole;
  if (classes & word_class::branch) ++facts.branches;
  if (classes & word_class::control) ++facts.control;
  if (is_first && (classes & word_class::import)) facts.is_import = true;
  if (classes & word_class::visible) reading.saw_visible = true;
  if (classes & word_class::function) facts.declares_function = reading.name_is_next = true;
  // A type's word declares near the beginning of a line ("public final class") and before a name;
  // "type: 1" does not.
  if ((classes & word_class::type) && facts.length < 4)
    reading.type_is_next = reading.name_is_next = true;
  if ((classes | parts) & word_class::concurrency) ++facts.concurrency;
  if ((classes | parts) & word_class::errors) ++facts.errors;
  if (parts & word_class::assertion) ++facts.assertions;
  reading.last_word = classes;
  reading.last_was_word = true;
  reading.push(whole);
}

void Lexer::read_number(Reading& reading) {
  std::uint64_t hash = Vocabulary::seed + 1;
  for (; !reading.done(); ++reading.at) {
    const char c = reading.line[reading.at];
    if (kind_of(c) < Kind::letter && c != '.') break;
    hash = Vocabulary::extend(hash, static_cast<unsigned char>(c));
  }
  ++reading.facts.tokens;
  awaits_value_ = reading.last_was_word = reading.type_is_next = false;
  reading.push(hash);
}

// A string counts as one token whatever it says. One that is not closed ends with its line.
void Lexer::read_string(Reading& reading) {
  const char quote = reading.line[reading.at++];
  std::uint64_t hash = Vocabulary::seed + 2;
  for (; !reading.done(); ++reading.at) {
    const char c = reading.line[reading.at];
    if (c == quote) break;
    if (c == '\\' && reading.at + 1 < reading.line.size()) ++reading.at;
    hash = Vocabulary::extend(hash, static_cast<unsigned char>(reading.line[reading.at]));
  }
  if (!reading.done()) ++reading.at;
  ++reading.facts.tokens;
  awaits_value_ = reading.last_was_word = reading.type_is_next = false;
  reading.push(hash);
}

void Lexer::read_sign(Reading& reading) {
  const char c = reading.line[reading.at++];
  awaits_value_ = std::string_view("=([,%+").contains(c);
  reading.type_is_next = false;
  if (c == ',' || c == ';') {
    reading.last_sign = c;
    reading.last_was_word = false;
    return;
  }
  if (is_operator(c) && !is_operator(reading.last_was_word ? 0 : reading.last_sign))
    ++reading.facts.tokens;
  if (c == '(' && reading.last_was_word && !(reading.last_word & word_class::control)) {
    if (reading.facts.calls == 0) {
      reading.calls_by_dot = reading.last_sign == '.' || reading.last_sign == '>';
      if (language_.declarations == Declarations::c_like && !reading.facts.declares_type)
        reading.facts.declared = reading.word_before;
    }
    ++reading.facts.calls;
  }
  if (c == '=' && reading.facts.calls == 0) reading.has_assignment = true;
  reading.last_sign = c;
  reading.last_was_word = false;
  reading.push(Vocabulary::extend(Vocabulary::seed + 3, static_cast<unsigned char>(c)));
}

void Lexer::judge_declaration(Reading& reading) const {
  LineFacts& facts = reading.facts;
  facts.may_declare = facts.declares_function || facts.declares_type || facts.is_import;
  // "struct point p;" and "struct point *find(" use a type.
  if (language_.declarations == Declarations::c_like &&
      (facts.calls > 0 || reading.last_sign == ';' || reading.last_sign == ','))
    facts.declares_type = false;
  if (language_.declarations == Declarations::c_like && facts.calls > 0 && reading.words >= 2 &&
      !reading.has_assignment && !reading.calls_by_dot && !reading.starts_with_steering &&
      !facts.declares_type && (reading.last_sign == '{' || reading.last_sign == ')'))
    facts.declares_function = true;
  if (language_.declarations == Declarations::c_like && facts.calls > 0 && reading.words >= 2 &&
      !reading.has_assignment && !reading.calls_by_dot && !reading.starts_with_steering &&
      reading.last_sign != ';')
    facts.may_declare = true;
  if (facts.is_import) facts.declares_type = facts.declares_function = false;
  if (!facts.declares_function && !facts.declares_type) return;
  switch (language_.visibility) {
    case Visibility::by_word:
      facts.is_visible = reading.saw_visible;
      break;
    case Visibility::capital:
      facts.is_visible = reading.name_is_capital;
      break;
    case Visibility::no_underscore:
      facts.is_visible = !reading.name_is_hidden;
      break;
  }
}

LineFacts Lexer::read(std::string_view line, std::vector<std::uint64_t>& stream) {
  Reading reading{.line = without_continuation(line).substr(0, bytes_lexed), .stream = stream};
  while (!reading.done()) {
    if (skip_comment(reading) || read_text(reading)) continue;
    if (language_.triple_quotes && opens_quotes(reading)) continue;
    const char c = reading.line[reading.at];
    const Kind kind = kind_of(c);
    if (kind == Kind::blank) {
      ++reading.at;
    } else if (kind == Kind::letter) {
      read_word(reading);
    } else if (kind == Kind::digit) {
      read_number(reading);
    } else if (!opens_comment(reading)) {
      may_quote(c) && language_.quotes.contains(c) ? read_string(reading) : read_sign(reading);
    }
  }
  if (line.size() > bytes_lexed) {
    for (std::string_view* end : {&comment_end_, &text_end_})
      if (!end->empty() && line.substr(bytes_lexed).contains(*end)) *end = {};
    std::uint64_t rest = Vocabulary::seed + 4;
    for (const char c : line.substr(bytes_lexed))
      if (kind_of(c) != Kind::blank) rest = Vocabulary::extend(rest, static_cast<unsigned char>(c));
    reading.push(rest);
  }
  LineFacts& facts = reading.facts;
  judge_declaration(reading);
  facts.is_comment = reading.has_comment && facts.length == 0;
  // Separators alone are no more than a blank line: a formatter adds and takes them.
  facts.is_blank = facts.length == 0 && !facts.is_comment;
  facts.complexity = facts.branches;
  facts.is_telling = facts.length >= 3 && reading.word_bytes >= 5;
  return facts;
}

}  // namespace sextant::scoring
