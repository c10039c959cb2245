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
                .Register(registry_)) {}

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

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace sextant::app
