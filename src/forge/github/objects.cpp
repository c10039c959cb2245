#include "forge/github/objects.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sextant::forge::github {
namespace {

constexpr std::size_t login_bytes_max = 39;
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t language_bytes_max = 100;
constexpr std::size_t title_bytes_max = 4 << 10;   // GitHub takes 256 characters
constexpr std::size_t body_bytes_max = 256 << 10;  // GitHub takes 65,536 characters
constexpr std::size_t url_bytes_max = 1000;
constexpr std::string_view bot_ending = "[bot]";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_repository_name(std::string_view text) {
  return !text.empty() && text.size() <= name_bytes_max && text != "." && text != ".." &&
         std::ranges::all_of(text, [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

// How the act came about, as far as its text matters.
enum class Writing { created, edited, nothing };

Writing writing_of(std::string_view action) {
  if (action == "opened" || action == "created" || action == "submitted") return Writing::created;
  if (action == "edited" || action == "updated") return Writing::edited;
  return Writing::nothing;
}

// Whether the thing is the actor's own: a transferred issue is opened again by who moved it.
// Public events give an account's type only here.
Result<bool> is_by_actor(const Fields& thing, Account& actor) {
  const auto user = TRY(thing.object("user"));
  if (!user) return true;
  const std::int64_t id = TRY(user->id("id"));
  const std::string_view login = TRY(user->text("login"));
  const bool same = id != 0 && actor.id != 0 ? id == actor.id : login == actor.login;
  const std::string_view type = TRY(user->text("type"));
  if (same && type == "Bot") actor.is_bot = true;
  return same;
}

Result<void> read_text(const Fields& payload, const Fields& thing, Writing writing, Event& event) {
  if (writing == Writing::nothing) return {};
  Event::Former former;
  if (writing == Writing::edited) {
    const auto changes = TRY(payload.object("changes"));
    const auto title = changes ? TRY(changes->object("title")) : std::nullopt;
    const auto body = changes ? TRY(changes->object("body")) : std::nullopt;
    if (!title && !body) return {};
    if (title) former.title = TRY(title->clean_text("from", title_bytes_max));
    if (body) former.body = TRY(body->clean_text("from", body_bytes_max));
    if (!title) former.title = TRY(thing.clean_text("title", title_bytes_max));
    if (!body) former.body = TRY(thing.clean_text("body", body_bytes_max));
    event.former = std::move(former);
  }
  event.title = TRY(thing.clean_text("title", title_bytes_max));
  event.body = TRY(thing.clean_text("body", body_bytes_max));
  return {};
}

Result<void> read_time(const Fields& thing, Writing writing, Event& event) {
  for (const std::string_view name : {"submitted_at", "created_at"}) {
    if (writing != Writing::created) break;
    if (const auto at = TRY(thing.time(name))) {
      event.occurred_at = *at;
      return {};
    }
  }
  if (event.occurred_at != Instant{}) return {};
  if (const auto at = TRY(thing.time("updated_at"))) event.occurred_at = *at;
  return {};
}

// The address GitHub gives, where it is one that can be shown.
Result<std::string> read_url(const Fields& thing) {
  const std::string_view url = TRY(thing.text("html_url"));
  const bool is_plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < 127; });
  if (url.size() > url_bytes_max || !is_plain) return std::string();
  return std::string(url.starts_with("https://") || url.starts_with("http://") ? url : "");
}

// Trimmed payloads have no address.
std::string page_of(const Event& event, std::string_view folder) {
  return fmt::format("https://github.com/{}/{}/{}", event.repository.full_name, folder,
                     event.number);
}

std::string_view folder_of(EventKind kind) {
  switch (kind) {
    case EventKind::pull_request:
    case EventKind::pull_request_comment:
      return "pull";
    case EventKind::discussion:
    case EventKind::discussion_comment:
      return "discussions";
    default:
      return "issues";
  }
}

// An issue, a pull request, a discussion, or what was said in one: `thing` is what was made,
// `parent` has the number.
Result<bool> read_writing(const Fields& payload, const Fields& parent, const Fields& thing,
                          Event& event) {
  const std::string_view action = TRY(payload.text("action"));
  Writing writing = writing_of(action);
  const bool own = TRY(is_by_actor(thing, event.actor));
  if (writing == Writing::created && !own) writing = Writing::nothing;
  event.act = TRY(thing.id("id"));
  if (event.act == 0) return thing.wrong("id", "there");
  event.number = TRY(parent.id("number"));
  // Of trimmed pull requests the payload has it.
  if (event.number == 0) event.number = TRY(payload.id("number"));
  TRY(read_text(payload, thing, writing, event));
  TRY(read_time(thing, writing, event));
  event.url = TRY(read_url(thing));
  if (event.url.empty() && event.number != 0) event.url = page_of(event, folder_of(event.kind));
  return true;
}

Result<bool> read_thing(EventKind kind, const Fields& payload, std::string_view name,
                        Event& event) {
  event.kind = kind;
  const Fields thing = TRY(payload.required(name));
  return read_writing(payload, thing, thing, event);
}

Result<bool> read_comment(EventKind kind, const Fields& payload, std::string_view parent_name,
                          std::string_view name, Event& event) {
  event.kind = kind;
  const Fields parent = TRY(payload.required(parent_name));
  const Fields thing = TRY(payload.required(name));
  return read_writing(payload, parent, thing, event);
}

Result<bool> read_issue_comment(const Fields& payload, Event& event) {
  const Fields issue = TRY(payload.required("issue"));
  const EventKind kind =
      issue.has("pull_request") ? EventKind::pull_request_comment : EventKind::issue_comment;
  return read_comment(kind, payload, "issue", "comment", event);
}

Result<bool> read_star(const Fields& payload, Event& event) {
  const std::string_view action = TRY(payload.text("action"));
  event.kind = action == "deleted" ? EventKind::unstar : EventKind::star;
  if (const auto at = TRY(payload.time("starred_at"))) event.occurred_at = *at;
  return action == "created" || action == "deleted" || action == "started";
}

Result<bool> read_fork(const Fields& payload, Event& event) {
  event.kind = EventKind::fork;
  const Fields forkee = TRY(payload.required("forkee"));
  event.act = TRY(forkee.id("id"));
  if (event.act == 0) return forkee.wrong("id", "there");
  event.url = TRY(read_url(forkee));
  if (const auto at = TRY(forkee.time("created_at"))) event.occurred_at = *at;
  return true;
}

// Its commits are the business of who reads the repository.
Result<bool> read_push(const Fields& payload, Event& event) {
  event.kind = EventKind::push;
  event.act = TRY(payload.id("push_id"));
  return true;
}

}  // namespace

bool is_login(std::string_view text) {
  if (text.ends_with(bot_ending)) text.remove_suffix(bot_ending.size());
  return !text.empty() && text.size() <= login_bytes_max && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '_';
  });
}

