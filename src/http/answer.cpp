#include "http/answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "http/conditional.hpp"
#include "http/syntax.hpp"

namespace sextant::http {
namespace {

constexpr std::string_view vary = "Authorization, Accept, Accept-Encoding";

std::string_view status_line(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 202:
      return "HTTP/1.1 202 Accepted\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 302:
      return "HTTP/1.1 302 Found\r\n";
    case 303:
      return "HTTP/1.1 303 See Other\r\n";
    case 304:
      return "HTTP/1.1 304 Not Modified\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 401:
      return "HTTP/1.1 401 Unauthorized\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 406:
      return "HTTP/1.1 406 Not Acceptable\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 414:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 417:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case 429:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500:
      return "HTTP/1.1 500 Internal Server Error\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    default:
      return "";
  }
}

bool has_header(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

// Whatever a handler puts into a header, it stays that one header.
void append_value(std::string& out, std::string_view value) {
  for (const char c : value)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

bool may_have_tag(const Request& request, const Response& response) {
  return response.has_etag && response.status == 200 &&
         (request.method == Method::get || request.method == Method::head) &&
         !has_header(response, "ETag");
}

bool may_be_packed(const Response& response) {
  if (response.status == 204 || response.status == 304 || !is_compressible(response.content_type) ||
      has_header(response, "Content-Encoding"))
    return false;
  return is_stream(response) || whole_body(response).size() >= compressed_from_bytes;
}

// Replaces the body by its packed form, and says what its bytes' tag is where `wants_tag`.
std::string pack(Body& body, Encoding encoding, bool wants_tag, SharedBodies& shared) {
  std::string tag;
  if (auto* whole = std::get_if<std::string>(&body)) {
    if (wants_tag) tag = entity_tag(*whole, encoding);
    if (encoding != Encoding::identity) *whole = compress(*whole, encoding);
  } else if (auto* common = std::get_if<SharedBodies::Shared>(&body)) {
    if (!*common || (!wants_tag && encoding == Encoding::identity)) return tag;
    SharedBodies::Known known = shared.find(*common, encoding, wants_tag);
    if (known.packed) *common = std::move(known.packed);
    tag = std::move(known.tag);
  } else if (encoding != Encoding::identity) {
    body = compress(std::get<BodyStream>(std::move(body)), encoding);
  }
  return tag;
}

}  // namespace

SharedBodies::Known SharedBodies::find(const Shared& body, Encoding encoding, bool has_tag) {
  const auto is_it = [&](const Entry& entry) {
    return entry.encoding == encoding && entry.known.tag.empty() != has_tag &&
           !entry.body.owner_before(body) && !body.owner_before(entry.body);
  };
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), is_it);
    if (found != entries_.end()) return found->known;
  }
  Entry made{.body = body, .encoding = encoding, .known = {}};
  if (has_tag) made.known.tag = entity_tag(*body, encoding);
  // The body itself is not kept here, or it would never be gone.
  if (encoding != Encoding::identity)
    made.known.packed = std::make_shared<const std::string>(compress(*body, encoding));
  Known known = made.known;
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.body.expired(); });
  if (entries_.size() >= most_entries) entries_.erase(entries_.begin());
  entries_.push_back(std::move(made));
  return known;
}

Response finish(const Request& request, Response response, SharedBodies& shared) {
  const bool packs = may_be_packed(response);
  const Encoding encoding = packs ? wanted_encoding(request) : Encoding::identity;
  const bool has_tag = may_have_tag(request, response);
  const bool tag_from_bytes = has_tag && response.version.empty() && !is_stream(response);

  if (has_tag && !response.version.empty()) {
    std::string tag = entity_tag(response.version, encoding);
    const bool is_held = holds_already(request, tag);
    response.headers.emplace_back("ETag", std::move(tag));
    if (is_held) return not_modified_in_place_of(std::move(response));
  }
  std::string tag = pack(response.body, encoding, tag_from_bytes, shared);
  if (encoding != Encoding::identity)
    response.headers.emplace_back("Content-Encoding", name_of(encoding));
  if (!tag.empty()) {
    const bool is_held = holds_already(request, tag);
    response.headers.emplace_back("ETag", std::move(tag));
    if (is_held) return not_modified_in_place_of(std::move(response));
  }
  return response;
}

void append_head(std::string& out, const Response& response, const Framing& framing,
                 std::string_view request_id, std::string_view date) {
  if (const std::string_view line = status_line(response.status); !line.empty())
    out += line;
  else
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} Status\r\n", response.status);
  out += "Server: sextant\r\n";
  out += date;
  append_header(out, "X-Request-Id", request_id);

  bool has_cache_control = false;
  bool has_vary = false;
  for (const auto& [name, value] : response.headers) {
    append_header(out, name, value);
    has_cache_control |= equal_ignoring_case(name, "Cache-Control");
    has_vary |= equal_ignoring_case(name, "Vary");
  }
  if (!has_cache_control) out += "Cache-Control: private, no-cache\r\n";
  if (!has_vary) append_header(out, "Vary", has_cache_control ? "Accept-Encoding" : vary);
  if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);

  const bool has_no_body = response.status == 204 || response.status == 304;
  if (is_stream(response)) {
    if (!framing.is_http_1_0) out += "Transfer-Encoding: chunked\r\n";
  } else if (!has_no_body) {
    out += "Content-Length: ";
    json::append_integer(out, static_cast<std::int64_t>(whole_body(response).size()));
    out += "\r\n";
  }
  if (!framing.keep_alive)
    out += "Connection: close\r\n";
  else if (framing.is_http_1_0)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

bool is_stream(const Response& response) {
  return std::holds_alternative<BodyStream>(response.body);
}

std::string_view whole_body(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* common = std::get_if<SharedBodies::Shared>(&response.body))
    return *common ? std::string_view(**common) : std::string_view();
  return {};
}

std::string http_date(Instant at) {
  static constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Day day = day_of(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

namespace {

bool is_harmless(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("-_.:/+=@").find(c) != std::string_view::npos;
  });
}

// Random once a thread, then counted: unique, and cheap enough for every request.
std::string new_request_id() {
  thread_local std::uint64_t counter = 0;
  thread_local const std::uint64_t start = [] {
    std::uint64_t random = 0;
    fill_random({reinterpret_cast<std::uint8_t*>(&random), sizeof random});
    return random;
  }();
  std::string id;
  fmt::format_to(std::back_inserter(id), "{:016x}{:08x}", start, ++counter);
  return id;
}

}  // namespace

std::string request_id_for(std::string_view sent) {
  return is_harmless(sent) ? std::string(sent) : new_request_id();
}

}  // namespace sextant::http
