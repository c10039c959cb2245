// From what a handler returned to what goes out: ETag, 304, compression, the headers every answer
// has.
#pragma once

#include <mutex>
#include <string>

#include "http/compression.hpp"

namespace sextant::http {

// What was worked out before about bodies that are shared between answers: their tags and packed
// forms. Used on many threads at once.
class SharedBodies {
 public:
  using Shared = std::shared_ptr<const std::string>;
  struct Known {
    std::string tag;
    Shared packed;  // null for identity
  };
  // `has_tag` is off where the tag comes from elsewhere: the hash is then not made.
  Known find(const Shared& body, Encoding encoding, bool has_tag);

 private:
  struct Entry {
    std::weak_ptr<const std::string>
        body;  // it outlives nothing: when the body is gone, so is this
    Encoding encoding = Encoding::identity;
    Known known;
  };
  static constexpr std::size_t most_entries = 64;

  std::mutex mutex_;
  std::vector<Entry> entries_;
};

// May compress: runs where the handler ran.
Response finish(const Request& request, Response response, SharedBodies& shared);

// How the body is told apart from what follows it on the connection.
struct Framing {
  bool keep_alive = true;
  bool is_http_1_0 = false;
  bool is_head = false;
};
// The status line and all headers, blank line included. `date` is "Date: ...\r\n".
void append_head(std::string& out, const Response& response, const Framing& framing,
                 std::string_view request_id, std::string_view date);

bool is_stream(const Response& response);
// The bytes of a body that is whole.
std::string_view whole_body(const Response& response);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(Instant at);

// The client's own request id when it is harmless in logs and headers, else a new one.
std::string request_id_for(std::string_view sent);

}  // namespace sextant::http
