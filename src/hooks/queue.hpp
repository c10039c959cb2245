// What is due, and which process sends it. A process takes whole endpoints, each with a lease, so
// that the deliveries of one are sent in order and cost one write each: that of the outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sealed_text.hpp"
#include "db/connection.hpp"
#include "hooks/delivery.hpp"
#include "hooks/endpoint_secrets.hpp"
#include "hooks/endpoints.hpp"

namespace sextant::hooks {

// A delivery in the hands of whoever sends it.
struct Parcel {
  std::int64_t delivery = 0;
  std::int64_t message = 0;
  State state = State::fresh;
  int attempts = 0;  // so far
  std::string body;  // empty: erased
};

// Where to, as it stands now.
struct Address {
  EndpointKey endpoint;
  Kind kind = Kind::webhook;
  std::string url;
  EndpointSecrets secrets;
  bool is_readable = true;  // its secrets are
  std::string why_not;
  std::optional<Instant> failing_since;
};

// Endpoints with something due that nobody has: those that answer first, then those that have
// waited longest.
Result<std::vector<EndpointKey>> find_due(db::Connection& connection, Instant now, int most);

// Takes those that are still free; answers which.
Result<std::vector<EndpointKey>> claim(db::Connection& connection,
                                       const std::vector<EndpointKey>& endpoints,
                                       std::int64_t claim, std::string_view node, Instant now,
                                       Instant until);
// Answers which of them are still ours.
Result<std::vector<EndpointKey>> renew(db::Connection& connection,
                                       const std::vector<EndpointKey>& endpoints,
                                       std::int64_t claim, Instant until);
Result<void> let_go(db::Connection& connection, const std::vector<EndpointKey>& endpoints,
                    std::int64_t claim, Instant now);

// Nothing when the endpoint is not ours any more, is switched off or wants to be left alone.
Result<std::optional<Address>> read_address(db::Connection& connection, const EndpointKey& endpoint,
                                            std::int64_t claim, const Sealer& sealer, Instant now);
// What is due, in order of due_at and creation, without those that are `out` already.
Result<std::vector<Parcel>> read_due(db::Connection& connection, const EndpointKey& endpoint,
                                     State state, const std::set<std::int64_t>& out, Instant now,
                                     std::size_t most);

// What is over stays as it is.
Result<void> settle(db::Connection& connection, const Attempted& attempted);

// How the endpoint fares.
Result<void> note_failing(db::Connection& connection, const EndpointKey& endpoint,
                          std::optional<Instant> since);
Result<void> pause(db::Connection& connection, const EndpointKey& endpoint, Instant until);
Result<void> disable(db::Connection& connection, const EndpointKey& endpoint,
                     std::string_view reason, Instant now);

}  // namespace sextant::hooks
