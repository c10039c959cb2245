#include "http/chunked_body.hpp"

#include <algorithm>
#include <charconv>

namespace sextant::http {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_trailer_bytes = 8192;

// Takes a token, or where it may be one a quoted string, off the front.
bool take_word(std::string_view& text, bool may_be_quoted) {
  if (may_be_quoted && text.starts_with('"')) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        return text.remove_prefix(i + 1), true;
    }
    return false;
  }
  const std::size_t end = std::min(text.find_first_of(";="), text.size());
  if (!is_token(text.substr(0, end))) return false;
  text.remove_prefix(end);
  return true;
}

// ;name=value;name="value";name
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != ';') return false;
    text.remove_prefix(1);
    if (!take_word(text, false)) return false;
    if (!text.starts_with('=')) continue;
    text.remove_prefix(1);
    if (!take_word(text, true)) return false;
  }
  return true;
}

}  // namespace

bool ChunkedBody::refuse(Refusal refusal) {
  refusal_ = refusal;
  return false;
}

ChunkedBody::Progress ChunkedBody::read(std::string_view received, std::string& body) {
  std::size_t used = 0;
  while (part_ != Part::done) {
    const std::string_view rest = received.substr(used);
    if (part_ == Part::data) {
      const std::size_t count = std::min<std::uint64_t>(data_left_, rest.size());
      body += rest.substr(0, count);
      used += count;
      data_left_ -= count;
      if (data_left_ > 0) return {State::incomplete, used};
      part_ = Part::data_end;
      continue;
    }
    const std::size_t end = rest.find('\n');
    if (end == rest.npos)
      return {is_sound_beginning(rest) ? State::incomplete : State::refused, used};
    if (!is_sound_beginning(rest.substr(0, end))) return {State::refused, used};
    if (end == 0 || rest[end - 1] != '\r') {
      refuse({.message = "a line of the chunked body ends without a carriage return"});
      return {State::refused, used};
    }
    used += end + 1;
    if (!take_line(rest.substr(0, end - 1), body.size())) return {State::refused, used};
  }
  return {State::complete, used};
}

// Of a line whose end may be still to come: what is wrong is known before that.
bool ChunkedBody::is_sound_beginning(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (part_ == Part::data_end && !line.empty())
    return refuse({.message = "a chunk is longer than its size"});
  if (line.size() > longest_line)
    return refuse({.message = "a line of the chunked body is too long"});
  if (has_control(line))
    return refuse({.message = "the chunked body has a control character in a line"});
  return true;
}

bool ChunkedBody::take_line(std::string_view line, std::size_t body_bytes) {
  switch (part_) {
    case Part::size:
      return take_size(line, body_bytes);
    case Part::trailers:
      return take_trailer(line);
    default:
      part_ = Part::size;
      return true;  // the line end after a chunk's data
  }
}

bool ChunkedBody::take_size(std::string_view line, std::size_t body_bytes) {
  const char* const last = line.data() + line.size();
  const auto [end, error] = std::from_chars(line.data(), last, data_left_, 16);
  if (error != std::errc() || !are_extensions({end, static_cast<std::size_t>(last - end)}))
    return refuse({.message = "a chunk does not begin with its size"});
  if (data_left_ > most_bytes_ - body_bytes)
    return refuse({413, "payload_too_large", "the body is larger than this server takes"});
  part_ = data_left_ == 0 ? Part::trailers : Part::data;
  return true;
}

bool ChunkedBody::take_trailer(std::string_view line) {
  if (line.empty()) {
    part_ = Part::done;
    return true;
  }
  const std::string_view name = field_name(line);
  if (name.empty()) return refuse({.message = "a trailer is not a name and a value"});
  for (const std::string_view framing : {"content-length", "transfer-encoding", "host"})
    if (equal_ignoring_case(name, framing))
      return refuse({.message = "a trailer would change the message"});
  trailer_bytes_ += line.size();
  return trailer_bytes_ <= most_trailer_bytes || refuse({.message = "the trailers are too long"});
}

}  // namespace sextant::http
