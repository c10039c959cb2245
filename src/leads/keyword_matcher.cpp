#include "leads/keyword_matcher.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "leads/keyword_index.hpp"
#include "leads/keyword_phrase.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Node = Keyword::Node;

enum class Target { none, issues, prs, discussions };

Target target_of(forge::EventKind kind) {
  switch (kind) {
    case forge::EventKind::issue:
    case forge::EventKind::issue_comment:
      return Target::issues;
    case forge::EventKind::pull_request:
    case forge::EventKind::pull_request_comment:
      return Target::prs;
    case forge::EventKind::discussion:
    case forge::EventKind::discussion_comment:
      return Target::discussions;
    default:
      return Target::none;
  }
}

bool includes(const ScanTargets& targets, Target target) {
  switch (target) {
    case Target::issues:
      return targets.issues;
    case Target::prs:
      return targets.prs;
    case Target::discussions:
      return targets.discussions;
    case Target::none:
      return false;
  }
  return false;
}

struct Place {
  bool is_in_title = false;
  Stretch stretch;
};

// What one event says, and which phrases were found in it.
class Reading {
 public:
  Reading(const KeywordIndex& index, const forge::Event& event)
      : index_(index), event_(event), title_(event.title), body_(event.body) {
    scan(title_, true);
    scan(body_, false);
  }

  // Keywords of which a needed phrase is there; ascending.
  std::vector<std::uint32_t> candidates() const {
    std::vector<std::uint32_t> entries;
    for (const auto& [number, place] : places_) {
      const auto& keywords = index_.phrases[number].keywords;
      entries.insert(entries.end(), keywords.begin(), keywords.end());
    }
    std::ranges::sort(entries);
    entries.erase(std::ranges::unique(entries).begin(), entries.end());
    return entries;
  }

  bool holds(const IndexedTerm& term) {
    const auto part_holds = [this](const IndexedTerm& part) { return holds(part); };
    switch (term.kind) {
      case Node::Kind::phrase:
        return place_of(term.phrase).has_value();
      case Node::Kind::all:
        return std::ranges::all_of(term.parts, part_holds);
      case Node::Kind::any:
        return std::ranges::any_of(term.parts, part_holds);
      case Node::Kind::none:
        return std::ranges::none_of(term.parts, part_holds);
      case Node::Kind::repository:
        return term.text == repository();
      case Node::Kind::organization:
        return term.text == owner();
      case Node::Kind::author:
        return term.text == fold(event_.actor.login);
      case Node::Kind::language:
        return term.text == fold(event_.repository.language);
    }
    return false;
  }

  // Of a term that holds: the first phrase of it that is there.
  std::optional<Place> first_place(const IndexedTerm& term) {
    if (term.kind == Node::Kind::phrase) return place_of(term.phrase);
    if (term.kind != Node::Kind::all && term.kind != Node::Kind::any) return std::nullopt;
    for (const IndexedTerm& part : term.parts) {
      if (!holds(part)) continue;
      if (const auto place = first_place(part)) return place;
    }
    return std::nullopt;
  }

  KeywordMatch match(const IndexedKeyword& keyword, const Place& place) const {
    const FoldedText& field = place.is_in_title ? title_ : body_;
    return {.organization = keyword.organization,
            .keyword = keyword.id,
            .is_in_title = place.is_in_title,
            .begin = field.origin(place.stretch.begin),
            .end = field.origin(place.stretch.end)};
  }

 private:
  void scan(const FoldedText& field, bool is_title) {
    index_.scanner.scan(field.view(), [&](const WordScanner::Hit& hit) {
      for (const std::uint32_t number : hit.phrases) look_around(field, is_title, number, hit.at);
      return true;
    });
  }

  void look_around(const FoldedText& field, bool is_title, std::uint32_t number, std::size_t at) {
    if (places_.contains(number)) return;  // before, or in the title already
    const IndexedPhrase& phrase = index_.phrases[number];
    if (const auto found = phrase_around(field.text(), phrase.words, phrase.scanned_word, at))
      places_.emplace(number, Place{is_title, *found});
  }

  std::optional<Place> place_of(std::uint32_t number) {
    const auto known = places_.find(number);
    if (known != places_.end()) return known->second;
    const IndexedPhrase& phrase = index_.phrases[number];
    if (phrase.is_scanned) return std::nullopt;
    const auto [asked, is_new] = asked_.try_emplace(number);
    if (is_new) asked->second = search(phrase);
    return asked->second;
  }

  std::optional<Place> search(const IndexedPhrase& phrase) const {
    if (const auto found = find_phrase(title_.text(), phrase.words)) return Place{true, *found};
    if (const auto found = find_phrase(body_.text(), phrase.words)) return Place{false, *found};
    return std::nullopt;
  }

  std::string repository() const { return fold(event_.repository.full_name); }
  std::string owner() const { return repository().substr(0, repository().find('/')); }

  const KeywordIndex& index_;
  const forge::Event& event_;
  FoldedText title_;
  FoldedText body_;
  std::unordered_map<std::uint32_t, Place> places_;                // of scanned phrases
  std::unordered_map<std::uint32_t, std::optional<Place>> asked_;  // of the others
};

}  // namespace

KeywordMatcher::KeywordMatcher(std::unique_ptr<const KeywordIndex> index)
    : index_(std::move(index)) {}

KeywordMatcher::~KeywordMatcher() = default;

Result<std::shared_ptr<const KeywordMatcher>> KeywordMatcher::compile(
    std::vector<WatchedKeyword> keywords) {
  std::ranges::sort(keywords, {}, [](const WatchedKeyword& watched) {
    return std::tuple(watched.organization, watched.id);
  });
  auto index = KeywordIndex::build(keywords);
  return std::shared_ptr<const KeywordMatcher>(
      new KeywordMatcher(std::make_unique<const KeywordIndex>(std::move(index))));
}

std::vector<KeywordMatch> KeywordMatcher::match(const forge::Event& event) const {
  std::vector<KeywordMatch> matches;
  const Target target = target_of(event.kind);
  if (target == Target::none) return matches;
  Reading reading(*index_, event);
  for (const std::uint32_t number : reading.candidates()) {
    const IndexedKeyword& keyword = index_->keywords[number];
    if (!includes(keyword.targets, target) || !reading.holds(keyword.root)) continue;
    if (const auto place = reading.first_place(keyword.root))
      matches.push_back(reading.match(keyword, *place));
  }
  return matches;
}

bool KeywordMatcher::may_match(std::string_view text) const {
  return may_match(FoldedText(text).view());
}

bool KeywordMatcher::may_match(const FoldedView& text) const {
  bool is_found = false;
  index_->scanner.scan(text, [&](const WordScanner::Hit& hit) {
    const auto stands = [&](std::uint32_t number) {
      const IndexedPhrase& phrase = index_->phrases[number];
      return phrase_around(text.text, phrase.words, phrase.scanned_word, hit.at).has_value();
    };
    is_found = std::ranges::any_of(hit.phrases, stands);
    return !is_found;
  });
  return is_found;
}

}  // namespace sextant::leads
