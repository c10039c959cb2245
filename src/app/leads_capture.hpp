// Introduces ingest to leads: what comes in is matched against all that is watched, and captured.
#pragma once

#include <mutex>

#include "app/store.hpp"
#include "ingest/subscriber.hpp"
#include "leads/capture.hpp"
#include "leads/watched.hpp"

namespace sextant::app {

leads::CapturePath path_of(ingest::Path path);

class LeadsCapture {
 public:
  // The store outlives it, and it outlives its subscriber.
  LeadsCapture(const Store& store, const Hash& tombstone_key);

  ingest::Subscriber subscriber();
  // What is watched now, by all organisations, and the matcher of its keywords.
  Result<leads::Watches::State> watched(db::Connection& reader) { return watches_.at(reader); }
  // Of all that was written since the start.
  leads::CaptureCounts counts() const;

 private:
  Result<bool> is_erased(db::Connection& reader, const ingest::Arrival& arrival,
                         const forge::Account& actor) const;
  Result<ingest::Interest> look(db::Connection& reader, const ingest::Arrival& arrival);

  const leads::Settings& settings_;
  const Hash tombstone_key_;
  const Clock& clock_;
  leads::Watches watches_;
  mutable std::mutex mutex_;
  leads::CaptureCounts counts_;
};

}  // namespace sextant::app
