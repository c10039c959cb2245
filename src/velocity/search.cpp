#include "velocity/search.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace sextant::velocity {
namespace {

constexpr std::size_t word_length_min = 3;
constexpr std::size_t words_max = 16;
constexpr std::size_t trigrams_max = 24;
constexpr std::int64_t small_organization = 5'000;
constexpr int candidates_max = 2'000;

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> all;
  while (!text.empty()) all.push_back(utf8::take(text));
  return all;
}

// PostgreSQL keeps an index of trigrams by itself and chooses when to use it.
bool has_own_index(const db::Connection& db) {
  return db.dialect() == db::Dialect::sqlite;
}

// Three private-use characters that only this organisation's texts begin with: one trigram.
std::string organization_trigram(std::int64_t organization) {
  constexpr char32_t first = 0xE000;
  constexpr std::uint64_t count = 6400;
  std::string out;
  auto rest = static_cast<std::uint64_t>(organization);
  for (int i = 0; i < 3; ++i, rest /= count)
    utf8::append(out, first + static_cast<char32_t>(rest % count));
  return out;
}

std::string indexed_text(std::int64_t organization, std::string_view search_text) {
  return organization_trigram(organization) + "\n" + std::string(search_text);
}

void append_term(std::string& expression, std::string_view trigram) {
  if (!expression.empty()) expression += " AND ";
  expression += '"';
  for (const char c : trigram) {
    if (c == '"') expression += '"';
    expression += c;
  }
  expression += '"';
}

// The FTS5 expression: the organisation's trigram and every trigram of the words.
std::string match_expression(std::int64_t organization, const std::vector<std::string>& words) {
  std::string expression;
  append_term(expression, organization_trigram(organization));
  std::size_t terms = 0;
  for (const std::string& word : words) {
    const auto letters = characters(word);
    for (std::size_t i = 0; i + 3 <= letters.size() && terms < trigrams_max; ++i, ++terms) {
      std::string trigram;
      for (std::size_t k = i; k < i + 3; ++k) utf8::append(trigram, letters[k]);
      append_term(expression, trigram);
    }
  }
  return expression;
}

Result<std::optional<std::string>> read_search_text(db::Connection& db, std::int64_t organization,
                                                    std::int64_t id) {
  return db.row(
      db::Query("SELECT search_text FROM pull_request_texts WHERE organization = {} AND id = {}",
                organization, id),
      [](const db::Row& row) { return std::string(row.text(0)); });
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  const std::string folded = fold(text);
  std::string_view rest = folded;
  while (!(rest = trim(rest)).empty() && words.size() < words_max) {
    const auto word = rest.substr(0, rest.find_first_of(" \t\r\n\f\v"));
    if (characters(word).size() >= word_length_min) words.emplace_back(word);
    rest.remove_prefix(word.size());
  }
  return words;
}

Result<void> save_search_text(db::Connection& db, std::int64_t organization, std::int64_t id,
                              std::string_view title, std::string_view description) {
  std::string text = fold(title);
  if (!description.empty()) text += "\n" + fold(description);
  TRY(db.post(db::Query(
      "INSERT INTO pull_request_texts (organization, id, search_text) VALUES ({}, {}, {})",
      organization, id, text)));
  if (!has_own_index(db)) return {};
  return db.post(db::Query("INSERT INTO pull_request_search (rowid, text) VALUES ({}, {})", id,
                           indexed_text(organization, text)));
}

Result<void> remove_search_text(db::Connection& db, std::int64_t organization, std::int64_t id) {
  const auto text = TRY(read_search_text(db, organization, id));
  if (!text) return {};
  // An index without content is told what to forget.
  if (has_own_index(db))
    TRY(
        db.post(db::Query("INSERT INTO pull_request_search (pull_request_search, rowid, text) "
                          "VALUES ('delete', {}, {})",
                          id, indexed_text(organization, *text))));
  TRY(db.post(db::Query("DELETE FROM pull_request_texts WHERE organization = {} AND id = {}",
                        organization, id)));
  return {};
}

Result<void> narrow_by_index(db::Connection& db, std::int64_t organization,
                             const Versions& versions, PullRequestFilter& filter) {
  if (!has_own_index(db) || !filter.words || filter.words->empty() ||
      versions.pull_requests <= small_organization)
    return {};
  auto ids = TRY(db.rows(
      db::Query("SELECT rowid FROM pull_request_search WHERE pull_request_search MATCH {} LIMIT {}",
                match_expression(organization, *filter.words), candidates_max + 1),
      [](const db::Row& row) { return row.integer(0); }));
  if (std::ssize(ids) <= candidates_max) filter.ids = std::move(ids);
  return {};
}

}  // namespace sextant::velocity
