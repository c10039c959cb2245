#include "forge/github/webhook.hpp"

#include "forge/github/objects.hpp"

namespace sextant::forge::github {
namespace {

Result<Event> read_frame(const Fields& delivery) {
  Event event;
  const Fields repository = TRY(delivery.required("repository"));
  event.repository = TRY(read_repository(repository));
  const Fields sender = TRY(delivery.required("sender"));
  event.actor = TRY(read_account(sender));
  return event;
}

// Of a kind that is not read, the repository is told where it can be.
Result<ParsedDelivery> read_other(std::string_view event_name, const Fields& delivery) {
  ParsedDelivery parsed{.is_known = event_name == "ping", .repository = {}, .events = {}};
  const auto repository = delivery.object("repository");
  if (!repository || !*repository) return parsed;
  if (auto read = read_repository(**repository)) parsed.repository = *std::move(read);
  return parsed;
}

}  // namespace

bool could_be_signature(std::string_view signature) {
  constexpr std::string_view scheme = "sha256=";
  return signature.starts_with(scheme) && signature.size() == scheme.size() + 2 * sizeof(Hash) &&
         signature.find_first_not_of("0123456789abcdef", scheme.size()) == signature.npos;
}

bool is_signed_by(std::string_view body, std::string_view signature, const Secret& secret) {
  if (secret.empty()) return false;
  return equal_in_constant_time(signature, "sha256=" + to_hex(hmac_sha256(secret.reveal(), body)));
}

Result<ParsedDelivery> parse_webhook(std::string_view event_name, std::string_view body,
                                     Instant received_at) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(body.data(), body.size()).get(object) != simdjson::SUCCESS)
    return fail(ErrorKind::invalid, "the body must be a JSON object");
  const Fields delivery(object);
  const auto kind = payload_kind(event_name);
  if (!kind) return read_other(event_name, delivery);

  Event event = TRY(read_frame(delivery));
  ParsedDelivery parsed{.is_known = true, .repository = event.repository, .events = {}};
  if (!TRY(read_act(*kind, delivery, event))) return parsed;
  if (event.occurred_at == Instant{}) event.occurred_at = received_at;
  parsed.events.push_back(std::move(event));
  return parsed;
}

}  // namespace sextant::forge::github
