// What the scorer knows of a language: how comments and strings look, which words steer, declare,
// import, run at once or handle errors, and the grammar that reads it, where there is one. One
// table, one row a language.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sextant::scoring {

// What a word says about its line; a word may say several things.
using WordClasses = std::uint16_t;
namespace word_class {
constexpr WordClasses control = 1;
constexpr WordClasses function = 2;
constexpr WordClasses type = 4;
constexpr WordClasses import = 8;
constexpr WordClasses visible = 16;
constexpr WordClasses concurrency = 32;
constexpr WordClasses errors = 64;
// These three are parts of names in any language: "checkPermission" speaks of security.
constexpr WordClasses security = 128;
constexpr WordClasses performance = 256;
constexpr WordClasses assertion = 512;
constexpr WordClasses branch = 1024;  // a word of `control` or `errors` that decides
constexpr WordClasses literal = 2048;
}  // namespace word_class

// Lists of words with a space between them.
struct Words {
  std::string_view control = "";
  std::string_view function = "";
  std::string_view type = "";
  std::string_view import = "";
  std::string_view visible = "";  // makes a declaration public
  std::string_view concurrency = "";
  std::string_view errors = "";
};

// How a function shows where no word announces it, and how a public name shows.
enum class Declarations { by_word, c_like };
enum class Visibility { by_word, capital, no_underscore };

// See grammars.hpp.
enum class GrammarName : std::uint8_t {
  none,
  bash,
  c,
  cpp,
  c_sharp,
  go,
  java,
  javascript,
  kotlin,
  php,
  python,
  ruby,
  rust,
  scala,
  swift,
  tsx,
  typescript
};

struct Language {
  std::string_view name;
  std::string_view extensions;  // "cc cpp": without the dot, in lower case
  std::string_view file_names;  // whole names, in lower case
  std::array<std::string_view, 2> line_comments;
  std::string_view block_open;
  std::string_view block_close;
  std::string_view quotes;  // characters that open and close a string
  bool triple_quotes = false;
  Declarations declarations = Declarations::by_word;
  Visibility visibility = Visibility::by_word;
  Words words;
  GrammarName grammar = GrammarName::none;
};

std::span<const Language> languages();  // the last one is plain text, which knows nothing
const Language& language_of(std::string_view path);

// A language's words behind one hash, as the lexer computes it.
class Vocabulary {
 public:
  static constexpr std::uint64_t seed = 0xcbf29ce484222325;
  static constexpr std::uint64_t extend(std::uint64_t hash, unsigned char byte) {
    return (hash ^ byte) * 0x100000001b3;
  }
  static std::uint64_t hash(std::string_view word);

  void add(std::string_view words, WordClasses classes);
  WordClasses find(std::uint64_t hash) const {
    for (std::size_t slot = slot_of(hash);; slot = (slot + 1) % slots) {
      if (hashes_[slot] == hash) return classes_[slot];
      if (hashes_[slot] == 0) return 0;
    }
  }

 private:
  static constexpr std::size_t slots = 1024;
  static std::size_t slot_of(std::uint64_t hash) { return (hash ^ (hash >> 32)) % slots; }

  std::array<std::uint64_t, slots> hashes_{};
  std::array<WordClasses, slots> classes_{};
};

const Vocabulary& vocabulary_of(const Language& language);
const Vocabulary& name_parts();  // the parts of names that any language shares, in lower case
// Those that speak of security or performance, with a space between them.
std::string_view words_of_names(WordClasses security_or_performance);

}  // namespace sextant::scoring
