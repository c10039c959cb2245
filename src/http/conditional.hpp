// ETags, and answering 304 to who holds the answer already.
#pragma once

#include <string>
#include <string_view>

#include "http/compression.hpp"

namespace sextant::http {

// A strong tag, in its quotes. It differs by encoding, since the bytes do.
std::string entity_tag(std::string_view content_or_version, Encoding encoding);

// Whether If-None-Match names the tag: in a list, with or without W/, or as * (weak comparison, as
// RFC 9110 has it for this header).
bool holds_already(const Request& request, std::string_view tag);

// The 304 in place of `response`, whose ETag it already has among its headers.
Response not_modified_in_place_of(Response response);

}  // namespace sextant::http
