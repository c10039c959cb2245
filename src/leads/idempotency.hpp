// One effect for one Idempotency-Key: the first answer again for a day, kept sealed and in the same
// transaction as what it tells.
#pragma once

#include <cstdint>
#include <functional>

#include "leads/api.hpp"

namespace sextant::leads {

// Whether an answer may show people: it is forgotten then when one of them is erased.
enum class Shows { nobody, people };

using Write = std::function<Result<http::Response>(db::Connection&)>;

// Runs `write` in a write transaction, unless the request's Idempotency-Key came before: then the
// answer is the one it had, or `conflict` where the request was another one.
Result<http::Response> write_once(const ApiCall& call, Shows shows, const Write& write);

// The same for an effect that cannot be part of a transaction: the answer is kept after it, so a
// request that is repeated while the first one runs may have its effect twice.
Result<http::Response> act_once(const ApiCall& call, Shows shows,
                                const std::function<Result<http::Response>()>& act);

// For erasure, and for answers whose day is over; both say how many there were.
Result<std::int64_t> forget_personal_answers(db::Connection& db, std::int64_t organization);
Result<std::int64_t> forget_old_answers(db::Connection& db, std::int64_t organization, Instant now);

}  // namespace sextant::leads
