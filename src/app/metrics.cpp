#include "app/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace sextant::app {

Metrics::Metrics()
    : requests_(prometheus::BuildCounter()
                    .Name("sextant_http_requests_total")
                    .Help("Answers by route and status")
                    .Register(registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("sextant_http_request_seconds")
                   .Help("Time from a request to its answer, by route")
                   .Register(registry_)),
      connections_(prometheus::BuildGauge()
                       .Name("sextant_http_open_connections")
                       .Help("Connections open now")
                       .Register(registry_)
                       .Add({})),
      bytes_(prometheus::BuildCounter()
                 .Name("sextant_http_response_bytes_total")
                 .Help("Bytes of answers")
                 .Register(registry_)
                 .Add({})),
      jobs_(prometheus::BuildGauge()
                .Name("sextant_jobs")
                .Help("Background jobs in the store, of all nodes, by state")
                .Register(registry_)),
      deliveries_waiting_(prometheus::BuildGauge()
                              .Name("sextant_deliveries_waiting")
                              .Help("Webhook deliveries that are still to be made, of all nodes")
                              .Register(registry_)
                              .Add({})),
      deliveries_late_s_(prometheus::BuildGauge()
                             .Name("sextant_deliveries_late_seconds")
                             .Help("How long the one that is overdue the longest is overdue")
                             .Register(registry_)
                             .Add({})) {}

void Metrics::count(const http::Served& served) {
  static const prometheus::Histogram::BucketBoundaries bounds{
      0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};
  const std::string route = served.route ? served.route->pattern : "none";
  requests_.Add({{"route", route}, {"status", std::to_string(served.status)}}).Increment();
  seconds_.Add({{"route", route}}, bounds).Observe(static_cast<double>(served.took.count()) / 1e6);
  bytes_.Increment(static_cast<double>(served.bytes));
}

void Metrics::set_jobs(const jobs::JobCounts& counts) {
  const auto set = [&](const char* state, std::int64_t count) {
    jobs_.Add({{"state", state}}).Set(static_cast<double>(count));
  };
  set("waiting", counts.waiting);
  set("running", counts.running);
  set("failed", counts.failed);
}

void Metrics::set_deliveries(const hooks::QueueState& queue, Instant now) {
  deliveries_waiting_.Set(static_cast<double>(queue.waiting));
  const bool is_late = queue.oldest_due_at && *queue.oldest_due_at < now;
  deliveries_late_s_.Set(
      is_late ? static_cast<double>(unix_ms(now) - unix_ms(*queue.oldest_due_at)) / 1000 : 0);
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace sextant::app
