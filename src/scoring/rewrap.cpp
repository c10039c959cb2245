#include "scoring/rewrap.hpp"

#include <algorithm>

#include "scoring/effective.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t gram_length = 3;

std::uint64_t join(std::uint64_t hash, std::uint64_t token) {
  hash = (hash ^ token) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

}  // namespace

void Rewrap::begin_file() {
  for (Side* side : {&removed_, &added_}) {
    side->tokens.clear();
    side->stretches.clear();
    side->lines.clear();
  }
}

void Rewrap::begin_side(bool is_added) {
  side_ = is_added ? &added_ : &removed_;
  side_->stretches.push_back({side_->tokens.size(), side_->tokens.size()});
}

void Rewrap::end_line(std::size_t line) {
  Stretch& stretch = side_->stretches.back();
  side_->lines.push_back({line, stretch.last, side_->tokens.size(), side_->stretches.size() - 1});
  stretch.last = side_->tokens.size();
}

// A stretch shorter than a gram is one gram by itself.
void Rewrap::make_grams(Side& side) {
  side.grams.assign(side.tokens.size(), 0);
  side.matched.assign(side.tokens.size(), 0);
  for (const Stretch& stretch : side.stretches)
    for (std::size_t i = stretch.first; i < stretch.last; ++i) {
      if (i > stretch.first && i + gram_length > stretch.last) break;
      std::uint64_t hash = 0;
      for (std::size_t k = i; k < std::min(i + gram_length, stretch.last); ++k)
        hash = join(hash, side.tokens[k]);
      side.grams[i] = hash | 1;
    }
}

void Rewrap::match() {
  make_grams(removed_);
  make_grams(added_);
  CountTable both;
  counts_.reset(added_.grams.size());
  for (const std::uint64_t gram : added_.grams)
    if (gram) counts_.add(gram);
  both.reset(removed_.grams.size());
  for (std::size_t i = 0; i < removed_.grams.size(); ++i)
    if (removed_.grams[i] && counts_.take(removed_.grams[i])) {
      removed_.matched[i] = 1;
      both.add(removed_.grams[i]);
    }
  for (std::size_t i = 0; i < added_.grams.size(); ++i)
    if (added_.grams[i] && both.take(added_.grams[i])) added_.matched[i] = 1;
}

// Every pair of neighbours in the line (a lone token: the token) lies in a matched gram.
bool Rewrap::is_same(const Side& side, const LineEnd& line) {
  const std::size_t start = side.stretches[line.stretch].first;
  const std::size_t width = line.last - line.first > 1 ? 2 : 1;
  for (std::size_t i = line.first; i + width <= line.last; ++i) {
    bool covered = false;
    for (std::size_t back = 0; back + width <= gram_length && i >= start + back; ++back)
      covered = covered || side.matched[i - back];
    if (!covered) return false;
  }
  return true;
}

void Rewrap::mark(std::vector<ChangedLine>& lines) {
  if (removed_.tokens.empty() || added_.tokens.empty()) return;
  match();
  for (const Side* side : {&removed_, &added_})
    for (const LineEnd& end : side->lines) {
      ChangedLine& line = lines[end.line];
      if (line.fate == LineFate::counts && is_same(*side, end)) line.fate = LineFate::whitespace;
    }
}

}  // namespace sextant::scoring
