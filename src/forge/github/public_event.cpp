#include "forge/github/public_event.hpp"

#include <utility>

#include "forge/github/objects.hpp"

namespace sextant::forge::github {
namespace {

// Longer ones are rare, and what is reserved for them is given back.
constexpr std::size_t kept_capacity = 1 << 20;

// Types by the name of the same payload in a webhook.
std::optional<PayloadKind> kind_of(std::string_view type) {
  static constexpr std::pair<std::string_view, PayloadKind> kinds[] = {
      {"WatchEvent", PayloadKind::watch},
      {"ForkEvent", PayloadKind::fork},
      {"IssuesEvent", PayloadKind::issues},
      {"IssueCommentEvent", PayloadKind::issue_comment},
      {"PullRequestEvent", PayloadKind::pull_request},
      {"PullRequestReviewEvent", PayloadKind::pull_request_review},
      {"PullRequestReviewCommentEvent", PayloadKind::pull_request_review_comment},
      {"DiscussionEvent", PayloadKind::discussion},
      {"DiscussionCommentEvent", PayloadKind::discussion_comment},
      {"PushEvent", PayloadKind::push},
  };
  for (const auto& [name, kind] : kinds)
    if (name == type) return kind;
  return std::nullopt;
}

// The repository as a public event names it, false where it is gone.
Result<bool> read_named(const Fields& event, Repository& repository) {
  const Fields named = TRY(event.required("repo"));
  repository.id = TRY(named.id("id"));
  repository.full_name = TRY(named.text("name"));
  if (repository.full_name.empty() || repository.full_name == "/") return false;
  if (!is_full_name(repository.full_name)) return named.wrong("name", "owner/name");
  repository.owner.login = repository.full_name.substr(0, repository.full_name.find('/'));
  repository.is_private = event.has("public") && !TRY(event.flag("public"));
  return true;
}

Result<bool> read_actor(const Fields& event, Account& account) {
  const Fields actor = TRY(event.required("actor"));
  const std::string_view login = TRY(actor.text("login"));
  if (login.empty()) return false;
  account = TRY(read_account(actor));
  return true;
}

// A pull request that was not trimmed spells its repository out: language, owner.
void read_details(const Fields& payload, Repository& repository) {
  const auto pull_request = payload.object("pull_request");
  if (!pull_request || !*pull_request) return;
  const auto base = (*pull_request)->object("base");
  if (!base || !*base) return;
  const auto details = (*base)->object("repo");
  if (!details || !*details) return;
  auto read = read_repository(**details);
  if (!read || read->id != repository.id) return;
  repository.language = std::move(read->language);
  repository.owner = std::move(read->owner);
}

Result<std::optional<Event>> read_event(const Fields& fields) {
  const std::string_view type = TRY(fields.text("type"));
  const auto kind = kind_of(type);
  if (!kind) return std::nullopt;
  Event event;
  const bool has_repository = TRY(read_named(fields, event.repository));
  if (!has_repository || !TRY(read_actor(fields, event.actor))) return std::nullopt;
  const auto at = TRY(fields.time("created_at"));
  if (!at) return fields.wrong("created_at", "there");
  event.occurred_at = *at;
  const Fields payload = TRY(fields.required("payload"));
  if (!TRY(read_act(*kind, payload, event))) return std::nullopt;
  read_details(payload, event.repository);
  return event;
}

}  // namespace

std::optional<simdjson::dom::object> PublicEventReader::parse(std::string_view json) {
  if (parser_.capacity() > kept_capacity) parser_ = simdjson::dom::parser();
  simdjson::dom::object object;
  const auto error = parser_.parse(json.data(), json.size(), false).get(object);
  if (error != simdjson::SUCCESS) return std::nullopt;
  return object;
}

Result<std::optional<Event>> PublicEventReader::read(std::string_view json) {
  const auto object = parse(json);
  if (!object) return fail(ErrorKind::invalid, "it is no JSON object");
  return read_event(Fields(*object));
}

bool PublicEventReader::is_of_old_shape(std::string_view json) {
  const auto object = parse(json);
  if (!object) return false;
  simdjson::dom::element actor;
  const bool has_text =
      object->at_key("actor").get(actor) == simdjson::SUCCESS && actor.is_string();
  const Fields fields(*object);
  return has_text || (fields.has("repository") && !fields.has("repo"));
}

std::size_t find_public_event(std::string_view text, std::size_t from) {
  // Quotes inside a text are escaped, and ids of things are numbers: this begins events only.
  constexpr std::string_view beginning = R"({"id":")";
  for (auto at = text.find(beginning, from); at != text.npos; at = text.find(beginning, at + 1)) {
    const auto digits = at + beginning.size();
    const auto end = text.find_first_not_of("0123456789", digits);
    if (end != text.npos && end > digits && text.substr(end).starts_with(R"(","type":")"))
      return at;
  }
  return text.npos;
}

}  // namespace sextant::forge::github
