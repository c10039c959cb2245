// Small questions about the grammar of messages.
#pragma once

#include <string_view>

namespace sextant::http {

// Why a message is answered without a handler and its connection closed.
struct Refusal {
  int status = 400;
  std::string_view code = "bad_request";
  std::string_view message;
};

// Whether the text has a byte that no line of a message may have: a control character but for tab.
bool has_control(std::string_view text);
bool is_token(std::string_view text);
bool is_host(std::string_view text);
// A header or trailer line, name and colon without anything between them; empty where it is none.
std::string_view field_name(std::string_view line);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sextant::http
