#include "leads/lead_store.hpp"

#include <utility>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view own_columns =
    "l.id, l.state, l.captured_at, l.person, p.forge_id, p.login, l.kind, l.act, l.repository,"
    " l.keywords, l.context, l.url, l.snippet, l.evidence, l.occurred_at, l.captured_by,"
    " l.is_backfill, l.updated_at, ";
constexpr int own_column_count = 18;

db::Query select(std::int64_t organization) {
  db::Query query("SELECT ");
  query.append(own_columns)
      .append(profile_columns)
      .append(
          " FROM leads AS l JOIN people AS p ON p.organization = l.organization AND p.id = l.person"
          " LEFT JOIN lead_profiles AS f ON f.forge_id = p.forge_id");
  query.where("l.organization = {}", organization);
  return query;
}

db::Query select_shown(std::int64_t organization) {
  db::Query query = select(organization);
  query.where("l.state = 0").where("p.is_suppressed = {}", false);
  return query;
}

void narrow(db::Query& query, const LeadFilter& filter) {
  if (!filter.kinds.empty()) query.where("l.kind IN ").append_list(filter.kinds);
  if (!filter.repository_folded.empty())
    query.where("l.repository_folded = {}", filter.repository_folded);
  if (filter.after) query.where("l.captured_at > {}", *filter.after);
  if (filter.before) query.where("l.captured_at <= {}", *filter.before);
  for (const std::string& word : filter.words) {
    const std::string pattern = db::like_pattern(word);
    query.where(
        "(p.search_text LIKE {} ESCAPE '\\' OR l.repository_folded LIKE {} ESCAPE '\\'"
        " OR l.search_text LIKE {} ESCAPE '\\')",
        pattern, pattern, pattern);
  }
  if (filter.min_followers) query.where("f.followers >= {}", *filter.min_followers);
  if (!filter.language_folded.empty())
    query.where("LOWER(',' || f.top_languages || ',') LIKE {} ESCAPE '\\'",
                db::like_pattern("," + filter.language_folded + ","));
  if (filter.has_email)
    query.where(*filter.has_email ? "f.email <> ''" : "COALESCE(f.email, '') = ''");
  if (const auto& at = filter.position)
    query.where("(l.captured_at, l.id) < ({}, {})", at->captured_at, at->id);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(text.empty() ? "" : "\n").append(line);
  return text;
}

std::string search_text_of(const Lead& lead) {
  return lead.keywords.empty() ? "" : fold(joined(lead.keywords) + "\n" + lead.snippet);
}

}  // namespace

Lead LeadStore::read(const db::Row& row) {
  Lead lead{.id = row.integer(0),
            .state = static_cast<LeadState>(row.integer(1)),
            .captured_at = row.time(2),
            .person = row.integer(3),
            .forge_id = row.integer(4),
            .login = std::string(row.text(5)),
            .profile = read_profile(row, own_column_count),
            .kind = static_cast<ActKind>(row.integer(6)),
            .act = row.integer(7),
            .repository = std::string(row.text(8)),
            .keywords = {},
            .context = std::string(row.text(10)),
            .url = std::string(row.text(11)),
            .snippet = std::string(row.text(12)),
            .evidence = static_cast<int>(row.integer(13)),
            .occurred_at = row.time(14),
            .captured_by = static_cast<CapturePath>(row.integer(15)),
            .is_backfill = row.boolean(16),
            .updated_at = row.time(17)};
  for (const std::string_view keyword : split(row.text(9), '\n'))
    if (!keyword.empty()) lead.keywords.emplace_back(keyword);
  return lead;
}

Result<std::vector<Lead>> LeadStore::list(const LeadFilter& filter, int limit) {
  db::Query query = select_shown(organization_);
  narrow(query, filter);
  query.append(" ORDER BY l.captured_at DESC, l.id DESC LIMIT {}", limit);
  return db_.rows(query, read);
}

