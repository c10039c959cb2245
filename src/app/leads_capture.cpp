#include "app/leads_capture.hpp"

#include "leads/erasure.hpp"

namespace sextant::app {
namespace {

// An event that somebody may want, with what it matches.
struct Candidate {
  forge::Event event;
  std::vector<leads::KeywordMatch> matches;
};

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

Result<std::shared_ptr<const leads::Watched>> LeadsCapture::watched(db::Connection& reader) {
  return TRY(watches_.at(reader)).watched;
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
    auto matches = state.matcher->match(event);
    if (matches.empty() && state.watched->watchers_of(event.repository).empty()) continue;
    interest.wanted.push_back(at);
    candidates->push_back({event, std::move(matches)});
  }
  for (std::size_t at = 0; at < arrival.events.size(); ++at)
    if (TRY(is_erased(reader, arrival, arrival.events[at].actor))) interest.refused.push_back(at);
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
