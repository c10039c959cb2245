// Slack's incoming webhooks: one message of blocks, and a text for notifications.
#include <string>

#include "base/json.hpp"
#include "hooks/card.hpp"
#include "hooks/destination.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t section_characters_most = 2900;  // Slack takes 3000, entities unescaped

// These three are all that Slack's markup lives on: mentions, links and entities. What is written
// in *, _, ~ or ` at most looks different.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string lines_of(const Card& card) {
  std::string lines;
  for (const auto& [label, text] : card.lines) {
    const std::string line = "*" + escaped(label) + "*: " + escaped(text) + "\n";
    if (lines.size() + line.size() > section_characters_most) break;
    lines += line;
  }
  return lines.empty() ? "(no details)" : lines;
}

void add_section(json::Writer& json, std::string_view markup) {
  json.begin_object().key("type").string("section");
  json.key("text").begin_object().key("type").string("mrkdwn").key("text").string(markup);
  json.end_object().end_object();
}

}  // namespace

Result<Formatted> format_for_slack(std::string_view body) {
  const Card card = TRY(make_card(body));
  const std::string title = escaped(card.title);
  Formatted formatted;
  json::Writer json(formatted.body);
  json.begin_object().key("text").string(title).key("blocks").begin_array();
  add_section(
      json, card.link.empty() ? "*" + title + "*" : "*<" + escaped(card.link) + "|" + title + ">*");
  add_section(json, lines_of(card));
  json.end_array();
  json.key("unfurl_links").boolean(false).end_object();
  return formatted;
}

}  // namespace sextant::hooks
