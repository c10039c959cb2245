// The grammars that read languages, and what the kinds of their nodes mean to a score. Grammars
// name alike what is alike, so one list of kinds serves them all.
#pragma once

#include <cstdint>
#include <vector>

#include "scoring/languages.hpp"

struct TSLanguage;

namespace sextant::scoring {

// What a node's kind says; a kind may say several things.
using Role = std::uint16_t;
namespace role {
constexpr Role comment = 1;
constexpr Role function = 4;      // declares one
constexpr Role closure = 8;       // a function without a name; where it stands may give it one
constexpr Role names_value = 16;  // gives what stands in it a name: "name = value"
constexpr Role type = 32;         // declares one, where it has a name and, in C, a body
constexpr Role call = 64;
constexpr Role import = 128;
constexpr Role branch = 256;      // decides and holds what depends on it
constexpr Role chooser = 512;     // the same, but its arms decide
constexpr Role arm = 1024;        // decides in the course of another
constexpr Role operation = 2048;  // holds operators, of which some decide
constexpr Role decider = 4096;    // such an operator
constexpr Role prototype = 8192;  // declares what is defined elsewhere, where it holds a declarator
constexpr Role block = 32768;     // of statements, by itself where it follows another
constexpr Role wrapper = 16384;   // a declaration's own modifiers may stand in it: "export"
}  // namespace role

// A language's grammar with the roles of its kinds, resolved once.
class Grammar {
 public:
  explicit Grammar(GrammarName name);
  const TSLanguage* language() const { return language_; }
  Role role_of(std::uint16_t symbol) const {
    return symbol < roles_.size() ? roles_[symbol] : Role{0};
  }
  // By these names children are found; 0 where the grammar has no such field.
  struct Fields {
    std::uint16_t name = 0;
    std::uint16_t declarator = 0;
    std::uint16_t alternative = 0;
    std::uint16_t body = 0;
    std::uint16_t type = 0;
    std::uint16_t left = 0;
    std::uint16_t key = 0;
    std::uint16_t source = 0;       // of an import
    std::uint16_t path = 0;         // of an import
    std::uint16_t module_name = 0;  // of an import
    std::uint16_t function = 0;     // of a call
  };
  const Fields& fields() const { return fields_; }

 private:
  const TSLanguage* language_;
  std::vector<Role> roles_;
  Fields fields_;
};

const Grammar& grammar_of(GrammarName name);  // not none

}  // namespace sextant::scoring
