// What forges post: signature first, then kept as it came, then answered; everything else is done
// later by a worker.
#pragma once

#include <functional>
#include <optional>

#include "base/sealed_text.hpp"
#include "db/database.hpp"
#include "http/router.hpp"
#include "http/syntax.hpp"

namespace sextant::app {

// Why the body of such a request need not be read; nothing where it may be signed.
std::optional<http::Refusal> refuse_unsigned(const http::Request& request);

class WebhookIntake {
 public:
  // `secret` is the installation's own, for the address without a name; empty refuses all there.
  // `on_taken` is called when something new is to be worked off. All outlive it.
  WebhookIntake(db::Database& database, const Sealer& sealer, const Secret& secret,
                const Clock& clock, std::function<void()> on_taken)
      : database_(database),
        sealer_(sealer),
        secret_(secret),
        clock_(clock),
        on_taken_(std::move(on_taken)) {}

  // POST /webhooks/github and /webhooks/github/{hook}
  void add_routes(http::Router& router);

 private:
  Result<http::Response> take(const http::Request& request);

  db::Database& database_;
  const Sealer& sealer_;
  const Secret& secret_;
  const Clock& clock_;
  const std::function<void()> on_taken_;
};

}  // namespace sextant::app
