#include "scoring/model_protocol.hpp"

#include <algorithm>

#include <simdjson.h>

#include "base/json.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "scoring/model_answer.hpp"

namespace sextant::scoring {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view tool_name = "give_score";
constexpr std::string_view ran_out = "its answer did not fit into the tokens that it may have";
constexpr std::size_t code_bytes_most = 40;
constexpr std::size_t sentence_bytes_most = 200;
constexpr std::string_view refused = "it refused to answer";

void append_text_block(json::Writer& json, std::string_view text, bool is_kept) {
  json.begin_object();
  json.key("type").string("text");
  json.key("text").string(text);
  if (is_kept)
    json.key("cache_control").begin_object().key("type").string("ephemeral").end_object();
  json.end_object();
}

// A forced tool makes the answer an object of the schema. Tools, instructions and guidelines come
// first and are marked to be kept by the server.
std::string anthropic_body(const ModelSettings& settings, const ModelPrompt& prompt) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("model").string(settings.model);
  json.key("max_tokens").integer(settings.answer_tokens);
  json.key("tools").begin_array().begin_object();
  json.key("name").string(tool_name);
  json.key("description").string("Takes the score of the change");
  json.key("input_schema").raw(answer_schema());
  json.end_object().end_array();
  json.key("tool_choice").begin_object();
  json.key("type").string("tool").key("name").string(tool_name).end_object();
  json.key("system").begin_array();
  append_text_block(json, prompt.instructions, true);
  if (!prompt.guidelines.empty()) append_text_block(json, prompt.guidelines, true);
  json.end_array();
  json.key("messages").begin_array().begin_object();
  json.key("role").string("user");
  json.key("content").begin_array();
  append_text_block(json, prompt.change, false);
  json.end_array().end_object().end_array();
  json.end_object();
  return body;
}

void append_message(json::Writer& json, std::string_view role, std::string_view content) {
  json.begin_object();
  json.key("role").string(role);
  json.key("content").string(content);
  json.end_object();
}

// Whose models no longer take "max_tokens", also where Azure runs them; many other servers take
// nothing else.
bool is_openai(std::string_view url) {
  constexpr std::string_view scheme_end = "://";
  const auto begin = url.find(scheme_end);
  if (begin == url.npos) return false;
  url.remove_prefix(begin + scheme_end.size());
  const std::string host = fold(url.substr(0, url.find_first_of(":/?")));
  return host == "api.openai.com" || host.ends_with(".api.openai.com") ||
         host.ends_with(".openai.azure.com");
}

// These servers keep what begins alike without being asked to.
std::string openai_body(const ModelSettings& settings, const ModelPrompt& prompt) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("model").string(settings.model);
  json.key(is_openai(settings.url()) ? "max_completion_tokens" : "max_tokens")
      .integer(settings.answer_tokens);
  json.key("response_format").begin_object();
  json.key("type").string("json_schema");
  json.key("json_schema").begin_object();
  json.key("name").string("score");
  json.key("strict").boolean(true);
  json.key("schema").raw(answer_schema());
  json.end_object().end_object();
  json.key("messages").begin_array();
  std::string stable = prompt.instructions;
  if (!prompt.guidelines.empty()) stable += '\n' + prompt.guidelines;
  append_message(json, "system", stable);
  append_message(json, "user", prompt.change);
  json.end_array();
  json.end_object();
  return body;
}

// A count that a stranger wrote; nothing where it is none.
std::int64_t count_of(simdjson::simdjson_result<dom::element> element) {
  constexpr std::int64_t most = 1'000'000'000;
  std::int64_t count = 0;
  if (element.get(count) != simdjson::SUCCESS) return 0;
  return std::clamp<std::int64_t>(count, 0, most);
}

