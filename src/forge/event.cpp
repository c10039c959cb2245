#include "forge/event.hpp"

namespace sextant::forge {

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::star:
      return "star";
    case EventKind::unstar:
      return "unstar";
    case EventKind::fork:
      return "fork";
    case EventKind::issue:
      return "issue";
    case EventKind::issue_comment:
      return "issue_comment";
    case EventKind::pull_request:
      return "pull_request";
    case EventKind::pull_request_comment:
      return "pull_request_comment";
    case EventKind::discussion:
      return "discussion";
    case EventKind::discussion_comment:
      return "discussion_comment";
    case EventKind::push:
      return "push";
  }
  return "";
}

}  // namespace sextant::forge
