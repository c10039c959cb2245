// A message as a few lines for people, whatever product it is from: its event, and the fields of
// its data that are short, in their order.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace sextant::hooks {

struct Card {
  std::string title;  // the event: "lead.created"
  std::string link;   // of the data's first address of a page; may be empty
  std::string timestamp;
  std::vector<std::pair<std::string, std::string>> lines;  // "github username" -> "jdoe"
};

// Texts are cut at a length that chats take; they are as the data has them, not escaped.
Result<Card> make_card(std::string_view body);

// The text, or its beginning and "…" where it has more than so many characters.
std::string cut_text(std::string_view text, std::size_t characters_most);

}  // namespace sextant::hooks
