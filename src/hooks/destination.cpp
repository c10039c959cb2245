#include "hooks/destination.hpp"

#include <utility>

namespace sextant::hooks {

Result<Formatted> format_for(Kind kind, std::string body, const Secret& credential) {
  switch (kind) {
    case Kind::slack:
      return format_for_slack(body);
    case Kind::discord:
      return format_for_discord(body);
    case Kind::hubspot:
      return format_for_hubspot(body, credential);
    case Kind::webhook:
      break;
  }
  return Formatted{.body = std::move(body), .headers = {}};
}

bool is_taken(Kind kind, int status) {
  // HubSpot says 207 where it took none or some of what a batch holds; ours hold one.
  return status >= 200 && status < 300 && !(kind == Kind::hubspot && status == 207);
}

}  // namespace sextant::hooks
