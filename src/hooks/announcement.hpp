// What a product tells the outside: an event with a body, and what endpoints may filter by.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::hooks {

struct Announcement {
  std::string event;  // "lead.created"
  // The body's `data`, a JSON object. `event`, `timestamp` and `type` are put around it.
  std::string data;
  // What a product attaches for filters: an endpoint that wants certain values of an attribute gets
  // what has one of them, folded; what has none of the attribute it does not get.
  std::multimap<std::string, std::string> texts;  // "repository" -> "acme/sdk"
  // An endpoint that wants at least so much gets what has at least so much.
  std::map<std::string, double> numbers;  // "fit_score" -> 70
  // What erasing it later goes by: a person, as the product names one; empty: nobody's.
  std::string subject;
};

// Queues a delivery to every endpoint of the organisation that wants it, in the transaction of what
// it tells. Where there is none nothing is written.
Result<void> announce(db::Connection& connection, std::int64_t organization,
                      const Announcement& announcement, Instant now);

// Queues one delivery of a message that is stored.
Result<void> add_delivery(db::Connection& connection, std::int64_t organization,
                          std::int64_t endpoint, std::int64_t message, std::string_view event,
                          Instant now);

// Forgets the bodies about a subject, sent and waiting; what waits is not sent any more, but for
// what is on its way within the next seconds (Settings::fresh). Answers how many there were.
Result<std::int64_t> erase_subject(db::Connection& connection, std::int64_t organization,
                                   std::string_view subject);

}  // namespace sextant::hooks