Result<std::unique_ptr<db::Rows>> LeadStore::open(const LeadFilter& filter) {
  db::Query query = select_shown(organization_);
  narrow(query, filter);
  query.append(" ORDER BY l.captured_at DESC, l.id DESC");
  return db_.open(query);
}

Result<std::optional<Lead>> LeadStore::find(std::int64_t id) {
  db::Query query = select_shown(organization_);
  query.where("l.id = {}", id);
  return db_.row(query, read);
}

Result<std::vector<Lead>> LeadStore::of_person(std::int64_t person, int limit) {
  // The plus keeps SQLite from reading all that is shown in its order, looking for the person.
  db::Query query = select(organization_);
  query.where("+l.state = 0")
      .where("p.is_suppressed = {}", false)
      .where("l.person = {}", person)
      .append(" ORDER BY l.captured_at DESC, l.id DESC LIMIT {}", limit);
  return db_.rows(query, read);
}

Result<std::optional<Lead>> LeadStore::find_act(std::int64_t person, ActKind kind,
                                                std::int64_t act) {
  db::Query query = select(organization_);
  query.where("l.person = {}", person).where("l.kind = {}", kind).where("l.act = {}", act);
  return db_.row(query, read);
}

Result<std::vector<Lead>> LeadStore::kept_over_quota(int limit) {
  db::Query query = select(organization_);
  query.where("l.state = 1")
      .where("p.is_suppressed = {}", false)
      .append(" ORDER BY l.captured_at, l.id LIMIT {}", limit);
  return db_.rows(query, read);
}

Result<void> LeadStore::add(const Lead& lead) {
  return db_.post(db::Query(
      "INSERT INTO leads (organization, state, captured_at, id, person, kind, act, repository,"
      " repository_folded, keywords, context, url, snippet, search_text, evidence, occurred_at,"
      " captured_by, is_backfill, updated_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},"
      " {}, {}, {}, {}, {}, {}, {}, {})",
      organization_, lead.state, lead.captured_at, lead.id, lead.person, lead.kind, lead.act,
      lead.repository, fold(lead.repository), joined(lead.keywords), lead.context, lead.url,
      lead.snippet, search_text_of(lead), lead.evidence, lead.occurred_at, lead.captured_by,
      lead.is_backfill, lead.updated_at));
}

Result<void> LeadStore::update(const Lead& lead) {
  return db_.post(
      db::Query("UPDATE leads SET keywords = {}, search_text = {}, evidence = {}, updated_at = {}"
                " WHERE organization = {} AND id = {}",
                joined(lead.keywords), search_text_of(lead), lead.evidence, lead.updated_at,
                organization_, lead.id));
}

Result<void> LeadStore::release(Lead& lead, Instant captured_at, Instant now) {
  lead.state = LeadState::shown;
  lead.captured_at = captured_at;
  lead.updated_at = now;
  return db_.post(
      db::Query("UPDATE leads SET state = {}, captured_at = {}, updated_at = {}"
                " WHERE organization = {} AND id = {}",
                lead.state, captured_at, now, organization_, lead.id));
}

Result<void> LeadStore::remove(const Lead& lead) {
  return db_.post(
      db::Query("DELETE FROM leads WHERE organization = {} AND id = {}", organization_, lead.id));
}

Result<std::int64_t> LeadStore::remove_of_person(std::int64_t person) {
  TRY(db_.post(db::Query("DELETE FROM lead_removals WHERE organization = {} AND person = {}",
                         organization_, person)));
  return db_.execute(db::Query("DELETE FROM leads WHERE organization = {} AND person = {}",
                               organization_, person));
}

Result<void> LeadStore::touch_person(std::int64_t person, Instant now) {
  return db_.post(
      db::Query("UPDATE leads SET updated_at = {} WHERE organization = {} AND person = {}", now,
                organization_, person));
}

}  // namespace sextant::leads
