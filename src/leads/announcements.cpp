#include "leads/announcements.hpp"

#include "hooks/announcement.hpp"
#include "leads/lead_shape.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {

Result<void> Announcer::tell(std::string_view event, const Lead& lead) {
  if (!rules_) rules_ = TRY(list_fit_rules(db_, organization_));
  const ShownLead shown_lead = shown(lead, *rules_);
  hooks::Announcement announcement{.event = std::string(event),
                                   .data = to_json(shown_lead),
                                   .texts = {},
                                   .numbers = {},
                                   .subject = public_id(person_prefix, lead.person)};
  announcement.texts.emplace("signal_type", signal_type(lead.kind));
  announcement.texts.emplace("repository", lead.repository);
  for (const std::string& keyword : lead.keywords) announcement.texts.emplace("keyword", keyword);
  if (shown_lead.fit_score) announcement.numbers["fit_score"] = *shown_lead.fit_score;
  if (shown_lead.authenticity)
    announcement.numbers["authenticity"] = shown_lead.authenticity->score;
  return hooks::announce(db_, organization_, announcement, now_);
}

Result<void> Announcer::tell_quota_reached(const Quota& quota) {
  const Usage usage{.period = quota.period(),
                    .captured = quota.captured(),
                    .limit = quota.limit(),
                    .over_quota = 0};
  return hooks::announce(db_, organization_,
                         {.event = std::string(quota_reached),
                          .data = to_json(usage),
                          .texts = {},
                          .numbers = {},
                          .subject = {}},
                         now_);
}

}  // namespace sextant::leads
