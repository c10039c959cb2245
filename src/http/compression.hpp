// gzip and zstd for answers, whole or streamed.
#pragma once

#include <string_view>

#include "http/response.hpp"

namespace sextant::http {

enum class Encoding { identity, gzip, zstd };

// "gzip", "zstd"; empty for identity.
std::string_view name_of(Encoding encoding);

// What the client wants most by Accept-Encoding; zstd before gzip where it wants both as much.
Encoding wanted_encoding(const Request& request);

// Text that a client can be expected to unpack with gain.
bool is_compressible(std::string_view content_type);
constexpr std::size_t compressed_from_bytes = 1024;

// Not for identity. Each piece of the stream can be unpacked when it arrives.
std::string compress(std::string_view text, Encoding encoding);
BodyStream compress(BodyStream stream, Encoding encoding);

}  // namespace sextant::http
