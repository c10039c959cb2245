// Bytes of a connection, whole and cut in two: whatever they are, they become requests or a
// refusal, and the same ones however they arrive.
#include <cstdlib>
#include <string>

#include "http/incoming.hpp"

namespace {

using sextant::http::Incoming;

// What a connection makes of the bytes: the requests, and how it ended.
std::string outcome(std::string_view first, std::string_view second) {
  Incoming incoming({.header_bytes = 2048, .body_bytes = 4096});
  std::string seen;
  std::string waiting;
  for (const std::string_view part : {first, second}) {
    waiting += part;
    while (true) {
      const Incoming::Progress progress = incoming.read(waiting);
      if (progress.used > waiting.size()) std::abort();
      waiting.erase(0, progress.used);
      if (progress.state == Incoming::State::refused) return seen + "refused";
      if (progress.state != Incoming::State::complete) break;
      if (!incoming.request().path.starts_with('/') || incoming.request().body.size() > 4096)
        std::abort();
      seen += incoming.request().path + '\n' + incoming.request().body + '\n';
      incoming.next();
    }
  }
  return seen + "waiting";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = data[0] % (bytes.size() + 1);
  if (outcome(bytes, {}) != outcome(bytes.substr(0, cut), bytes.substr(cut))) std::abort();
  return 0;
}
