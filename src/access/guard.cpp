#include "access/guard.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sextant::access {
namespace {

constexpr std::size_t known_most = 10'000;
constexpr std::size_t uses_per_write = 500;  // a write takes well under 50 ms

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

http::Response without_credential() {
  http::Response response =
      http::problem(401, "unauthorized", "Send a token: Authorization: Bearer gv_pat_...");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sextant\"");
  return response;
}

http::Response invalid_token(std::string_view description) {
  http::Response response = http::problem(401, "invalid_token", description);
  response.headers.emplace_back(
      "WWW-Authenticate",
      fmt::format("Bearer realm=\"sextant\", error=\"invalid_token\", error_description=\"{}\"",
                  description));
  return response;
}

http::Response denied(Denial denial) {
  switch (denial) {
    case Denial::none_sent:
      return without_credential();
    case Denial::malformed:
      return invalid_token("The token is malformed");
    case Denial::unknown:
      return invalid_token("The token is unknown");
    case Denial::revoked:
      return invalid_token("The token has been revoked");
    case Denial::expired:
      break;
  }
  return invalid_token("The token has expired");
}

// What follows "Bearer "; nothing where the header is of another kind.
std::optional<std::string_view> bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer";
  const auto space = authorization.find(' ');
  if (!equal_without_case(authorization.substr(0, space), scheme)) return std::nullopt;
  return space == authorization.npos ? std::string_view() : trim(authorization.substr(space));
}

bool has_scope(std::string_view scopes, std::string_view wanted) {
  const auto granted = split(scopes, ' ');
  return std::ranges::find(granted, wanted) != granted.end();
}

// Why a token that we know is not good (any more).
std::optional<http::Response> refusal(const KnownToken& token, std::string_view scope) {
  if (token.is_organization_deleted)
    return http::problem(404, "not_found", "The organization of this token has been deleted");
  if (!token.has_member)
    return http::problem(403, "membership_revoked",
                         "Who made this token does not belong to its organization any more");
  if (!has_scope(token.scopes, scope))
    return http::problem(403, "insufficient_scope",
                         fmt::format("This token lacks the scope {}", scope));
  return std::nullopt;
}

http::Pairs rate_headers(const RateAnswer& rate) {
  http::Pairs headers;
  headers.reserve(9);
  const auto add = [&](const char* name, std::int64_t value) {
    headers.emplace_back(name, std::to_string(value));
  };
  add("X-RateLimit-Limit-minute", rate.minute.limit);
  add("X-RateLimit-Remaining-minute", rate.minute.remaining);
  add("X-RateLimit-Reset-minute", rate.minute.reset_s);
  add("X-RateLimit-Limit-day", rate.day.limit);
  add("X-RateLimit-Remaining-day", rate.day.remaining);
  add("X-RateLimit-Reset-day", rate.day.reset_s);
  return headers;
}

http::Response too_many_requests(const RateAnswer& rate) {
  http::Response response =
      http::json(R"({"statusCode":429,"message":"ThrottlerException: Too Many Requests"})");
  response.status = 429;
  response.headers = rate_headers(rate);
  response.headers.emplace_back("Retry-After", std::to_string(rate.retry_after_s()));
  response.headers.emplace_back("Retry-After-minute", std::to_string(rate.minute.reset_s));
  response.headers.emplace_back("Retry-After-day", std::to_string(rate.day.reset_s));
  return response;
}

std::string_view view_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Result<std::variant<KnownPointer, Denial>> Guard::recognize(const http::Request& request,
                                                            const SecretForm& form,
                                                            db::Connection& connection) {
  const std::string_view authorization = trim(request.header("authorization").value_or(""));
  if (authorization.empty()) return Denial::none_sent;
  const auto secret = bearer(authorization);
  if (!secret || !is_well_formed_token(*secret, form.prefix, form.length)) return Denial::malformed;

  const Hash hash = sha256(*secret);
  const KnownPointer known = TRY(find(hash, connection));
  if (!known || !equal_in_constant_time(view_of(known->token.hash), view_of(hash)))
    return Denial::unknown;
  if (known->token.is_revoked) return Denial::revoked;
  const Instant now = clock_.now();
  if (known->token.expires_at && now >= *known->token.expires_at) return Denial::expired;
  note_use(known->token, now);
  return known;
}

