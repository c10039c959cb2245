// Discord's webhooks: one embed, and nobody mentioned.
#include <string>

#include "base/json.hpp"
#include "hooks/card.hpp"
#include "hooks/destination.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t embed_characters_most = 5500;  // Discord takes 6000 over all of an embed
constexpr std::size_t value_characters_most = 1000;

// Its markdown would make links and mentions of what a stranger has written.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\*_~`|>[]()#@<:-").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Result<Formatted> format_for_discord(std::string_view body) {
  const Card card = TRY(make_card(body));
  Formatted formatted;
  json::Writer json(formatted.body);
  json.begin_object().key("allowed_mentions").begin_object();
  json.key("parse").begin_array().end_array().end_object();
  json.key("embeds").begin_array().begin_object().key("title").string(card.title);
  if (!card.link.empty()) json.key("url").string(card.link);
  json.key("timestamp").string(card.timestamp).key("fields").begin_array();
  std::size_t total = card.title.size();
  for (const auto& [label, text] : card.lines) {
    const std::string value = cut_text(escaped(text), value_characters_most);
    total += label.size() + value.size();
    if (total > embed_characters_most) break;
    json.begin_object().key("name").string(label).key("value").string(value);
    json.key("inline").boolean(value.size() < 40).end_object();
  }
  json.end_array().end_object().end_array().end_object();
  return formatted;
}

}  // namespace sextant::hooks
