// Deliveries of any kind with any body: an error or events whose parts are bounded and UTF-8.
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "forge/github/objects.hpp"
#include "forge/github/webhook.hpp"

using namespace sextant;

namespace {

constexpr std::string_view names[] = {"star",
                                      "watch",
                                      "fork",
                                      "issues",
                                      "pull_request",
                                      "issue_comment",
                                      "discussion",
                                      "push",
                                      "pull_request_review",
                                      "ping",
                                      "member",
                                      "pull_request_review_comment",
                                      "discussion_comment"};

void check(const forge::Event& event) {
  for (const std::string& text : {event.title, event.body, event.url, event.repository.language})
    if (valid_utf8(text) != text || text.size() > (256u << 10)) std::abort();
  if (!forge::github::is_login(event.actor.login)) std::abort();
  if (!forge::github::is_full_name(event.repository.full_name)) std::abort();
  if (event.act < 0 || event.number < 0 || event.actor.id < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto parsed =
      forge::github::parse_webhook(names[data[0] % std::size(names)], body, from_unix_ms(1));
  if (parsed)
    for (const forge::Event& event : parsed->events) check(event);
  (void)forge::github::is_signed_by("body", body, Secret("secret"));
  return 0;
}
