// The guard: from a token to its caller, within the caller's budget, or a refusal that is ready to
// send.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "access/rate_limits.hpp"
#include "access/tokens.hpp"
#include "db/database.hpp"
#include "http/response.hpp"

namespace sextant::access {

// Who asks. Shared with the guard's memory, never changed.
struct Caller {
  std::int64_t organization = 0;
  std::string public_id;
  std::string slug;
  std::string name;
  std::int64_t token = 0;
  std::string scopes;  // separated by spaces
  std::optional<std::string> plan;
};

// A token that is good, as far as it goes by itself, and whose it is.
struct Known {
  KnownToken token;
  std::shared_ptr<const Caller> caller;
};
using KnownPointer = std::shared_ptr<const Known>;

// Why a request's token is not taken.
enum class Denial { none_sent, malformed, unknown, revoked, expired };

struct Admission {
  std::shared_ptr<const Caller> caller;
  http::Pairs rate_headers;  // for whatever is answered
};

// 401 (unknown, malformed, expired, revoked), 404 (the organisation is deleted), 403 (membership
// lost, scope missing), 429, 503.
using Outcome = std::variant<Admission, http::Response>;

class Guard {
 public:
  Guard(RateLimits& limits, const Clock& clock) : limits_(limits), clock_(clock) {}

  // `endpoint` names the route whose budget is spent. A refused request spends nothing. What
  // another process has committed before the request (a revoked token) counts.
  Outcome admit(const http::Request& request, std::string_view scope, std::string_view endpoint,
                db::Connection& connection);

  // The token that the request brings, of that form; an error is one of the store. Counts as a use.
  Result<std::variant<KnownPointer, Denial>> recognize(const http::Request& request,
                                                       const SecretForm& form,
                                                       db::Connection& connection);

  // What the request's token is refused with, whatever it is for; nothing where it is good. Spends
  // no budget.
  std::optional<http::Response> identify(const http::Request& request, db::Connection& connection);

  // Writes down when tokens were used last: to be called every some twenty seconds, and at the end.
  Result<void> flush_uses(db::Database& database);

 private:
  struct HashHash {
    std::size_t operator()(const Hash& hash) const;
  };

  std::variant<KnownPointer, http::Response> authenticate(const http::Request& request,
                                                          db::Connection& connection);
  Result<KnownPointer> find(const Hash& hash, db::Connection& connection);
  KnownPointer recall(const Hash& hash, std::uint64_t epoch);
  void remember(const KnownPointer& known, std::uint64_t epoch);
  void note_use(const KnownToken& token, Instant now);

  RateLimits& limits_;
  const Clock& clock_;
  std::mutex mutex_;
  std::uint64_t epoch_ = 0;  // the state of the store from which all of `known_` were read
  std::unordered_map<Hash, KnownPointer, HashHash> known_;
  std::unordered_map<std::int64_t, TokenUse> uses_;  // by token; not yet written down
};

}  // namespace sextant::access