std::string text_of(simdjson::simdjson_result<dom::element> element) {
  std::string_view text;
  return element.get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

std::unexpected<Error> no_message() {
  return fail(ErrorKind::invalid,
              "the server's answer is no message of the protocol; see llm.base_url and "
              "llm.provider");
}

// The forced tool's input; else the text, for servers that know no tools.
Result<ModelMessage> read_anthropic(dom::element root) {
  dom::array content;
  if (root["content"].get(content) != simdjson::SUCCESS) return no_message();
  ModelMessage message;
  std::string input;
  for (const dom::element block : content) {
    const std::string type = text_of(block["type"]);
    dom::object object;
    if (type == "tool_use" && block["input"].get(object) == simdjson::SUCCESS)
      input = simdjson::minify(object);
    else if (type == "text")
      message.text += text_of(block["text"]);
  }
  if (!input.empty()) message.text = std::move(input);
  const std::string stop = text_of(root["stop_reason"]);
  if (stop == "refusal") message.problem = refused;
  if (stop == "max_tokens") message.problem = ran_out;
  const auto usage = root["usage"];
  message.tokens.cached = count_of(usage["cache_read_input_tokens"]);
  message.tokens.cache_written = count_of(usage["cache_creation_input_tokens"]);
  message.tokens.input =
      count_of(usage["input_tokens"]) + message.tokens.cached + message.tokens.cache_written;
  message.tokens.output = count_of(usage["output_tokens"]);
  return message;
}

Result<ModelMessage> read_openai(dom::element root) {
  const auto choice = root["choices"].at(0);
  dom::object object;
  if (choice["message"].get(object) != simdjson::SUCCESS) return no_message();
  ModelMessage message;
  message.text = text_of(object["content"]);
  const std::string finish = text_of(choice["finish_reason"]);
  if (finish == "content_filter" || !text_of(object["refusal"]).empty()) message.problem = refused;
  if (finish == "length") message.problem = ran_out;
  const auto usage = root["usage"];
  message.tokens.input = count_of(usage["prompt_tokens"]);
  message.tokens.cached =
      std::min(message.tokens.input, count_of(usage["prompt_tokens_details"]["cached_tokens"]));
  message.tokens.output = count_of(usage["completion_tokens"]);
  return message;
}

bool is_code(std::string_view text) {
  return text.size() <= code_bytes_most &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Servers quote a key that they do not know, often only its beginning.
std::string without_key(std::string_view text, const Secret& key) {
  constexpr std::size_t telling = 8;
  std::string out(text);
  const std::string start = key.reveal().substr(0, telling);
  if (start.empty()) return out;
  for (auto at = out.find(start); at != out.npos; at = out.find(start, at)) {
    const auto end =
        std::min(out.find_first_of(" \t\r\n\"'`<>(),;", at + start.size()), out.size());
    out.replace(at, end - at, "***");
    at += 3;
  }
  return out;
}

}  // namespace

http::Outgoing make_question(const ModelSettings& settings, const ModelPrompt& prompt) {
  http::Outgoing question{
      .url = settings.url(), .body = "", .headers = {"Content-Type: application/json"}};
  if (settings.provider == ModelProvider::anthropic) {
    question.body = anthropic_body(settings, prompt);
    question.headers.emplace_back("anthropic-version: 2023-06-01");
    question.headers.push_back("x-api-key: " + settings.api_key.reveal());
  } else {
    question.body = openai_body(settings, prompt);
    if (!settings.api_key.empty())
      question.headers.push_back("Authorization: Bearer " + settings.api_key.reveal());
  }
  return question;
}

Result<ModelMessage> read_message(ModelProvider provider, std::string_view body) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS)
    return no_message();
  return provider == ModelProvider::anthropic ? read_anthropic(root) : read_openai(root);
}

ServerError read_error(std::string_view body, const Secret& key) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS) return {};
  const auto error = root["error"];
  std::string code = text_of(error["code"]);
  if (code.empty()) code = text_of(error["type"]);
  std::string sentence;
  for (const auto& element : {error["message"], error, root["message"], root["detail"]})
    if (sentence.empty()) sentence = text_of(element);
  return {.code = is_code(code) ? code : "",
          .sentence = printable(without_key(trim(sentence), key), sentence_bytes_most)};
}

bool is_page(std::string_view body) {
  return trim(body).starts_with('<');
}

}  // namespace sextant::scoring
