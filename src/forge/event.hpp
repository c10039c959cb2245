// What somebody did at a forge, in one vocabulary for every way it reaches us: webhooks, feeds,
// archives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace sextant::forge {

enum class EventKind {
  star,
  unstar,
  fork,
  issue,
  issue_comment,
  pull_request,
  pull_request_comment,  // also a review, and a comment on a line
  discussion,
  discussion_comment,
  push,
};
std::string_view to_text(EventKind kind);  // "issue_comment"

struct Account {
  std::int64_t id = 0;  // the forge's number: stays when the login changes; 0 where unknown
  std::string login;
  bool is_bot = false;           // type Bot, or a "[bot]" login
  bool is_organization = false;  // an owner may be one
};

struct Repository {
  std::int64_t id = 0;    // 0 where unknown
  std::string full_name;  // "owner/name", as the forge spells it
  Account owner;
  std::string language;  // the main one, as the forge says; empty where it does not
  bool is_private = false;
};

struct Event {
  EventKind kind = EventKind::star;
  Repository repository;
  Account actor;  // who did it: of an edit the editor
  // The forge's number of what was made: issue, pull request, discussion, comment; of a fork the
  // new repository; 0 of a star, which is one for a person and a repository.
  std::int64_t act = 0;
  std::int64_t number = 0;  // of the issue, pull request or discussion it stands in
  // What is written now, decoded. Empty where the act wrote nothing: closing, labelling. A comment
  // has no title.
  std::string title;
  std::string body;
  // Of an edit: what was written before, which may be somebody else's.
  struct Former {
    std::string title;
    std::string body;
  };
  std::optional<Former> former;
  std::string url;  // the page of the act; of a star empty
  Instant occurred_at;
};

}  // namespace sextant::forge
