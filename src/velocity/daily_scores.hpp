// Roll-ups: per day and identity how many scores, their sum, and how often each was given; per week
// and month the first two. Kept in
// the transaction that changes a score, so trends and totals cost what they show, not what they
// sum.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.hpp"
#include "velocity/periods.hpp"

namespace sextant::velocity {

// The bands of the contract's score_distribution.
constexpr int high_from = 80;
constexpr int medium_from = 60;

// How often each score from 0 to 100 was given.
class Histogram {
 public:
  static constexpr int score_max = 100;

  void add(int score, std::int64_t times = 1) { counts_[static_cast<std::size_t>(score)] += times; }
  void add(const Histogram& other);

  std::int64_t count() const { return between(0, score_max); }
  std::int64_t between(int lowest, int highest) const;  // both included
  std::int64_t total() const;
  std::optional<int> lowest() const;
  std::optional<int> highest() const;

  // Pairs of score and count, only those that occur; small numbers take one byte.
  std::string pack() const;
  static Result<Histogram> unpack(std::string_view bytes);

 private:
  std::array<std::int64_t, score_max + 1> counts_{};
};

// What a transaction does to the roll-ups, gathered and then written at once.
class DailyScoreChanges {
 public:
  void add(std::int64_t identity, Instant merged_at, int score) {
    changes_[{identity, day_of(merged_at)}].add(score, 1);
  }
  void remove(std::int64_t identity, Instant merged_at, int score) {
    changes_[{identity, day_of(merged_at)}].add(score, -1);
  }
  Result<void> write(db::Connection& db, std::int64_t organization) const;

 private:
  Result<void> write_sums(db::Connection& db, std::int64_t organization, Interval span) const;

  std::map<std::pair<std::int64_t, Day>, Histogram> changes_;
};

struct ScoreSum {
  std::int64_t identity = 0;
  Day first_day;  // of a day, week or month
  std::int64_t count = 0;
  std::int64_t total = 0;
};

// Sums that add up to whole intervals, from `first` up to, not including, `end`; those of one
// identity follow each other. Both days begin an interval.
Result<void> read_score_sums(db::Connection& db, std::int64_t organization,
                             std::span<const std::int64_t> identities, Interval interval, Day first,
                             Day end, const std::function<void(const ScoreSum&)>& sink);

// All scores since the instant (the beginning of time: all): whole days from the roll-ups, the day
// in which `since` lies from the rows.
Result<Histogram> read_histogram(db::Connection& db, std::int64_t organization,
                                 std::span<const std::int64_t> identities,
                                 std::optional<Instant> since);

}  // namespace sextant::velocity
