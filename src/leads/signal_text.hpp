// What a lead says of its signal: in words, as a link, and the words around the match.
#pragma once

#include <string>

#include "forge/event.hpp"
#include "leads/keyword_matcher.hpp"

namespace sextant::leads {

// "commented on issue #12: Looking for a tracker"
std::string context_of(const forge::Event& event);
// The act's page, else the repository's.
std::string url_of(const forge::Event& event);
// One line of what was written, around the match.
std::string snippet_of(const forge::Event& event, const KeywordMatch& match);

}  // namespace sextant::leads
