// A body that comes in chunks, decoded strictly. Beast's own decoder waits for more where a line
// ends in a bare line feed or a quote stays open, and takes folded trailers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/syntax.hpp"

namespace sextant::http {

class ChunkedBody {
 public:
  enum class State { incomplete, complete, refused };
  struct Progress {
    State state;
    std::size_t used;  // bytes that need not be shown again
  };

  explicit ChunkedBody(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Appends what the chunks hold to `body`. Trailers are checked and left out: nothing here reads
  // them, and none may pass for a header.
  Progress read(std::string_view received, std::string& body);
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class Part { size, data, data_end, trailers, done };

  bool refuse(Refusal refusal);
  bool take_line(std::string_view line, std::size_t body_bytes);
  bool take_size(std::string_view line, std::size_t body_bytes);
  bool take_trailer(std::string_view line);
  bool is_sound_beginning(std::string_view unfinished_line);

  std::size_t most_bytes_;
  Part part_ = Part::size;
  std::uint64_t data_left_ = 0;
  std::size_t trailer_bytes_ = 0;
  Refusal refusal_;
};

}  // namespace sextant::http
