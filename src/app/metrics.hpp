// What the server counts about itself, in Prometheus' text form. Names no tenant.
#pragma once

#include <mutex>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "hooks/deliveries.hpp"
#include "http/server.hpp"
#include "jobs/job_store.hpp"
#include "velocity/model_ledger.hpp"

namespace sextant::app {

class Metrics {
 public:
  Metrics();
  void count(const http::Served& served);
  void set_jobs(const jobs::JobCounts& counts);
  void set_deliveries(const hooks::QueueState& queue, Instant now);
  void set_models(const velocity::ModelCounts& counts);
  void set_open_connections(int count) { connections_.Set(count); }
  std::string text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  prometheus::Gauge& connections_;
  prometheus::Counter& bytes_;
  prometheus::Family<prometheus::Gauge>& jobs_;
  prometheus::Gauge& deliveries_waiting_;
  prometheus::Gauge& deliveries_late_s_;
  std::mutex raising_models_;
  prometheus::Family<prometheus::Counter>& model_questions_;
  prometheus::Family<prometheus::Counter>& model_seconds_;
  prometheus::Counter& model_tokens_in_;
  prometheus::Counter& model_tokens_in_cached_;
  prometheus::Counter& model_tokens_out_;
  prometheus::Counter& model_dollars_;
};

}  // namespace sextant::app
