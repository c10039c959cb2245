// Reads the effective lines of a change by the grammars of their languages, where there is one and
// it can: what they declare, call, decide and import. Elsewhere the lexer's word stands.
#pragma once

#include "scoring/effective.hpp"

namespace sextant::scoring {

// Refines the facts of the lines, and the fate of those that prove to be comments or code after
// all. Sees nothing but the lines of the hunks.
// `names`: of all lines, in order, by ChangedLine::names_end. A removed side is read only where it
// may hold a declaration or an import: nothing else of it is asked.
void read_structure(EffectiveChange& change, const std::vector<std::uint64_t>& names);

}  // namespace sextant::scoring