bool is_full_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != text.npos && is_login(text.substr(0, slash)) &&
         is_repository_name(text.substr(slash + 1));
}

Result<Account> read_account(const Fields& account) {
  Account read;
  read.id = TRY(account.id("id"));
  read.login = TRY(account.text("login"));
  if (!is_login(read.login)) return account.wrong("login", "a login");
  const std::string_view type = TRY(account.text("type"));
  read.is_bot = type == "Bot" || read.login.ends_with(bot_ending);
  read.is_organization = type == "Organization";
  return read;
}

Result<Repository> read_repository(const Fields& repository) {
  Repository read;
  read.id = TRY(repository.id("id"));
  read.full_name = TRY(repository.text("full_name"));
  if (!is_full_name(read.full_name)) return repository.wrong("full_name", "owner/name");
  read.owner.login = read.full_name.substr(0, read.full_name.find('/'));
  // In a push the owner may have a name instead of a login.
  if (const auto owner = TRY(repository.object("owner")); owner && owner->has("login"))
    read.owner = TRY(read_account(*owner));
  read.language = TRY(repository.clean_text("language", language_bytes_max));
  // What does not say that it is public is not; "internal" is not either.
  const std::string_view visibility = TRY(repository.text("visibility"));
  const bool says_public = repository.has("private") && !TRY(repository.flag("private"));
  read.is_private = !says_public || (!visibility.empty() && visibility != "public");
  return read;
}

std::optional<PayloadKind> payload_kind(std::string_view webhook_name) {
  static constexpr std::pair<std::string_view, PayloadKind> kinds[] = {
      {"star", PayloadKind::star},
      {"watch", PayloadKind::watch},
      {"fork", PayloadKind::fork},
      {"issues", PayloadKind::issues},
      {"issue_comment", PayloadKind::issue_comment},
      {"pull_request", PayloadKind::pull_request},
      {"pull_request_review", PayloadKind::pull_request_review},
      {"pull_request_review_comment", PayloadKind::pull_request_review_comment},
      {"discussion", PayloadKind::discussion},
      {"discussion_comment", PayloadKind::discussion_comment},
      {"push", PayloadKind::push},
  };
  for (const auto& [name, kind] : kinds)
    if (name == webhook_name) return kind;
  return std::nullopt;
}

Result<bool> read_act(PayloadKind kind, const Fields& payload, Event& event) {
  switch (kind) {
    case PayloadKind::star:
    case PayloadKind::watch:
      return read_star(payload, event);
    case PayloadKind::fork:
      return read_fork(payload, event);
    case PayloadKind::issues:
      return read_thing(EventKind::issue, payload, "issue", event);
    case PayloadKind::issue_comment:
      return read_issue_comment(payload, event);
    case PayloadKind::pull_request:
      return read_thing(EventKind::pull_request, payload, "pull_request", event);
    case PayloadKind::pull_request_review:
      return read_comment(EventKind::pull_request_comment, payload, "pull_request", "review",
                          event);
    case PayloadKind::pull_request_review_comment:
      return read_comment(EventKind::pull_request_comment, payload, "pull_request", "comment",
                          event);
    case PayloadKind::discussion:
      return read_thing(EventKind::discussion, payload, "discussion", event);
    case PayloadKind::discussion_comment:
      return read_comment(EventKind::discussion_comment, payload, "discussion", "comment", event);
    case PayloadKind::push:
      return read_push(payload, event);
  }
  return false;
}

}  // namespace sextant::forge::github
