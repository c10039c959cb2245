// Keywords: any bytes. What is accepted can be matched, finds its own text's hits where they are,
// and makes a snippet of them. The first line of the input is the keyword, the rest a text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "leads/keyword_matcher.hpp"
#include "leads/keyword_prescan.hpp"
#include "leads/keyword_snippet.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const auto keyword = leads::Keyword::parse(input.substr(0, line));
  if (!keyword) {
    if (keyword.error().kind != ErrorKind::invalid || keyword.error().message.empty()) std::abort();
    return 0;
  }
  const auto matcher = leads::KeywordMatcher::compile(
      {{.organization = 1, .id = 1, .keyword = *keyword, .targets = {}}});
  if (!matcher) std::abort();
  forge::Event event;
  event.kind = forge::EventKind::issue;
  event.body = input.substr(line);
  for (const leads::KeywordMatch& match : (*matcher)->match(event)) {
    if (match.begin >= match.end || match.end > event.body.size()) std::abort();
    if (!(*matcher)->may_match(event.body)) std::abort();
    const std::string snippet = leads::make_snippet(event.body, match.begin, match.end);
    if (valid_utf8(snippet) != snippet) std::abort();
  }
  const auto prescan =
      leads::make_prescan(*matcher, {}, {.texts = {"title", "body"}, .repository = "name"});
  if (!prescan) std::abort();
  (*prescan)->scan(input, [&](std::size_t offset) {
    if (offset >= input.size()) std::abort();
  });
  return 0;
}
