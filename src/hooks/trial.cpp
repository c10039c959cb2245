#include <algorithm>
#include <atomic>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "hooks/deliveries.hpp"
#include "hooks/destination.hpp"
#include "hooks/endpoint_secrets.hpp"
#include "hooks/signature.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t body_bytes_shown = 1024;
// Somebody waits for it, and so does a thread that others need; and a server stops within ten.
constexpr std::chrono::milliseconds longest_wait{5'000};
constexpr int trials_most = 2;  // at a time

// A place among them, given back at the end of the scope.
class Place {
 public:
  Place() : is_taken_(taken_.fetch_add(1) < trials_most) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { taken_.fetch_sub(1); }
  bool is_taken() const { return is_taken_; }

 private:
  static inline std::atomic<int> taken_ = 0;
  const bool is_taken_;
};

std::string test_body(Instant now) {
  return fmt::format(R"({{"event":"webhook.test","timestamp":"{}","type":"webhook.test",)"
                     R"("data":{{"message":"This is a test: deliveries of Sextant reach you."}}}})",
                     to_iso(now));
}

Result<EndpointSecrets> find_secrets(db::Connection& connection, const Endpoint& endpoint,
                                     const Sealer& sealer, Instant now) {
  db::Query query(fmt::format("SELECT {} FROM hook_endpoints", secret_columns));
  query.where("organization = {}", endpoint.organization).where("id = {}", endpoint.id);
  const auto found = TRY(connection.row(query, [&](const db::Row& row) {
    return read_secrets(row, 0, endpoint.organization, endpoint.id, sealer, now);
  }));
  if (!found) return fail(ErrorKind::not_found, "there is no such webhook");
  return *found;
}

}  // namespace

Result<Trial> try_endpoint(db::Database& database, std::int64_t organization, std::int64_t endpoint,
                           const Sealer& sealer, const Settings& settings, Instant now) {
  Endpoint to;
  EndpointSecrets secrets;
  {
    const auto reader = TRY(database.reader());
    to = TRY(find_endpoint(*reader, organization, endpoint));
    secrets = TRY(find_secrets(*reader, to, sealer, now));
  }
  auto formatted = TRY(format_for(to.kind, test_body(now), secrets.credential));
  http::Outgoing request{
      .url = to.url, .body = std::move(formatted.body), .headers = std::move(formatted.headers)};
  for (std::string& header : signature_headers(secrets.secret, secrets.previous,
                                               message_id_text(new_id()), now, request.body))
    request.headers.push_back(std::move(header));
  request.headers.emplace_back("Content-Type: application/json");
  const Place place;
  if (!place.is_taken())
    return fail(ErrorKind::throttled, "other webhooks are being tested; try again in some seconds");
  http::SenderSettings sending = sender_settings(settings);
  sending.timeout = std::min(sending.timeout, longest_wait);
  const http::Reply reply = http::send_alone(sending, std::move(request));
  Trial trial{.status = reply.status,
              .error = reply.error,
              .body = valid_utf8(std::string_view(reply.body).substr(0, body_bytes_shown)),
              .took = std::chrono::ceil<std::chrono::milliseconds>(reply.took)};
  if (trial.error.empty() && !is_taken(to.kind, reply.status))
    trial.error = fmt::format("the receiver answered {}, which is no success", reply.status);
  return trial;
}

}  // namespace sextant::hooks
