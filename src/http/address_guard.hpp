// Which addresses of the network are the world's, and which lead into somebody's house.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace sextant::http {

// Whether an address, 4 bytes or 16 in network order, is one of the public internet. Loopback,
// private, link-local, shared, multicast, reserved and documentation addresses are not, nor is an
// IPv6 address that stands for an IPv4 one (mapped, NAT64, 6to4, Teredo) or a service of the cloud
// that we may run in.
bool is_public_address(std::span<const std::uint8_t> bytes);

// Where requests may go to. Operators open it for receivers in their own network.
struct Reach {
  bool allow_private = false;   // addresses that are not public
  bool allow_insecure = false;  // http://
};

// Refuses, as `invalid` with a sentence that names `url`, what can be seen not to be a receiver on
// the public internet: other schemes, user names, names and literal addresses of inside, however
// they are spelled. What a name resolves to is checked when connecting.
Result<void> check_outgoing_url(std::string_view url, const Reach& reach);

}  // namespace sextant::http
