// Works off the inbox: a delivery becomes events, which are kept and handed to whoever subscribes.
#pragma once

#include <functional>
#include <string>

#include "base/time.hpp"
#include "db/database.hpp"
#include "ingest/inbox.hpp"
#include "ingest/subscriber.hpp"
#include "jobs/job.hpp"

namespace sextant::ingest {

constexpr const char* delivery_kind = "ingest.delivery";
constexpr const char* purge_kind = "ingest.purge";
constexpr std::chrono::hours events_kept{30 * 24};

// What a forge's delivery says. `invalid`: nothing can be made of it, ever.
struct ReadDelivery {
  bool is_known = false;  // a kind that is read here
  std::vector<forge::Event> events;
};
using DeliveryReader = std::function<Result<ReadDelivery>(const Delivery& delivery)>;

struct IngestEnvironment {
  db::Database& database;
  const Clock& clock;
  std::vector<Subscriber> subscribers;
  DeliveryReader read;
};

// Keeps the delivery with the job that will work it off, in one transaction; once it is back
// nothing loses it. False where it was there already.
Result<bool> take_in(db::Database& database, const Delivery& delivery);

// The handlers of the two kinds of jobs. Done twice is as good as once.
Result<void> work_off_delivery(const IngestEnvironment& environment, const jobs::Job& job);
Result<void> purge(const IngestEnvironment& environment, const std::stop_token& stop);

// Looks at the events with everybody who subscribes, and writes what they make of them: those that
// somebody wants are kept, all of them where `keeps_all`. How many were kept.
Result<std::size_t> hand_over(const IngestEnvironment& environment, const Arrival& arrival,
                              bool keeps_all,
                              const std::function<Result<void>(db::Connection&)>& and_write);

}  // namespace sextant::ingest
