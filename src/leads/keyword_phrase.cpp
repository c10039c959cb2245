#include "leads/keyword_phrase.hpp"

#include <algorithm>

#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Word = Keyword::Word;

std::size_t end_of(std::string_view text, const Word& word, std::size_t at) {
  const std::size_t end = at + word.text.size();
  return word.is_prefix ? skip_word(text, end) : end;
}

// Where a word begins that ends before `end`.
std::optional<std::size_t> begin_of(std::string_view text, const Word& word, std::size_t end) {
  const std::string_view before = text.substr(0, end);
  if (!word.is_prefix) {
    if (!before.ends_with(word.text)) return std::nullopt;
    return end - word.text.size();
  }
  // "node.deplo*": the letters behind the dot begin where the last letters of the text do.
  const std::size_t letters = back_over_word(word.text, word.text.size());
  const std::size_t last = back_over_word(before, end);
  if (last < letters || !before.substr(last - letters).starts_with(word.text)) return std::nullopt;
  return last - letters;
}

std::optional<std::size_t> begin_of_phrase(std::string_view text, std::span<const Word> words,
                                           std::size_t at) {
  for (std::size_t i = words.size(); i-- > 0;) {
    const std::size_t end = back_over_blanks(text, at);
    if (end == at) return std::nullopt;
    const auto begin = begin_of(text, words[i], end);
    if (!begin) return std::nullopt;
    at = *begin;
  }
  return at;
}

std::optional<std::size_t> end_of_phrase(std::string_view text, std::span<const Word> words,
                                         std::size_t end) {
  for (const Word& word : words) {
    const std::size_t at = skip_blanks(text, end);
    if (at == end || !text.substr(at).starts_with(word.text)) return std::nullopt;
    end = end_of(text, word, at);
  }
  return end;
}

}  // namespace

std::optional<Stretch> phrase_around(std::string_view text, std::span<const Word> phrase,
                                     std::size_t word, std::size_t at) {
  const auto begin = begin_of_phrase(text, phrase.first(word), at);
  if (!begin) return std::nullopt;
  const auto end = end_of_phrase(text, phrase.subspan(word + 1), end_of(text, phrase[word], at));
  if (!end) return std::nullopt;

  const bool goes_on_before = is_word_at(text, *begin) && is_word_before(text, *begin);
  const bool goes_on_behind = is_word_before(text, *end) && is_word_at(text, *end);
  if (goes_on_before || goes_on_behind) return std::nullopt;
  return Stretch{*begin, *end};
}

std::optional<Stretch> find_phrase(std::string_view text, std::span<const Word> phrase) {
  const auto longest =
      std::ranges::max_element(phrase, {}, [](const Word& w) { return w.text.size(); });
  const auto number = static_cast<std::size_t>(longest - phrase.begin());
  for (auto at = text.find(longest->text); at != text.npos; at = text.find(longest->text, at + 1))
    if (const auto found = phrase_around(text, phrase, number, at)) return found;
  return std::nullopt;
}

}  // namespace sextant::leads