std::variant<KnownPointer, http::Response> Guard::authenticate(const http::Request& request,
                                                               db::Connection& connection) {
  const auto recognized = recognize(request, velocity_token, connection);
  if (!recognized) return http::problem(recognized.error(), request);
  if (const auto* denial = std::get_if<Denial>(&*recognized)) return denied(*denial);
  return std::get<KnownPointer>(*recognized);
}

std::optional<http::Response> Guard::identify(const http::Request& request,
                                              db::Connection& connection) {
  auto identity = authenticate(request, connection);
  if (auto* refused = std::get_if<http::Response>(&identity)) return std::move(*refused);
  return std::nullopt;
}

Outcome Guard::admit(const http::Request& request, std::string_view scope,
                     std::string_view endpoint, db::Connection& connection) {
  auto identity = authenticate(request, connection);
  if (auto* refused = std::get_if<http::Response>(&identity)) return std::move(*refused);
  const KnownPointer& entry = std::get<KnownPointer>(identity);

  if (auto refused = refusal(entry->token, scope)) return *std::move(refused);
  const auto rate = limits_.spend(endpoint, entry->token.organization);
  if (!rate) return http::problem(rate.error(), request);
  if (rate->verdict == Verdict::refuse) return too_many_requests(*rate);
  if (rate->verdict == Verdict::full)
    return http::problem({ErrorKind::unavailable, "too many rate windows are live"}, request);
  return Admission{entry->caller, rate_headers(*rate)};
}

Result<KnownPointer> Guard::find(const Hash& hash, db::Connection& connection) {
  // Asked before the store is read, so that what is remembered is never older than its number says.
  const auto epoch = connection.epoch();
  if (epoch)
    if (KnownPointer entry = recall(hash, *epoch)) return entry;
  auto token = TRY(find_token(connection, hash));
  if (!token) return KnownPointer();
  auto caller = std::make_shared<const Caller>(Caller{.organization = token->organization,
                                                      .public_id = token->organization_public_id,
                                                      .slug = token->organization_slug,
                                                      .name = token->organization_name,
                                                      .token = token->id,
                                                      .scopes = token->scopes,
                                                      .plan = token->organization_plan});
  auto entry = std::make_shared<const Known>(Known{*std::move(token), std::move(caller)});
  if (epoch) remember(entry, *epoch);
  return entry;
}

KnownPointer Guard::recall(const Hash& hash, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  // One who asked earlier and comes later may have what is newer than asked for.
  if (epoch > epoch_) {
    known_.clear();
    epoch_ = epoch;
  }
  const auto found = known_.find(hash);
  return found == known_.end() ? nullptr : found->second;
}

void Guard::remember(const KnownPointer& entry, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (epoch != epoch_) return;
  if (known_.size() >= known_most) known_.clear();
  known_[entry->token.hash] = entry;
}

void Guard::note_use(const KnownToken& token, Instant now) {
  const std::lock_guard lock(mutex_);
  uses_[token.id] = {token.organization, token.id, now};
}

Result<void> Guard::flush_uses(db::Database& database) {
  std::vector<TokenUse> uses;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, use] : uses_) uses.push_back(use);
    uses_.clear();
  }
  for (std::size_t at = 0; at < uses.size(); at += uses_per_write) {
    const std::span slice(uses.begin() + static_cast<std::ptrdiff_t>(at),
                          std::min(uses_per_write, uses.size() - at));
    const auto written = database.write([&](db::Connection& connection) -> Result<void> {
      for (const TokenUse& use : slice) TRY(save_use(connection, use));
      return {};
    });
    if (written) continue;
    // They are tried again next time, unless the token has been used since.
    const std::lock_guard lock(mutex_);
    for (; at < uses.size(); ++at) uses_.try_emplace(uses[at].token, uses[at]);
    return written;
  }
  return {};
}

std::size_t Guard::HashHash::operator()(const Hash& hash) const {
  std::size_t first;
  std::memcpy(&first, hash.data(), sizeof first);
  return first;
}

}  // namespace sextant::access
