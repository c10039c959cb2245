#include "hooks/wants.hpp"

#include <algorithm>

#include <simdjson.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace sextant::hooks {
namespace {

bool has_one_of(const Attributes& attributes, const std::string& name,
                const std::set<std::string>& values) {
  const auto [begin, end] = attributes.texts.equal_range(name);
  return std::any_of(begin, end, [&](const auto& attribute) {
    const std::string folded = fold(attribute.second);
    return std::ranges::any_of(values,
                               [&](const std::string& value) { return fold(value) == folded; });
  });
}

void append_numbers(json::Writer& json, const std::map<std::string, double>& numbers) {
  json.key("numbers").begin_object();
  for (const auto& [name, number] : numbers) json.key(name).number(number);
  json.end_object();
}

// Texts and numbers have one form for both: names with lists of values.
template <typename Add>
simdjson::error_code read_texts(simdjson::dom::element root, Add add) {
  simdjson::dom::object texts;
  if (const auto error = root["texts"].get(texts)) return error;
  for (const auto& [name, values] : texts) {
    simdjson::dom::array list;
    if (const auto error = values.get(list)) return error;
    for (const auto value : list) {
      std::string_view text;
      if (const auto error = value.get(text)) return error;
      add(std::string(name), std::string(text));
    }
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_numbers(simdjson::dom::element root,
                                  std::map<std::string, double>& numbers) {
  simdjson::dom::object found;
  if (const auto error = root["numbers"].get(found)) return error;
  for (const auto& [name, value] : found)
    if (const auto error = value.get(numbers[std::string(name)])) return error;
  return simdjson::SUCCESS;
}

std::unexpected<Error> unreadable() {
  return fail(ErrorKind::internal, "a stored filter cannot be read");
}

}  // namespace

bool is_wanted(const Wants& wants, const std::string& event, const Attributes& attributes) {
  if (!wants.events.empty() && !wants.events.contains(event)) return false;
  const bool has_texts = std::ranges::all_of(wants.texts, [&](const auto& wanted) {
    return has_one_of(attributes, wanted.first, wanted.second);
  });
  return has_texts && std::ranges::all_of(wants.numbers, [&](const auto& wanted) {
           const auto found = attributes.numbers.find(wanted.first);
           return found != attributes.numbers.end() && found->second >= wanted.second;
         });
}

std::string to_json(const Wants& wants) {
  std::string out;
  json::Writer json(out);
  json.begin_object().key("events").begin_array();
  for (const std::string& event : wants.events) json.string(event);
  json.end_array().key("texts").begin_object();
  for (const auto& [name, values] : wants.texts) {
    json.key(name).begin_array();
    for (const std::string& value : values) json.string(value);
    json.end_array();
  }
  json.end_object();
  append_numbers(json, wants.numbers);
  json.end_object();
  return out;
}

std::string to_json(const Attributes& attributes) {
  std::string out;
  json::Writer json(out);
  json.begin_object().key("texts").begin_object();
  for (auto at = attributes.texts.begin(); at != attributes.texts.end();) {
    const std::string& name = at->first;
    json.key(name).begin_array();
    for (; at != attributes.texts.end() && at->first == name; ++at) json.string(at->second);
    json.end_array();
  }
  json.end_object();
  append_numbers(json, attributes.numbers);
  json.end_object();
  return out;
}

Result<Wants> read_wants(std::string_view json) {
  Wants wants;
  // Every announcement reads those of all endpoints.
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array events;
  if (parser.parse(json.data(), json.size()).get(root) || root["events"].get(events))
    return unreadable();
  for (const auto event : events) {
    std::string_view name;
    if (event.get(name)) return unreadable();
    wants.events.emplace(name);
  }
  const auto add = [&](std::string name, std::string value) {
    wants.texts[std::move(name)].insert(std::move(value));
  };
  if (read_texts(root, add) || read_numbers(root, wants.numbers)) return unreadable();
  return wants;
}

Result<Attributes> read_attributes(std::string_view json) {
  Attributes attributes;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto add = [&](std::string name, std::string value) {
    attributes.texts.emplace(std::move(name), std::move(value));
  };
  if (parser.parse(json.data(), json.size()).get(root) || read_texts(root, add) ||
      read_numbers(root, attributes.numbers))
    return unreadable();
  return attributes;
}

}  // namespace sextant::hooks
