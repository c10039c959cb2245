// What an endpoint wants to hear of, and what a product says about a thing so that this can be
// told. The names are the product's; here they are only compared.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sextant::hooks {

struct Attributes {
  std::multimap<std::string, std::string> texts;  // "repository" -> "acme/sdk"
  std::map<std::string, double> numbers;          // "fit_score" -> 70
};

struct Wants {
  std::set<std::string> events;  // empty: every one
  std::map<std::string, std::set<std::string>>
      texts;                              // one of these values, without regard to case
  std::map<std::string, double> numbers;  // at least so much

  friend bool operator==(const Wants&, const Wants&) = default;
};

// What has none of an attribute that is asked for is not wanted.
bool is_wanted(const Wants& wants, const std::string& event, const Attributes& attributes);

// As they are stored. Values keep their spelling.
std::string to_json(const Wants& wants);
std::string to_json(const Attributes& attributes);
Result<Wants> read_wants(std::string_view json);
Result<Attributes> read_attributes(std::string_view json);

}  // namespace sextant::hooks
