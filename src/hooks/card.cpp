#include "hooks/card.hpp"

#include <algorithm>

#include <simdjson.h>

#include "base/json.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t lines_most = 20;
constexpr std::size_t text_characters_most = 300;

// A list of texts is one text; objects and what is not there have none.
std::string to_line(simdjson::dom::element value) {
  std::string_view text;
  bool flag = false;
  std::int64_t integer = 0;
  double number = 0;
  simdjson::dom::array list;
  std::string line;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(flag) == simdjson::SUCCESS) return flag ? "yes" : "no";
  if (value.get(integer) == simdjson::SUCCESS) return std::to_string(integer);
  if (value.get(number) == simdjson::SUCCESS) {
    json::append_number(line, number);
    return line;
  }
  if (value.get(list) != simdjson::SUCCESS) return line;
  for (const auto item : list) {
    const std::string part = item.is_array() || item.is_object() ? "" : to_line(item);
    if (!part.empty()) line.append(line.empty() ? "" : ", ").append(part);
  }
  return line;
}

std::string to_label(std::string_view name) {
  std::string label(name);
  std::ranges::replace(label, '_', ' ');
  return label;
}

bool is_page(std::string_view text) {
  return text.starts_with("https://") && text.find_first_of(" <>|\"") == text.npos;
}

}  // namespace

std::string cut_text(std::string_view text, std::size_t characters_most) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins_one = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (begins_one && ++characters > characters_most) return std::string(text.substr(0, at)) + "…";
  }
  return std::string(text);
}

Result<Card> make_card(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view event;
  std::string_view timestamp;
  simdjson::dom::object data;
  if (parser.parse(body.data(), body.size()).get(root) || root["event"].get(event) ||
      root["timestamp"].get(timestamp) || root["data"].get(data))
    return fail(ErrorKind::invalid, "the message is no event with data");
  Card card{
      .title = std::string(event), .link = {}, .timestamp = std::string(timestamp), .lines = {}};
  for (const auto& [name, value] : data) {
    const std::string text = to_line(value);
    if (text.empty() || name == "id") continue;
    if (card.link.empty() && is_page(text)) card.link = text;
    if (card.lines.size() < lines_most)
      card.lines.emplace_back(to_label(name), cut_text(text, text_characters_most));
  }
  return card;
}

}  // namespace sextant::hooks
