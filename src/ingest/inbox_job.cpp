#include "ingest/inbox_job.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.hpp"
#include "base/log.hpp"
#include "ingest/stored_events.hpp"
#include "jobs/job_store.hpp"

namespace sextant::ingest {
namespace {

constexpr std::string_view unknown_kind = "a kind that nothing here reads";

// The job of a delivery has its name for a key: "4711/72d3162e-cc78-11e3-81ab-4c9367dc0958".
std::string job_key(const DeliveryName& name) {
  return fmt::format("{}/{}", name.hook.id, name.delivery);
}

std::optional<DeliveryName> read_job_key(std::int64_t organization, std::string_view key) {
  const auto slash = key.find('/');
  std::int64_t hook = 0;
  if (slash == key.npos ||
      std::from_chars(key.data(), key.data() + slash, hook).ptr != key.data() + slash)
    return std::nullopt;
  return DeliveryName{{organization, hook}, std::string(key.substr(slash + 1))};
}

void join(std::vector<std::size_t>& wanted, const std::vector<std::size_t>& more) {
  std::vector<std::size_t> both;
  std::ranges::set_union(wanted, more, std::back_inserter(both));
  wanted = std::move(both);
}

// An organisation's own hook tells that organisation alone, for its secret is all it takes to tell
// anything. The installation's hook tells everybody, but nobody of a private repository.
std::optional<std::int64_t> audience(const DeliveryName& name) {
  if (name.hook.organization == 0) return std::nullopt;
  return name.hook.organization;
}

// What no worker could work off in all this time goes with its job.
Result<std::int64_t> purge_failed(db::Connection& connection, Instant before) {
  const auto failed = TRY(jobs::remove_failed(connection, delivery_kind, before));
  for (const jobs::JobName& job : failed)
    if (const auto name = read_job_key(job.organization, job.key))
      TRY(remove_delivery(connection, *name));
  return std::ssize(failed);
}

}  // namespace

Result<bool> take_in(db::Database& database, const Delivery& delivery) {
  bool is_new = false;
  TRY(database.write([&](db::Connection& connection) -> Result<void> {
    is_new = TRY(keep_delivery(connection, delivery));
    if (!is_new) return {};
    const DeliveryName& name = delivery.name;
    TRY(jobs::enqueue(connection,
                      {.organization = name.hook.organization,
                       .kind = delivery_kind,
                       .key = job_key(name),
                       .payload = "{}"},
                      delivery.received_at));
    return {};
  }));
  return is_new;
}

Result<std::size_t> hand_over(const IngestEnvironment& environment, const Arrival& arrival,
                              bool keeps_all,
                              const std::function<Result<void>(db::Connection&)>& and_write) {
  std::vector<std::size_t> wanted;
  std::vector<Interest> interests;
  {
    const auto reader = TRY(environment.database.reader());
    for (const Subscriber& subscriber : environment.subscribers) {
      interests.push_back(TRY(subscriber(*reader, arrival)));
      join(wanted, interests.back().wanted);
    }
  }
  if (keeps_all) {
    wanted.resize(arrival.events.size());
    std::iota(wanted.begin(), wanted.end(), std::size_t{0});
  }
  for (const Interest& interest : interests)
    std::erase_if(wanted, [&](std::size_t place) {
      return std::ranges::binary_search(interest.refused, place);
    });
  const bool has_work =
      !wanted.empty() || and_write ||
      std::ranges::any_of(interests, [](const Interest& one) { return one.write != nullptr; });
  if (!has_work) return std::size_t{0};
  TRY(environment.database.write([&](db::Connection& connection) -> Result<void> {
    TRY(save_events(connection, arrival, wanted));
    for (const Interest& interest : interests)
      if (interest.write) TRY(interest.write(connection));
    return and_write ? and_write(connection) : Result<void>{};
  }));
  for (const Interest& interest : interests)
    if (interest.written) interest.written();
  return wanted.size();
}

Result<void> work_off_delivery(const IngestEnvironment& environment, const jobs::Job& job) {
  const auto name = read_job_key(job.organization, job.key);
  if (!name) return fail(ErrorKind::invalid, "the job names no delivery");
  std::optional<Delivery> delivery;
  {
    const auto reader = TRY(environment.database.reader());
    delivery = TRY(find_delivery(*reader, *name));
  }
  if (!delivery) return {};
  auto read = environment.read(*delivery);
  if (!read && read.error().kind != ErrorKind::invalid) return std::unexpected(read.error());
  std::string problem;
  if (!read)
    problem = read.error().message;
  else if (!read->is_known)
    problem = unknown_kind;
  std::vector<forge::Event> events;
  if (read) events = std::move(read->events);
  const auto organization = audience(*name);
  if (!organization)
    std::erase_if(events, [](const forge::Event& event) { return event.repository.is_private; });
  const Arrival arrival{.events = events,
                        .path = Path::webhook,
                        .organization = organization,
                        .received_at = delivery->received_at};
  TRY(hand_over(environment, arrival, true, [&](db::Connection& connection) {
    return finish_delivery(connection, *name, problem, !read, environment.clock.now());
  }));
  if (!problem.empty())
    log::warning("delivery.not_read", {{"delivery", name->delivery}, {"problem", problem}});
  return {};
}

Result<void> purge(const IngestEnvironment& environment, const std::stop_token& stop) {
  const Instant before = environment.clock.now() - events_kept;
  std::int64_t removed = 1;
  while (removed > 0 && !stop.stop_requested()) {
    TRY(environment.database.write([&](db::Connection& connection) -> Result<void> {
      const auto deliveries = TRY(purge_inbox(connection, before));
      const auto events = TRY(purge_events(connection, before));
      const auto failed = TRY(purge_failed(connection, before));
      removed = deliveries + events + failed;
      return {};
    }));
  }
  return {};
}

}  // namespace sextant::ingest
