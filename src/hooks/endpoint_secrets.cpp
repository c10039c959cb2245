#include "hooks/endpoint_secrets.hpp"

#include <array>

#include <fmt/format.h>

#include "hooks/signature.hpp"

namespace sextant::hooks {

Secret new_signing_secret() {
  std::array<std::uint8_t, 32> bytes;
  fill_random(bytes);
  return Secret(
      std::string(secret_prefix) +
      to_base64(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

std::string secret_place(std::int64_t organization, std::int64_t endpoint) {
  return fmt::format("{}/{}/secret", organization, endpoint);
}

std::string credential_place(std::int64_t organization, std::int64_t endpoint) {
  return fmt::format("{}/{}/credential", organization, endpoint);
}

Result<EndpointSecrets> read_secrets(const db::Row& row, int first, std::int64_t organization,
                                     std::int64_t endpoint, const Sealer& sealer, Instant now) {
  const std::string place = secret_place(organization, endpoint);
  EndpointSecrets secrets;
  secrets.secret = TRY(sealer.open(row.blob(first), place));
  if (!row.is_null(first + 1) && row.time(first + 2) > now)
    secrets.previous = TRY(sealer.open(row.blob(first + 1), place));
  if (!row.is_null(first + 3))
    secrets.credential =
        TRY(sealer.open(row.blob(first + 3), credential_place(organization, endpoint)));
  return secrets;
}

}  // namespace sextant::hooks
