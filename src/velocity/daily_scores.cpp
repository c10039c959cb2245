#include "velocity/daily_scores.hpp"

namespace sextant::velocity {
namespace {

std::int64_t number_of(Day day) {
  return day.time_since_epoch().count();
}

// Seven bits a byte, the lowest first; the top bit says that more follow.
void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::int64_t Histogram::between(int lowest, int highest) const {
  std::int64_t sum = 0;
  for (int score = lowest; score <= highest; ++score)
    sum += counts_[static_cast<std::size_t>(score)];
  return sum;
}

std::int64_t Histogram::total() const {
  std::int64_t sum = 0;
  for (std::size_t score = 0; score < counts_.size(); ++score)
    sum += static_cast<std::int64_t>(score) * counts_[score];
  return sum;
}

std::optional<int> Histogram::lowest() const {
  for (int score = 0; score <= score_max; ++score)
    if (counts_[static_cast<std::size_t>(score)] > 0) return score;
  return std::nullopt;
}

std::optional<int> Histogram::highest() const {
  for (int score = score_max; score >= 0; --score)
    if (counts_[static_cast<std::size_t>(score)] > 0) return score;
  return std::nullopt;
}

std::string Histogram::pack() const {
  std::string out;
  for (std::size_t score = 0; score < counts_.size(); ++score) {
    if (counts_[score] <= 0) continue;
    append_varint(out, score);
    append_varint(out, static_cast<std::uint64_t>(counts_[score]));
  }
  return out;
}

Result<Histogram> Histogram::unpack(std::string_view bytes) {
  Histogram histogram;
  while (!bytes.empty()) {
    const auto score = take_varint(bytes);
    const auto count = score && *score <= score_max ? take_varint(bytes) : std::nullopt;
    if (!count) return fail(ErrorKind::internal, "a stored histogram is damaged");
    histogram.add(static_cast<int>(*score), static_cast<std::int64_t>(*count));
  }
  return histogram;
}

Result<void> DailyScoreChanges::write(db::Connection& db, std::int64_t organization) const {
  for (const auto& [key, change] : changes_) {
    const auto& [identity, day] = key;
    const auto stored = TRY(db.row(
        db::Query("SELECT histogram FROM daily_scores WHERE organization = {} AND identity = {}"
                  " AND day = {}",
                  organization, identity, number_of(day)),
        [](const db::Row& row) { return std::string(row.blob(0)); }));
    Histogram histogram = TRY(Histogram::unpack(stored.value_or("")));
    histogram.add(change);
    if (histogram.count() == 0) {
      TRY(db.post(db::Query(
          "DELETE FROM daily_scores WHERE organization = {} AND identity = {} AND day = {}",
          organization, identity, number_of(day))));
      continue;
    }
    TRY(db.post(db::Query(
        "INSERT INTO daily_scores (organization, identity, day, count, total, histogram)"
        " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (organization, identity, day) DO UPDATE SET"
        " count = excluded.count, total = excluded.total, histogram = excluded.histogram",
        organization, identity, number_of(day), histogram.count(), histogram.total(),
        db::Blob{histogram.pack()})));
  }
  TRY(write_sums(db, organization, Interval::week));
  return write_sums(db, organization, Interval::month);
}

Result<void> DailyScoreChanges::write_sums(db::Connection& db, std::int64_t organization,
                                           Interval span) const {
  std::map<std::pair<std::int64_t, Day>, ScoreSum> sums;
  for (const auto& [key, change] : changes_) {
    ScoreSum& sum = sums[{key.first, start_of(span, key.second)}];
    sum.count += change.count();
    sum.total += change.total();
  }
  for (const auto& [key, sum] : sums)
    TRY(db.post(db::Query(
        "INSERT INTO score_sums (organization, identity, span, first_day, count, total)"
        " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (organization, identity, span, first_day)"
        " DO UPDATE SET count = score_sums.count + excluded.count,"
        " total = score_sums.total + excluded.total",
        organization, key.first, span, number_of(key.second), sum.count, sum.total)));
  return {};
}

Result<void> read_score_sums(db::Connection& db, std::int64_t organization,
                             std::span<const std::int64_t> identities, Interval interval, Day first,
                             Day end, const std::function<void(const ScoreSum&)>& sink) {
  db::Query query("SELECT identity, ");
  if (interval == Interval::day)
    query.append("day, count, total FROM daily_scores WHERE organization = {}", organization);
  else
    query.append("first_day, count, total FROM score_sums WHERE organization = {} AND span = {}",
                 organization, interval == Interval::week ? Interval::week : Interval::month);
  query.append(" AND identity IN ").append_list(identities);
  const std::string_view day = interval == Interval::day ? "day" : "first_day";
  query.append(" AND ").append(day).append(" >= {}", number_of(first));
  query.append(" AND ").append(day).append(" < {}", number_of(end));
  query.append(" ORDER BY identity");
  return db.each(query, [&](const db::Row& row) {
    sink({row.integer(0), Day{std::chrono::days{row.integer(1)}}, row.integer(2), row.integer(3)});
  });
}

Result<Histogram> read_histogram(db::Connection& db, std::int64_t organization,
                                 std::span<const std::int64_t> identities,
                                 std::optional<Instant> since) {
  Histogram sum;
  std::optional<Error> damaged;
  db::Query whole_days(
      "SELECT histogram FROM daily_scores WHERE organization = {} AND identity IN ", organization);
  whole_days.append_list(identities);
  if (since) whole_days.append(" AND day > {}", number_of(day_of(*since)));
  TRY(db.each(whole_days, [&](const db::Row& row) {
    const auto histogram = Histogram::unpack(row.blob(0));
    if (histogram)
      sum.add(*histogram);
    else
      damaged = histogram.error();
  }));
  if (damaged) return std::unexpected(*damaged);
  if (!since) return sum;

  const Instant next_day{day_of(*since) + std::chrono::days{1}};
  db::Query cut_day("SELECT score FROM pull_requests WHERE organization = {} AND identity IN ",
                    organization);
  cut_day.append_list(identities);
  cut_day.append(" AND merged_at >= {} AND merged_at < {} AND score IS NOT NULL", *since, next_day);
  TRY(db.each(cut_day, [&](const db::Row& row) { sum.add(static_cast<int>(row.integer(0))); }));
  return sum;
}

}  // namespace sextant::velocity
