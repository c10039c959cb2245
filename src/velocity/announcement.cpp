#include "velocity/announcement.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "hooks/announcement.hpp"

namespace sextant::velocity {

Result<void> announce_scored(db::Connection& db, std::int64_t organization,
                             const TrackedRepository& repository, const forge::Merge& merge,
                             const StoredScore& score, Instant now) {
  hooks::Announcement announcement{.event = scored_event,
                                   .data = {},
                                   .texts = {{"repository", fold(repository.name)}},
                                   .numbers = {{"score", score.score}},
                                   .subject = {}};
  json::Writer json(announcement.data);
  json.begin_object();
  json.key("repository").string(repository.name);
  json.key("number");
  merge.number ? json.integer(*merge.number) : json.null();
  json.key("commit").string(merge.commit);
  json.key("title").string(merge.title);
  json.key("score").integer(score.score);
  json.key("scorer").string(score.scorer);
  json.key("merged_at").time(merge.merged_at);
  json.end_object();
  return hooks::announce(db, organization, announcement, now);
}

}  // namespace sextant::velocity
