#include "leads/plans.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "leads/authenticity.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

TEST(Plans, AreKnownByNameAndNoPlanIsTheLargest) {
  EXPECT_EQ(plan_named("pro")->requests_a_minute, 60);
  EXPECT_EQ(plan_named("enterprise"), nullptr);
  EXPECT_FALSE(plan_of("starter").has_api);
  EXPECT_EQ(plan_of("free").leads_a_month, 50);
  EXPECT_EQ(plan_of(std::nullopt).name, "agency");
  EXPECT_EQ(plan_of(std::nullopt).leads_a_month, std::nullopt);
}

TEST(PublicIds, ReadBackAndNothingElseDoes) {
  for (const std::int64_t id :
       {std::int64_t{1}, std::int64_t{61}, std::int64_t{62}, std::int64_t{123'456'789},
        std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(read_public_id(lead_prefix, public_id(lead_prefix, id)), id);
  for (const char* wrong : {"", "lead_", "lead_0", "lead_01", "repo_1", "lead_-1", "lead_1 ",
                            "lead_zzzzzzzzzzz", "lead_111111111111"})
    EXPECT_EQ(read_public_id(lead_prefix, wrong), std::nullopt) << wrong;
}

TEST(AuthenticityOfALead, IsUnknownWithoutEvidenceAndFallsWithIt) {
  Lead lead;
  EXPECT_FALSE(authenticity_of(lead));
  lead.occurred_at = from_unix_ms(1'780'000'000'000);
  lead.profile.account_created_at = lead.occurred_at - std::chrono::days{61};
  EXPECT_EQ(authenticity_of(lead)->score, 100);
  lead.profile.account_created_at = lead.occurred_at - std::chrono::days{59};
  EXPECT_EQ(authenticity_of(lead)->score, 70);
  lead.profile.followers = 0;
  lead.profile.public_repos = 0;
  lead.profile.starred = 1;
  lead.evidence = burst | lockstep;
  EXPECT_EQ(authenticity_of(lead)->score, 0);
  EXPECT_EQ(authenticity_of(lead)->reasons.size(), 5u);
}

}  // namespace
}  // namespace sextant::leads
