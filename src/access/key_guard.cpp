#include "access/key_guard.hpp"

namespace sextant::access {
namespace {

http::Response unauthorized() {
  http::Response response = http::problem(401, "unauthorized", "Invalid or missing API key");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sextant\"");
  return response;
}

// Its reset is a moment, in seconds since 1970.
http::Pairs headers_of(const Budget& budget, Instant now) {
  return {{"X-RateLimit-Limit", std::to_string(budget.limit)},
          {"X-RateLimit-Remaining", std::to_string(budget.remaining)},
          {"X-RateLimit-Reset", std::to_string(unix_ms(now) / 1000 + budget.reset_s)}};
}

}  // namespace

Outcome KeyGuard::admit(const http::Request& request, db::Connection& connection) {
  const auto recognized = guard_.recognize(request, form_, connection);
  if (!recognized) return http::problem(recognized.error(), request);
  const auto* known = std::get_if<KnownPointer>(&*recognized);
  if (!known) return unauthorized();
  const KnownToken& key = (*known)->token;
  if (key.is_organization_deleted || !key.has_member) return unauthorized();

  const Allowance allowance = allowance_of_(key.organization_plan);
  const auto rate =
      limits_.spend(budget_, key.organization,
                    {.per_minute = allowance.requests_per_minute, .per_day = no_limit});
  if (!rate) return http::problem(rate.error(), request);
  if (rate->verdict == Verdict::full)
    return http::problem({ErrorKind::unavailable, "too many rate windows are live"}, request);
  http::Pairs headers = headers_of(rate->minute, clock_.now());
  std::optional<http::Response> refused;
  if (!allowance.has_api)
    refused = http::problem(403, "forbidden", "The plan of this account has no API access");
  else if (rate->verdict == Verdict::refuse)
    refused = http::problem(429, "rate_limited", "Too many requests: wait for Retry-After seconds");
  if (!refused) return Admission{(*known)->caller, std::move(headers)};
  refused->headers.insert(refused->headers.end(), headers.begin(), headers.end());
  if (refused->status == 429)
    refused->headers.emplace_back("Retry-After", std::to_string(rate->retry_after_s()));
  return *std::move(refused);
}

}  // namespace sextant::access
