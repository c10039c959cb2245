#include "leads/signal_text.hpp"

#include <string_view>

#include <fmt/format.h>

#include "leads/keyword_snippet.hpp"

namespace sextant::leads {
namespace {

std::string_view what_was_done(forge::EventKind kind) {
  switch (kind) {
    case forge::EventKind::star:
    case forge::EventKind::unstar:
      return "starred";
    case forge::EventKind::fork:
      return "forked";
    case forge::EventKind::issue:
      return "wrote issue";
    case forge::EventKind::issue_comment:
      return "commented on issue";
    case forge::EventKind::pull_request:
      return "wrote pull request";
    case forge::EventKind::pull_request_comment:
      return "commented on pull request";
    case forge::EventKind::discussion:
      return "wrote discussion";
    case forge::EventKind::discussion_comment:
      return "commented on discussion";
    case forge::EventKind::push:
      return "pushed to";
  }
  return "";
}

}  // namespace

std::string context_of(const forge::Event& event) {
  const std::string_view done = what_was_done(event.kind);
  if (event.number == 0) return fmt::format("{} {}", done, event.repository.full_name);
  std::string context = fmt::format("{} #{} of {}", done, event.number, event.repository.full_name);
  if (event.title.empty()) return context;
  return context + ": " + make_snippet(event.title, 0, 0);
}

std::string url_of(const forge::Event& event) {
  return event.url.empty() ? "https://github.com/" + event.repository.full_name : event.url;
}

std::string snippet_of(const forge::Event& event, const KeywordMatch& match) {
  return make_snippet(match.is_in_title ? event.title : event.body, match.begin, match.end);
}

}  // namespace sextant::leads
