#include "scoring/rewrap.hpp"

#include <algorithm>
#include <numeric>

#include "scoring/effective.hpp"

namespace sextant::scoring {
namespace {

constexpr std::uint32_t gram_length = 3;
constexpr std::uint32_t long_gram_length = 12;

std::uint64_t join(std::uint64_t hash, std::uint64_t token) {
  hash = (hash ^ token) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

}  // namespace

void Rewrap::begin_file() {
  for (Side* side : {&removed_, &added_}) {
    side->tokens.clear();
    side->ends.clear();
    side->lines.clear();
  }
}

void Rewrap::begin_side(bool is_added) {
  side_ = is_added ? &added_ : &removed_;
  side_->ends.push_back(static_cast<std::uint32_t>(side_->tokens.size()));
}

void Rewrap::end_line(std::size_t line) {
  const auto end = static_cast<std::uint32_t>(side_->tokens.size());
  const std::uint32_t stretch = side_->ends.size() > 1 ? side_->ends[side_->ends.size() - 2] : 0;
  side_->lines.push_back({line, side_->ends.back(), end, stretch});
  side_->ends.back() = end;
}

// A hunk's side that is shorter than a gram is one gram by itself.
void Rewrap::make_grams(const Side& side, std::uint32_t length, std::vector<std::uint64_t>& grams) {
  grams.assign(side.tokens.size(), 0);
  std::uint32_t first = 0;
  for (const std::uint32_t end : side.ends) {
    for (std::uint32_t i = first; i < end && (i == first || i + length <= end); ++i) {
      std::uint64_t hash = 0;
      for (std::uint32_t k = i; k < std::min(i + length, end); ++k)
        hash = join(hash, side.tokens[k]);
      grams[i] = hash | 1;
    }
    first = end;
  }
}

void Rewrap::prepare(Side& side) {
  side.matched.assign(side.tokens.size(), 0);
  side.line_of.resize(side.tokens.size());
  for (std::uint32_t i = 0; i < side.lines.size(); ++i)
    std::fill(side.line_of.begin() + side.lines[i].first, side.line_of.begin() + side.lines[i].last,
              i);
  make_grams(side, gram_length, side.grams);
  make_grams(side, long_gram_length, side.long_grams);
}

std::uint32_t Rewrap::group_of(std::uint32_t line) {
  while (parent_[line] != line) line = parent_[line] = parent_[parent_[line]];
  return line;
}

// The grams at these tokens are the same: their lines belong together, token by token.
void Rewrap::tie(std::uint32_t removed, std::uint32_t added) {
  removed_.matched[removed] = added_.matched[added] = 1;
  partner_[added] = removed;
  const auto removed_lines = static_cast<std::uint32_t>(removed_.lines.size());
  for (std::uint32_t k = 0; k < gram_length; ++k) {
    if (removed + k >= removed_.tokens.size() || added + k >= added_.tokens.size()) break;
    if (k > 0 && removed_.tokens[removed + k] != added_.tokens[added + k]) break;
    const std::uint32_t a = group_of(removed_.line_of[removed + k]);
    const std::uint32_t b = group_of(removed_lines + added_.line_of[added + k]);
    parent_[std::max(a, b)] = std::min(a, b);
  }
}

// A run of matches goes on where it can; else a gram takes its first place that is still free.
// Short grams stand everywhere, so long ones lay out the runs before them.
void Rewrap::match(Grams grams) {
  const auto removed_grams = static_cast<std::uint32_t>(removed_.tokens.size());
  positions_.reset(removed_grams);
  const auto is_free = [&](std::uint32_t i) { return !removed_.matched[i]; };
  for (std::uint32_t i = 0; i < removed_grams; ++i)
    if ((removed_.*grams)[i] && is_free(i)) positions_.add((removed_.*grams)[i], i);
  constexpr std::uint32_t nowhere = UINT32_MAX;
  std::uint32_t at = nowhere;
  for (std::uint32_t j = 0; j < added_.tokens.size(); ++j) {
    if (added_.matched[j]) {
      at = partner_[j];
    } else if (at != nowhere && at + 1 < removed_grams && added_.grams[j] != 0 &&
               removed_.grams[at + 1] == added_.grams[j] && is_free(at + 1)) {
      tie(++at, j);
    } else if (const std::uint64_t gram = (added_.*grams)[j]) {
      at = positions_.take(gram, is_free).value_or(nowhere);
      if (at != nowhere) tie(at, j);
    } else {
      at = nowhere;
    }
  }
}

// Every pair of neighbours in the line (a lone token: the token) lies in a matched gram.
bool Rewrap::is_matched(const Side& side, const Line& line) {
  const std::uint32_t width = line.last - line.first > 1 ? 2 : 1;
  for (std::uint32_t i = line.first; i + width <= line.last; ++i) {
    bool covered = false;
    for (std::uint32_t back = 0; back + width <= gram_length && i >= line.stretch + back; ++back)
      covered = covered || side.matched[i - back];
    if (!covered) return false;
  }
  return true;
}

void Rewrap::judge() {
  is_same_.assign(parent_.size(), 1);
  std::vector<std::int64_t> balance(parent_.size());  // removed tokens less added ones
  std::uint32_t node = 0;
  for (const Side* side : {&removed_, &added_})
    for (const Line& line : side->lines) {
      const std::uint32_t group = group_of(node++);
      if (!is_matched(*side, line)) is_same_[group] = 0;
      balance[group] +=
          (side == &removed_ ? 1 : -1) * static_cast<std::int64_t>(line.last - line.first);
    }
  for (std::uint32_t i = 0; i < parent_.size(); ++i)
    if (balance[i] != 0) is_same_[i] = 0;
}

// Whatever their order. Git shows some of them as context, the same ones on both sides.
bool Rewrap::holds_same_tokens() const {
  const auto sum = [](const Side& side) {
    return std::accumulate(side.tokens.begin(), side.tokens.end(), std::uint64_t{0});
  };
  return sum(removed_) == sum(added_);
}

bool Rewrap::mark(std::vector<ChangedLine>& lines) {
  if (removed_.tokens.empty() || added_.tokens.empty()) return false;
  prepare(removed_);
  prepare(added_);
  parent_.resize(removed_.lines.size() + added_.lines.size());
  std::iota(parent_.begin(), parent_.end(), 0u);
  partner_.resize(added_.tokens.size());
  match(&Side::long_grams);
  match(&Side::grams);
  judge();
  const auto each_code_line = [&](auto take) {
    std::uint32_t node = 0;
    for (const Side* side : {&removed_, &added_})
      for (const Line& line : side->lines) {
        const std::uint32_t group = group_of(node++);
        if (lines[line.index].fate == LineFate::counts) take(lines[line.index], is_same_[group]);
      }
  };
  int balance = 0;
  each_code_line([&](const ChangedLine&, bool is_same) { balance += is_same ? 1 : -1; });
  const bool is_relaid = balance > 0;
  const bool is_whole = is_relaid && holds_same_tokens();
  each_code_line([&](ChangedLine& line, bool is_same) {
    if (is_same || is_whole) line.fate = LineFate::whitespace;
  });
  return is_relaid;
}

}  // namespace sextant::scoring
