#include "leads/signal.hpp"

#include <iterator>

namespace sextant::leads {
namespace {

constexpr ActKind stars[] = {ActKind::star};
constexpr ActKind forks[] = {ActKind::fork};
constexpr ActKind issues[] = {ActKind::issue, ActKind::issue_comment};
constexpr ActKind pull_requests[] = {ActKind::pull_request, ActKind::pull_request_comment};
constexpr ActKind discussions[] = {ActKind::discussion, ActKind::discussion_comment};
constexpr ActKind code[] = {ActKind::code};

struct SignalType {
  std::string_view name;
  std::span<const ActKind> kinds;
};
constexpr SignalType types[] = {{"stargazer", stars},
                                {"fork", forks},
                                {"keyword_issue", issues},
                                {"keyword_pr", pull_requests},
                                {"keyword_discussion", discussions},
                                {"keyword_code", code}};

}  // namespace

std::optional<ActKind> act_kind(forge::EventKind kind) {
  switch (kind) {
    case forge::EventKind::star:
      return ActKind::star;
    case forge::EventKind::fork:
      return ActKind::fork;
    case forge::EventKind::issue:
      return ActKind::issue;
    case forge::EventKind::issue_comment:
      return ActKind::issue_comment;
    case forge::EventKind::pull_request:
      return ActKind::pull_request;
    case forge::EventKind::pull_request_comment:
      return ActKind::pull_request_comment;
    case forge::EventKind::discussion:
      return ActKind::discussion;
    case forge::EventKind::discussion_comment:
      return ActKind::discussion_comment;
    case forge::EventKind::unstar:
    case forge::EventKind::push:
      break;
  }
  return std::nullopt;
}

std::string_view signal_type(ActKind kind) {
  for (const SignalType& type : types)
    for (const ActKind one : type.kinds)
      if (one == kind) return type.name;
  return "";
}

std::span<const ActKind> kinds_of(std::string_view signal_type) {
  for (const SignalType& type : types)
    if (type.name == signal_type) return type.kinds;
  return {};
}

std::string_view to_text(CapturePath path) {
  constexpr std::string_view names[] = {"webhook", "archive", "events_feed", "search"};
  return names[static_cast<std::size_t>(path)];
}

}  // namespace sextant::leads
