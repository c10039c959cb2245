#include "leads/authenticity.hpp"

#include <algorithm>

namespace sextant::leads {
namespace {

constexpr std::chrono::days young_account{60};

}  // namespace

std::optional<Authenticity> authenticity_of(const Lead& lead) {
  const Profile& profile = lead.profile;
  const bool knows_circle = profile.followers && profile.public_repos;
  if (lead.evidence == no_evidence && !profile.account_created_at && !knows_circle &&
      !profile.starred)
    return std::nullopt;
  Authenticity found;
  const auto take = [&](bool holds, int points, std::string_view reason) {
    if (!holds) return;
    found.score = std::max(0, found.score - points);
    found.reasons.push_back(reason);
  };
  take(profile.account_created_at && lead.occurred_at - *profile.account_created_at < young_account,
       30, "account_younger_than_60_days");
  take(knows_circle && *profile.followers == 0 && *profile.public_repos == 0, 30,
       "no_followers_and_no_repositories");
  take(profile.starred == 1 && lead.kind == ActKind::star, 15, "only_star");
  take((lead.evidence & burst) != 0, 20, "burst_on_the_repository");
  take((lead.evidence & lockstep) != 0, 40, "lockstep_with_others");
  return found;
}

}  // namespace sextant::leads
