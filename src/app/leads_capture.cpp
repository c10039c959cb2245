#include "app/leads_capture.hpp"

#include <algorithm>

#include "leads/erasure.hpp"

namespace sextant::app {
namespace {

// An event that somebody may want, with what it matches.
struct Candidate {
  forge::Event event;
  std::vector<leads::KeywordMatch> matches;
};

// An edit is a lead for what it wrote in, not for what stood there before.
std::vector<leads::KeywordMatch> new_matches(const leads::KeywordMatcher& matcher,
                                             const forge::Event& event) {
  auto matches = matcher.match(event);
  if (matches.empty() || !event.former) return matches;
  forge::Event before = event;
  before.title = event.former->title;
  before.body = event.former->body;
  const auto former = matcher.match(before);
  std::erase_if(matches, [&](const leads::KeywordMatch& match) {
    return std::ranges::any_of(former, [&](const leads::KeywordMatch& other) {
      return other.organization == match.organization && other.keyword == match.keyword;
    });
  });
  return matches;
}

leads::CaptureCounts& operator+=(leads::CaptureCounts& sum, const leads::CaptureCounts& more) {
  sum.created += more.created;
  sum.over_quota += more.over_quota;
  sum.updated += more.updated;
  sum.deleted += more.deleted;
  sum.unchanged += more.unchanged;
  sum.refused += more.refused;
  return sum;
}

}  // namespace

leads::CapturePath path_of(ingest::Path path) {
  return path == ingest::Path::archive ? leads::CapturePath::archive : leads::CapturePath::webhook;
}

LeadsCapture::LeadsCapture(const Store& store, const Hash& tombstone_key)
    : settings_(store.config.leads), tombstone_key_(tombstone_key), clock_(system_clock()) {}

ingest::Subscriber LeadsCapture::subscriber() {
  return [this](db::Connection& reader, const ingest::Arrival& arrival) {
    return look(reader, arrival);
  };
}

leads::CaptureCounts LeadsCapture::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Result<bool> LeadsCapture::is_erased(db::Connection& reader, const ingest::Arrival& arrival,
                                     const forge::Account& actor) const {
  if (!arrival.organization)
    return leads::is_erased_anywhere(reader, tombstone_key_, actor.id, actor.login);
  return leads::has_tombstone(reader, *arrival.organization, tombstone_key_, actor.id, actor.login);
}

Result<ingest::Interest> LeadsCapture::look(db::Connection& reader,
                                            const ingest::Arrival& arrival) {
  const auto state = TRY(watches_.at(reader));
  ingest::Interest interest;
  auto candidates = std::make_shared<std::vector<Candidate>>();
  for (std::size_t at = 0; at < arrival.events.size(); ++at) {
    const forge::Event& event = arrival.events[at];
    auto matches = new_matches(*state.matcher, event);
    if (matches.empty() && state.watched->watchers_of(event.repository).empty()) continue;
    interest.wanted.push_back(at);
    candidates->push_back({event, std::move(matches)});
  }
  // Of an archive only what is wanted is kept.
  const bool keeps_all = arrival.path != ingest::Path::archive;
  for (std::size_t at = 0; at < arrival.events.size(); ++at) {
    const bool is_kept = keeps_all || std::ranges::binary_search(interest.wanted, at);
    if (is_kept && TRY(is_erased(reader, arrival, arrival.events[at].actor)))
      interest.refused.push_back(at);
  }
  if (candidates->empty()) return interest;
  const leads::CaptureOrigin origin{.path = path_of(arrival.path),
                                    .is_backfill = arrival.path == ingest::Path::archive,
                                    .visible_to = arrival.organization};
  const auto counts = std::make_shared<leads::CaptureCounts>();
  interest.write = [this, state, candidates, origin, counts](db::Connection& db) -> Result<void> {
    leads::Capture capture(db, *state.watched, settings_, tombstone_key_, clock_.now());
    for (const Candidate& one : *candidates) TRY(capture.add(one.event, one.matches, origin));
    *counts = TRY(capture.finish());
    return {};
  };
  interest.written = [this, counts] {
    const std::lock_guard lock(mutex_);
    counts_ += *counts;
  };
  return interest;
}

}  // namespace sextant::app
