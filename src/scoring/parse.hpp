// A text as a grammar's tree, for so much work and no more. Work is the memory that the parser asks
// for, in bytes: it asks for little where it gets on, and again and again where it guesses or
// recovers from errors. So a text comes to the same end on every machine, however slow.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <tree_sitter/api.h>

#include "scoring/languages.hpp"

namespace sextant::scoring {

struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};

struct ParsedText {
  std::unique_ptr<TSTree, TreeDeleter>
      tree;  // null: the work would have been more than was allowed
  std::uint64_t work = 0;
};

ParsedText parse(GrammarName grammar, std::string_view text, std::uint64_t work_most);

}  // namespace sextant::scoring
