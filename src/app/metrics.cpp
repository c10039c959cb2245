#include "app/metrics.hpp"

#include <algorithm>

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
                             .Add({})),
      model_questions_(prometheus::BuildCounter()
                           .Name("sextant_model_questions_total")
                           .Help("Questions to language models, of all nodes, by what became of "
                                 "them")
                           .Register(registry_)),
      model_seconds_(prometheus::BuildCounter()
                         .Name("sextant_model_seconds_total")
                         .Help("Time that those questions took, with all waits")
                         .Register(registry_)),
      model_tokens_in_(prometheus::BuildCounter()
                           .Name("sextant_model_tokens_in_total")
                           .Help("Tokens sent to language models, as their servers count them")
                           .Register(registry_)
                           .Add({})),
      model_tokens_in_cached_(prometheus::BuildCounter()
                                  .Name("sextant_model_tokens_in_cached_total")
                                  .Help("Of the tokens sent, those that the provider had kept")
                                  .Register(registry_)
                                  .Add({})),
      model_tokens_out_(prometheus::BuildCounter()
                            .Name("sextant_model_tokens_out_total")
                            .Help("Tokens of language models' answers")
                            .Register(registry_)
                            .Add({})),
      model_dollars_(prometheus::BuildCounter()
                         .Name("sextant_model_cost_dollars_total")
                         .Help("What those tokens cost by the prices in the settings")
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

void Metrics::set_models(const velocity::ModelCounts& counts) {
  const std::lock_guard lock(raising_models_);
  // What others have counted; it only rises.
  const auto raise = [](prometheus::Counter& counter, double to) {
    counter.Increment(std::max(0.0, to - counter.Value()));
  };
  velocity::ModelCount all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const velocity::ModelCount& one = counts[i];
    const std::string outcome(scoring::name(static_cast<scoring::ModelOutcome>(i)));
    raise(model_questions_.Add({{"outcome", outcome}}), static_cast<double>(one.questions));
    raise(model_seconds_.Add({{"outcome", outcome}}), static_cast<double>(one.milliseconds) / 1e3);
    all.tokens_in += one.tokens_in;
    all.tokens_in_cached += one.tokens_in_cached;
    all.tokens_out += one.tokens_out;
    all.micro_dollars += one.micro_dollars;
  }
  raise(model_tokens_in_, static_cast<double>(all.tokens_in));
  raise(model_tokens_in_cached_, static_cast<double>(all.tokens_in_cached));
  raise(model_tokens_out_, static_cast<double>(all.tokens_out));
  raise(model_dollars_, static_cast<double>(all.micro_dollars) / 1e6);
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace sextant::app
