#include "forge/local/merge_styles.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace sextant::forge::local {
namespace {

constexpr std::size_t title_characters = 1000;
constexpr std::size_t description_bytes = 64 << 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// A pull request's number off the front; none for zero and for what no forge would count to.
std::optional<std::int64_t> take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  const auto number = parse_integer(text.substr(0, digits));
  if (digits == 0 || digits > 15 || !number || *number == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return trim(line);
}

std::string shown_title(std::string_view text) {
  // No character takes more than four bytes, so the rest of a huge line need not be looked at.
  const std::string valid = valid_utf8(text.substr(0, 4 * title_characters + 4));
  std::string_view left = valid;
  std::string title;
  for (std::size_t count = 0; count < title_characters && !left.empty(); ++count)
    utf8::append_one(title, left);
  return title;
}

std::string shown_description(std::string_view text) {
  std::string description = valid_utf8(trim(text).substr(0, description_bytes));
  if (description.size() <= description_bytes) return description;
  std::size_t end = description_bytes;
  while (end > 0 && (static_cast<unsigned char>(description[end]) & 0xC0) == 0x80) --end;
  description.resize(end);
  return description;
}

// "(#12)" at the end, also CPython's "(GH-12)" and GitLab's "(!12)"; taken off.
std::optional<std::int64_t> take_trailing_number(std::string_view& title) {
  std::string_view text = trim(title);
  if (!text.ends_with(')')) return std::nullopt;
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view inside = text.substr(open + 1);
  if (!take_prefix(inside, "#") && !take_prefix(inside, "GH-") && !take_prefix(inside, "!"))
    return std::nullopt;
  const auto number = take_number(inside);
  if (!number || inside != ")") return std::nullopt;
  title = trim(text.substr(0, open));
  return number;
}

struct Parts {
  std::optional<std::int64_t> number;
  std::string_view title;  // empty: the body's first line is
  std::string_view body;
};

// GitHub, Bitbucket Server, and Gitea, which gives the title in quotes.
std::optional<Parts> read_pull_request_merge(std::string_view subject, std::string_view body) {
  if (!take_prefix(subject, "Merge pull request ")) return std::nullopt;
  if (take_prefix(subject, "#")) return Parts{take_number(subject), {}, body};
  const std::size_t quote = subject.rfind("' (#");
  if (!subject.starts_with('\'') || quote == std::string_view::npos || quote == 0)
    return std::nullopt;
  std::string_view after = subject.substr(quote + 4);
  return Parts{take_number(after), subject.substr(1, quote - 1), body};
}

// Bitbucket: "Merged in BRANCH (pull request #12)".
std::optional<Parts> read_merged_in(std::string_view subject, std::string_view body) {
  constexpr std::string_view mark = "(pull request #";
  const std::size_t at = subject.rfind(mark);
  if (!subject.starts_with("Merged in ") || at == std::string_view::npos) return std::nullopt;
  subject.remove_prefix(at + mark.size());
  return Parts{take_number(subject), {}, body};
}

// Homu: "Auto merge of #12 - owner:branch, r=reviewer".
std::optional<Parts> read_auto_merge(std::string_view subject, std::string_view body) {
  if (!take_prefix(subject, "Auto merge of #")) return std::nullopt;
  return Parts{take_number(subject), {}, body};
}

// Azure: "Merged PR 12: title".
std::optional<Parts> read_merged_pr(std::string_view subject, std::string_view body) {
  if (!take_prefix(subject, "Merged PR ")) return std::nullopt;
  const auto number = take_number(subject);
  if (!number || !take_prefix(subject, ":")) return std::nullopt;
  return Parts{number, trim(subject), body};
}

// Bors: "Merge #12 #13", whose body has a line "12: title r=reviewer a=author" for each. Merge
// scripts: "Merge owner/name#12: title", "Merge PR #12: title".
std::optional<Parts> read_short_merge(std::string_view subject, std::string_view body) {
  if (!take_prefix(subject, "Merge ")) return std::nullopt;
  take_prefix(subject, "PR ");
  const std::size_t mark = subject.find('#');
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view repository = subject.substr(0, mark);
  if (repository.contains(' ') || (!repository.empty() && !repository.contains('/')))
    return std::nullopt;
  subject.remove_prefix(mark + 1);
  const auto number = take_number(subject);
  if (!number) return std::nullopt;
  if (take_prefix(subject, ":")) return Parts{number, trim(subject), body};
  if (!subject.empty() && !subject.starts_with(" #") && !subject.starts_with(", #"))
    return std::nullopt;

  std::string_view rest = trim(body);
  std::string_view title = take_line(rest);
  if (take_number(title) != number || !take_prefix(title, ": ")) return Parts{number, {}, body};
  if (const std::size_t reviewer = title.rfind(" r="); reviewer != std::string_view::npos)
    title = title.substr(0, reviewer);
  return Parts{number, title, rest};
}

// GitLab: a last line "See merge request group/name!12", or the address of one.
std::optional<Parts> read_merge_request(std::string_view subject, std::string_view body) {
  constexpr std::string_view mark = "See merge request";
  const std::size_t at = body.rfind(mark);
  if (at == std::string_view::npos || (at > 0 && body[at - 1] != '\n')) return std::nullopt;
  std::string_view rest = body.substr(at + mark.size());
  std::string_view reference = take_line(rest);
  constexpr std::string_view page = "/merge_requests/";
  if (const std::size_t bang = reference.rfind('!'); bang != std::string_view::npos)
    reference.remove_prefix(bang + 1);
  else if (const std::size_t found = reference.rfind(page); found != std::string_view::npos)
    reference.remove_prefix(found + page.size());
  else
    return std::nullopt;
  const bool is_merge = subject.starts_with("Merge branch ");
  return Parts{take_number(reference), is_merge ? std::string_view() : subject, body.substr(0, at)};
}

// A squash merge: "title (#12)", the last number where there are several.
std::optional<Parts> read_squash(std::string_view subject, std::string_view body) {
  const auto number = take_trailing_number(subject);
  return number ? std::optional(Parts{number, subject, body}) : std::nullopt;
}

Parts read_parts(std::string_view subject, std::string_view body) {
  constexpr std::array styles = {
      read_pull_request_merge, read_merged_in,     read_auto_merge, read_merged_pr,
      read_short_merge,        read_merge_request, read_squash};
  for (const auto read : styles) {
    auto parts = read(subject, body);
    if (!parts || !parts->number) continue;
    std::string_view rest = trim(parts->body);
    if (parts->title.empty()) {
      parts->title = take_line(rest);
      parts->body = rest;
    }
    if (parts->title.empty()) parts->title = subject;
    return *parts;
  }
  return {std::nullopt, subject, body};
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

// The hash in "This reverts commit HASH". A squash merge may list a revert among its commits, which
// does not make it one: the title says so, or the text begins with it.
std::string_view find_reverted_commit(std::string_view title, std::string_view body) {
  constexpr std::string_view mark = "This reverts commit ";
  const std::size_t at = body.find(mark);
  const bool is_titled = fold(title.substr(0, 6)) == "revert";
  if (at == std::string_view::npos || (at > 0 && !is_titled)) return {};
  const std::string_view rest = body.substr(at + mark.size());
  const auto end = std::ranges::find_if_not(rest, is_hex);
  const std::string_view hash = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  return hash.size() >= 7 && hash.size() <= 64 ? hash : std::string_view();
}

// The number in GitHub's "Reverts owner/name#12".
std::optional<std::int64_t> find_reverted_number(std::string_view body) {
  while (!body.empty()) {
    std::string_view line = take_line(body);
    if (!take_prefix(line, "Reverts ")) continue;
    const std::size_t mark = line.find_first_of("#!");
    if (mark == std::string_view::npos || line.substr(0, mark).contains(' ')) continue;
    line.remove_prefix(mark + 1);
    if (const auto number = take_number(line)) return number;
  }
  return std::nullopt;
}

std::string find_reverted(std::string_view title, std::string_view body) {
  std::string_view quoted = trim(title);
  if (take_prefix(quoted, "Revert \"")) {
    quoted = quoted.substr(0, quoted.rfind('"'));
    if (const auto number = take_trailing_number(quoted)) return std::to_string(*number);
  }
  if (const auto number = find_reverted_number(body)) return std::to_string(*number);
  return std::string(find_reverted_commit(title, trim(body)));
}

ParsedMessage shown(const Parts& parts) {
  return {.number = parts.number,
          .title = shown_title(parts.title),
          .description = shown_description(parts.body),
          .reverts = find_reverted(parts.title, parts.body)};
}

}  // namespace

ParsedMessage parse_message(std::string_view message) {
  std::string_view body = trim(message);
  const std::string_view subject = take_line(body);
  return shown(read_parts(subject, body));
}

ParsedMessage parse_direct_message(std::string_view message) {
  std::string_view body = trim(message);
  const std::string_view subject = take_line(body);
  return shown({std::nullopt, subject, body});
}

}  // namespace sextant::forge::local
