// The two ways to talk to a model server: what a question looks like, and what an answer says. Only
// this file knows their field names.
#pragma once

#include <string>
#include <string_view>

#include "http/sender.hpp"
#include "scoring/model_prompt.hpp"
#include "scoring/model_settings.hpp"

namespace sextant::scoring {

http::Outgoing make_question(const ModelSettings& settings, const ModelPrompt& prompt);

// What a server's 200 holds.
struct ModelMessage {
  std::string text;     // the answer; to be checked
  std::string problem;  // why there is none, in our words: it refused, or its length ran out
  TokenUse tokens;
};

// `invalid` when the body is no message of this protocol.
Result<ModelMessage> read_message(ModelProvider provider, std::string_view body);

// How a server explains another status. Both are a stranger's words: bounded, printable, and
// without what begins like the key.
struct ServerError {
  std::string code;      // one word for machines, "overloaded_error"; empty where there is none
  std::string sentence;  // likewise
};
ServerError read_error(std::string_view body, const Secret& key);

// Whether it is a web page, and so from no model server.
bool is_page(std::string_view body);

}  // namespace sextant::scoring
