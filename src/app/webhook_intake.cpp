#include "app/webhook_intake.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "forge/github/webhook.hpp"
#include "ingest/inbox_job.hpp"

namespace sextant::app {
namespace {

constexpr std::size_t name_bytes_most = 100;

// Of a forge's own making: a UUID, "issue_comment".
bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= name_bytes_most &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

constexpr http::Refusal unsigned_delivery{
    401, "unauthorized", "X-Hub-Signature-256 is missing or not this hook's secret's"};
constexpr std::string_view signature_header = "x-hub-signature-256";

http::Response refused() {
  return http::problem(unsigned_delivery.status, unsigned_delivery.code, unsigned_delivery.message);
}

http::Response taken(bool is_new) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("status").string(is_new ? "accepted" : "already_received");
  json.end_object();
  http::Response response = http::json(std::move(body));
  response.status = 202;
  return response;
}

}  // namespace

std::optional<http::Refusal> refuse_unsigned(const http::Request& request) {
  if (forge::github::could_be_signature(request.header(signature_header).value_or("")))
    return std::nullopt;
  return unsigned_delivery;
}

void WebhookIntake::add_routes(http::Router& router) {
  for (const char* pattern : {"/webhooks/github", "/webhooks/github/{hook}"})
    router.add({http::Method::post, pattern,
                [this](const http::Request& request) { return take(request); }, http::Cost::slow});
}

Result<http::Response> WebhookIntake::take(const http::Request& request) {
  const std::string_view address = request.path_value("hook");
  const auto hook = address.empty() ? ingest::HookName{} : ingest::parse_hook_name(address);
  std::optional<Secret> secret;
  if (address.empty()) {
    if (!secret_.empty()) secret = secret_;
  } else if (hook) {
    const auto reader = TRY(database_.reader());
    secret = TRY(ingest::inbound_secret(*reader, *hook, "github", sealer_));
  }
  // Whether there is such a hook is nobody's business who does not know its secret.
  if (!secret || !forge::github::is_signed_by(
                     request.body, request.header(signature_header).value_or(""), *secret))
    return refused();

  const std::string_view kind = request.header("x-github-event").value_or("");
  const std::string_view delivery = request.header("x-github-delivery").value_or("");
  if (!is_plain_name(kind) || !is_plain_name(delivery))
    return fail(ErrorKind::invalid,
                "X-GitHub-Event and X-GitHub-Delivery must name the event and the delivery");
  const bool is_new = TRY(ingest::take_in(database_, {.name = {*hook, std::string(delivery)},
                                                      .kind = std::string(kind),
                                                      .body = request.body,
                                                      .received_at = clock_.now()}));
  if (is_new) on_taken_();
  return taken(is_new);
}

}  // namespace sextant::app
