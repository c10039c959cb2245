// What model servers send, and diffs that are shown to models: any bytes are a message or are
// refused, what is taken of an answer is taken again, and no diff ends its own delimiter or its
// room.
#include <cstdlib>
#include <string>

#include "scoring/change_excerpt.hpp"
#include "scoring/model_answer.hpp"
#include "scoring/model_prompt.hpp"
#include "scoring/model_protocol.hpp"

using namespace sextant;
using namespace sextant::scoring;

namespace {

void read_as_message(std::string_view text) {
  for (const auto provider : {ModelProvider::anthropic, ModelProvider::openai}) {
    const auto message = read_message(provider, text);
    if (message && message->tokens.input < message->tokens.cached) std::abort();
  }
  const ServerError error = read_error(text, Secret("sk-key"));
  if (error.code.size() > 40 || error.sentence.size() > 204) std::abort();
  if (error.sentence.find("sk-key") != std::string::npos) std::abort();
}

void read_as_answer(std::string_view text) {
  const auto diff = git::parse_diff(
      "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n"
      "@@ -3 +3,2 @@\n-old\n+new\n+two\n");
  const ShownLines shown = make_excerpt({.diff = *diff}, {}, 4'000).shown;
  const auto answer = read_answer(text, shown);
  if (!answer) return;
  const auto again = read_answer(to_json(*answer), shown);
  if (!again || to_json(*again) != to_json(*answer)) std::abort();
}

void show_as_change(std::string_view text) {
  const auto diff = git::parse_diff(text, {.bytes = 20'000, .line_bytes = 2'000, .files = 50});
  if (!diff) return;
  const ChangeExcerpt excerpt = make_excerpt({.diff = *diff}, {}, 4'000);
  if (excerpt.text.size() > 12'000 || excerpt.lines_cut < 0) std::abort();
  if (excerpt.text.find(delimiter_for(excerpt.text)) != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_as_message(text);
  read_as_answer(text);
  show_as_change(text);
  return 0;
}
