// /v1/tracked-keywords
#include "leads/api_call.hpp"
#include "leads/erasure.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/keyword_matcher.hpp"
#include "leads/people.hpp"
#include "leads/public_id.hpp"
#include "leads/signal_text.hpp"
#include "leads/suppressions.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {
namespace {

constexpr int preview_events_max = 20'000;  // looked at
constexpr std::size_t preview_matches_max = 20;

struct TargetName {
  std::string_view name;
  bool ScanTargets::* flag;
};
constexpr TargetName target_names[] = {{"issues", &ScanTargets::issues},
                                       {"prs", &ScanTargets::prs},
                                       {"discussions", &ScanTargets::discussions},
                                       {"code", &ScanTargets::code}};

void append(std::string& out, const TrackedKeyword& keyword) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(keyword_prefix, keyword.id));
  json.key("keyword").string(keyword.keyword);
  json.key("scan_targets").begin_array();
  for (const TargetName& target : target_names)
    if (keyword.targets.*target.flag) json.string(target.name);
  json.end_array();
  json.key("created_at").time(keyword.created_at);
  json.key("paused").boolean(keyword.is_paused);
  json.end_object();
}

std::string to_json(const TrackedKeyword& keyword) {
  std::string out;
  append(out, keyword);
  return out;
}

Result<ScanTargets> read_targets(const JsonBody& body) {
  const auto names = TRY(body.texts_if_there("scan_targets"));
  if (!names) return ScanTargets{};
  ScanTargets targets{.issues = false, .prs = false, .discussions = false, .code = false};
  bool are_all_known = !names->empty();
  for (const std::string& name : *names) {
    bool is_known = false;
    for (const TargetName& target : target_names)
      if (target.name == name) is_known = targets.*target.flag = true;
    are_all_known = are_all_known && is_known;
  }
  if (!are_all_known)
    return fail(ErrorKind::invalid,
                "scan_targets takes a list of one or more of issues, prs, discussions, code");
  return targets;
}

// The words, named as the field they came in.
Result<Keyword> read_keyword(const std::string& text) {
  auto keyword = Keyword::parse(text);
  if (keyword || keyword.error().message.starts_with("keyword")) return keyword;
  return context("keyword", keyword.error());
}

// What a keyword would have matched: counted, and the newest shown.
class Preview {
 public:
  Preview(const ApiCall& call, const KeywordMatcher& matcher) : call_(call), matcher_(matcher) {}

  Result<void> run() {
    Result<void> outcome;
    TRY(call_.environment.each_stored_event(call_.db, call_.organization, preview_events_max,
                                            [&](const forge::Event& event) {
                                              outcome = look_at(event);
                                              return outcome.has_value();
                                            }));
    return outcome;
  }

  std::string to_json() && {
    std::string out = "{\"data\":[" + shown_;
    out += "],\"events\":";
    json::append_integer(out, events_);
    out += ",\"matches\":";
    json::append_integer(out, matches_);
    out += '}';
    return out;
  }

 private:
  Result<void> look_at(const forge::Event& event) {
    ++events_;
    if (event.actor.is_bot) return {};
    const auto matches = matcher_.match(event);
    if (matches.empty() || TRY(is_refused(event.actor))) return {};
    if (static_cast<std::size_t>(matches_++) >= preview_matches_max) return {};
    if (!shown_.empty()) shown_ += ',';
    json::Writer json(shown_);
    json.begin_object();
    json.key("signal_type").string(signal_type(*act_kind(event.kind)));
    json.key("signal_source").string(event.repository.full_name);
    json.key("github_username").string(event.actor.login);
    json.key("signal_context").string(context_of(event));
    json.key("signal_url").string(url_of(event));
    json.key("snippet").string(snippet_of(event, matches.front()));
    json.key("occurred_at").time(event.occurred_at);
    json.end_object();
    return {};
  }

  Result<bool> is_refused(const forge::Account& actor) {
    const ApiEnvironment& environment = call_.environment;
    if (TRY(has_tombstone(call_.db, call_.organization, environment.tombstone_key, actor.id,
                          actor.login)))
      return true;
    const auto person = TRY(People(call_.db, call_.organization).find_account(actor.id));
    if (person) return person->is_suppressed;
    return matches_suppression(call_.db, call_.organization, actor.login, keys_of(actor.login, {}));
  }

  const ApiCall& call_;
  const KeywordMatcher& matcher_;
  std::int64_t events_ = 0;
  std::int64_t matches_ = 0;
  std::string shown_;
};

}  // namespace

Result<http::Response> list_tracked_keywords(const ApiCall& call) {
  const auto tracked = TRY(Trackers(call.db, call.organization).keywords());
  return whole_list(tracked, append);
}

Result<http::Response> add_tracked_keyword(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const std::string text = TRY(body.text("keyword"));
    TRY(read_keyword(text));
    const ScanTargets targets = TRY(read_targets(body));
    return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
      const auto made = TRY(
          Trackers(db, call.organization).add_keyword(text, targets, call.environment.clock.now()));
      return created(to_json(made), "/v1/tracked-keywords/" + public_id(keyword_prefix, made.id));
    });
  });
}

Result<http::Response> change_tracked_keyword(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, keyword_prefix, "tracked keyword"));
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const auto paused = TRY(body.flag_if_there("paused"));
    if (!paused) return fail(ErrorKind::invalid, "paused takes true or false, and is required");
    return write(call, [&](db::Connection& db) -> Result<http::Response> {
      const auto changed = TRY(Trackers(db, call.organization).pause_keyword(id, *paused));
      if (!changed) return no_such("tracked keyword");
      return http::json(to_json(*changed));
    });
  });
}

Result<http::Response> remove_tracked_keyword(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, keyword_prefix, "tracked keyword"));
  return write(call, [&](db::Connection& db) -> Result<http::Response> {
    if (!TRY(Trackers(db, call.organization).remove_keyword(id))) return no_such("tracked keyword");
    return http::no_content();
  });
}

Result<http::Response> preview_keyword(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const std::string text = TRY(body.text("keyword"));
    const Keyword keyword = TRY(read_keyword(text));
    const ScanTargets targets = TRY(read_targets(body));
    return act_once(call, Shows::people, [&]() -> Result<http::Response> {
      std::vector<WatchedKeyword> one;
      one.push_back({call.organization, 1, keyword, targets});
      const auto matcher = TRY(KeywordMatcher::compile(std::move(one)));
      Preview preview(call, *matcher);
      TRY(preview.run());
      return http::json(std::move(preview).to_json());
    });
  });
}

}  // namespace sextant::leads
