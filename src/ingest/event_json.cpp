#include "ingest/event_json.hpp"

#include <simdjson.h>

#include "base/json.hpp"

namespace sextant::ingest {
namespace {

using simdjson::dom::object;

void append_account(json::Writer& json, const forge::Account& account) {
  json.begin_object();
  json.key("id").integer(account.id);
  json.key("login").string(account.login);
  json.key("is_bot").boolean(account.is_bot);
  json.key("is_organization").boolean(account.is_organization);
  json.end_object();
}

// Each answers whether the key is there with a value of its type.
bool read(const object& from, std::string_view key, std::int64_t& value) {
  return from.at_key(key).get(value) == simdjson::SUCCESS;
}
bool read(const object& from, std::string_view key, bool& value) {
  return from.at_key(key).get(value) == simdjson::SUCCESS;
}
bool read(const object& from, std::string_view key, std::string& value) {
  std::string_view text;
  if (from.at_key(key).get(text) != simdjson::SUCCESS) return false;
  value = text;
  return true;
}
bool read(const object& from, std::string_view key, forge::Account& account) {
  object inner;
  return from.at_key(key).get(inner) == simdjson::SUCCESS && read(inner, "id", account.id) &&
         read(inner, "login", account.login) && read(inner, "is_bot", account.is_bot) &&
         read(inner, "is_organization", account.is_organization);
}
bool read(const object& from, std::string_view key, forge::Repository& repository) {
  object inner;
  return from.at_key(key).get(inner) == simdjson::SUCCESS && read(inner, "id", repository.id) &&
         read(inner, "full_name", repository.full_name) && read(inner, "owner", repository.owner) &&
         read(inner, "language", repository.language) &&
         read(inner, "is_private", repository.is_private);
}

constexpr forge::EventKind all_kinds[] = {forge::EventKind::star,
                                          forge::EventKind::unstar,
                                          forge::EventKind::fork,
                                          forge::EventKind::issue,
                                          forge::EventKind::issue_comment,
                                          forge::EventKind::pull_request,
                                          forge::EventKind::pull_request_comment,
                                          forge::EventKind::discussion,
                                          forge::EventKind::discussion_comment,
                                          forge::EventKind::push};

bool read(const object& from, std::string_view key, forge::EventKind& kind) {
  std::string text;
  if (!read(from, key, text)) return false;
  for (const auto known : all_kinds)
    if (forge::to_text(known) == text) {
      kind = known;
      return true;
    }
  return false;
}

}  // namespace

std::string to_json(const forge::Event& event) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("kind").string(forge::to_text(event.kind));
  json.key("repository").begin_object();
  json.key("id").integer(event.repository.id);
  json.key("full_name").string(event.repository.full_name);
  json.key("owner");
  append_account(json, event.repository.owner);
  json.key("language").string(event.repository.language);
  json.key("is_private").boolean(event.repository.is_private);
  json.end_object();
  json.key("actor");
  append_account(json, event.actor);
  json.key("act").integer(event.act);
  json.key("number").integer(event.number);
  json.key("title").string(event.title);
  json.key("body").string(event.body);
  json.key("url").string(event.url);
  json.key("occurred_at").integer(unix_ms(event.occurred_at));
  json.end_object();
  return out;
}

Result<forge::Event> read_event(std::string_view json) {
  simdjson::dom::parser parser;
  object from;
  forge::Event event;
  std::int64_t occurred_at = 0;
  if (parser.parse(json.data(), json.size()).get(from) != simdjson::SUCCESS ||
      !read(from, "kind", event.kind) || !read(from, "repository", event.repository) ||
      !read(from, "actor", event.actor) || !read(from, "act", event.act) ||
      !read(from, "number", event.number) || !read(from, "title", event.title) ||
      !read(from, "body", event.body) || !read(from, "url", event.url) ||
      !read(from, "occurred_at", occurred_at))
    return fail(ErrorKind::internal, "a stored event cannot be read");
  event.occurred_at = from_unix_ms(occurred_at);
  return event;
}

}  // namespace sextant::ingest
