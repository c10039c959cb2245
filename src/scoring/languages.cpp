#include "scoring/languages.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

constexpr std::string_view c_control =
    "if else for while do switch case default goto break continue return";
constexpr std::string_view java_errors = "try catch finally throw throws";
constexpr std::string_view script_threads =
    "async await Promise Worker setTimeout setInterval yield";

constexpr Words c_words = {
    .control = c_control,
    .function = "",
    .type = "struct enum union typedef",
    .import = "include import",
    .visible = "",
    .concurrency = "volatile _Atomic pthread_mutex_t pthread_create fork",
    .errors = "errno perror abort exit setjmp longjmp",
};
constexpr Words cpp_words = {
    .control =
        "if else for while do switch case default goto break continue return co_return co_yield",
    .function = "",
    .type = "class struct enum union typedef namespace template concept using",
    .import = "include import",
    .visible = "public",
    .concurrency = "thread mutex atomic volatile co_await lock_guard unique_lock future promise",
    .errors = "try catch throw noexcept static_assert errno abort",
};
constexpr Words java_words = {
    .control = "if else for while do switch case default break continue return",
    .function = "",
    .type = "class interface enum record extends implements",
    .import = "import",
    .visible = "public protected",
    .concurrency =
        "synchronized volatile Thread Runnable Executor ExecutorService CompletableFuture",
    .errors = java_errors,
};
constexpr Words csharp_words = {
    .control = "if else for foreach while do switch case default goto break continue return yield",
    .function = "delegate event",
    .type = "class interface struct enum record namespace",
    .import = "using",
    .visible = "public protected internal",
    .concurrency = "async await lock volatile Task Thread Parallel",
    .errors = "try catch finally throw checked",
};
constexpr Words script_words = {
    .control = "if else for while do switch case default break continue return of",
    .function = "function",
    .type = "class extends interface enum type namespace",
    .import = "import require",
    .visible = "export",
    .concurrency = script_threads,
    .errors = "try catch finally throw Error",
};
constexpr Words python_words = {
    .control = "if elif else for while break continue return match case with yield",
    .function = "def lambda",
    .type = "class Protocol dataclass",
    .import = "import from",
    .visible = "",
    .concurrency = "async await threading asyncio multiprocessing Lock Thread",
    .errors = "try except finally raise assert",
};
constexpr Words go_words = {
    .control = "if else for switch case default break continue return goto range fallthrough",
    .function = "func",
    .type = "type struct interface",
    .import = "import",
    .visible = "",
    .concurrency = "go chan select sync atomic Mutex WaitGroup",
    .errors = "defer panic recover err error",
};
constexpr Words rust_words = {
    .control = "if else for while loop match break continue return",
    .function = "fn",
    .type = "struct enum trait impl type mod union",
    .import = "use extern",
    .visible = "pub",
    .concurrency = "async await spawn Mutex RwLock Arc Atomic unsafe",
    .errors = "Result Err unwrap expect panic Error",
};
constexpr Words ruby_words = {
    .control = "if elsif else unless for while until case when break next return yield loop",
    .function = "def lambda proc",
    .type = "class module",
    .import = "require require_relative include extend",
    .visible = "",
    .concurrency = "Thread Mutex Fiber Ractor synchronize",
    .errors = "begin rescue ensure raise retry",
};
constexpr Words php_words = {
    .control =
        "if elseif else for foreach while do switch case default match break continue return",
    .function = "function fn",
    .type = "class interface trait enum namespace",
    .import = "use require require_once include include_once",
    .visible = "public protected",
    .concurrency = "Fiber Thread",
    .errors = java_errors,
};
constexpr Words kotlin_words = {
    .control = "if else for while do when break continue return",
    .function = "fun",
    .type = "class interface object enum typealias",
    .import = "import",
    .visible = "public protected",
    .concurrency = "suspend launch async await coroutineScope synchronized Mutex",
    .errors = "try catch finally throw",
};
constexpr Words swift_words = {
    .control =
        "if else guard for while repeat switch case default break continue return fallthrough",
    .function = "func init deinit",
    .type = "class struct enum protocol extension actor typealias",
    .import = "import",
    .visible = "public open",
    .concurrency = "async await actor DispatchQueue Task nonisolated",
    .errors = "try catch throw throws rethrows",
};
constexpr Words scala_words = {
    .control = "if else for while do match case return yield",
    .function = "def",
    .type = "class trait object enum type",
    .import = "import",
    .visible = "",
    .concurrency = "Future Promise Await synchronized Actor",
    .errors = "try catch finally throw Either Try",
};
constexpr Words shell_words = {
    .control = "if then elif else fi for while until do done case esac return break continue",
    .function = "function",
    .type = "",
    .import = "source .",
    .visible = "export",
    .concurrency = "wait flock",
    .errors = "trap set exit",
};
constexpr Words sql_words = {
    .control =
        "case when else if loop where having union join CASE WHEN ELSE IF LOOP WHERE HAVING UNION "
        "JOIN",
    .function = "function procedure trigger FUNCTION PROCEDURE TRIGGER",
    .type = "table view index type schema TABLE VIEW INDEX TYPE SCHEMA",
    .import = "",
    .visible = "",
    .concurrency =
        "lock transaction isolation concurrently LOCK TRANSACTION ISOLATION CONCURRENTLY",
    .errors = "exception rollback constraint check EXCEPTION ROLLBACK CONSTRAINT CHECK",
};
constexpr Words terraform_words = {
    .control = "for if count for_each dynamic",
    .function = "",
    .type = "resource module variable data provider",
    .import = "source",
    .visible = "output",
    .concurrency = "depends_on",
    .errors = "validation precondition postcondition",
};
constexpr Words docker_words = {
    .control = "RUN CMD ENTRYPOINT",
    .function = "",
    .type = "",
    .import = "FROM COPY ADD",
    .visible = "EXPOSE",
    .concurrency = "",
    .errors = "HEALTHCHECK",
};
constexpr Words style_words = {.import = "import use"};
constexpr Words lua_words = {
    .control = "if then elseif else for while repeat until break return",
    .function = "function",
    .type = "",
    .import = "require",
    .visible = "",
    .concurrency = "coroutine",
    .errors = "pcall xpcall error assert",
};
constexpr Words perl_words = {
    .control = "if elsif else unless for foreach while until last next return",
    .function = "sub",
    .type = "package",
    .import = "use require",
    .visible = "",
    .concurrency = "fork threads",
    .errors = "die eval warn croak",
};
constexpr Words elixir_words = {
    .control = "if else unless case cond for with when",
    .function = "def defp defmacro fn",
    .type = "defmodule defstruct defprotocol defimpl",
    .import = "import alias use require",
    .visible = "",
    .concurrency = "spawn send receive GenServer Task Agent Supervisor",
    .errors = "try rescue catch raise after",
};
constexpr Words haskell_words = {
    .control = "if then else case of where let do guard",
    .function = "",
    .type = "data newtype type class instance module",
    .import = "import",
    .visible = "",
    .concurrency = "forkIO MVar STM TVar atomically",
    .errors = "Either Maybe throw catch error throwIO",
};
constexpr Words make_words = {.control = "ifeq ifneq ifdef ifndef else endif foreach",
                              .import = "include"};
constexpr Words pony_words = {
    .control = "if then elseif else for while do repeat until match end return break continue",
    .function = "fun be new",
    .type = "class actor primitive trait interface struct type",
    .import = "use",
    .visible = "",
    .concurrency = "actor be iso recover",
    .errors = "try error",
};

constexpr auto c_like = Declarations::c_like;
constexpr auto by_word = Declarations::by_word;
constexpr auto plain = Visibility::by_word;
constexpr auto capital = Visibility::capital;
constexpr auto no_underscore = Visibility::no_underscore;

// clang-format off
constexpr Language table[] = {
    // name, extensions, file names, line comments, block comment, quotes, triple quotes, declarations, visibility, words, grammar
    {"C", "c h", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, c_words, GrammarName::c},
    {"C++", "cc cpp cxx hh hpp hxx ipp inl cu cuh ino mm", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, cpp_words, GrammarName::cpp},
    {"Java", "java", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, java_words, GrammarName::java},
    {"C#", "cs", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, csharp_words, GrammarName::c_sharp},
    {"JavaScript", "js jsx mjs cjs", "", {"//", ""}, "/*", "*/", "\"'`", false, by_word, plain, script_words, GrammarName::javascript},
    {"Vue", "vue svelte", "", {"//", ""}, "/*", "*/", "\"'`", false, by_word, plain, script_words},
    {"TypeScript", "ts mts cts", "", {"//", ""}, "/*", "*/", "\"'`", false, by_word, plain, script_words, GrammarName::typescript},
    {"TSX", "tsx", "", {"//", ""}, "/*", "*/", "\"'`", false, by_word, plain, script_words, GrammarName::tsx},
    {"Python", "py pyi pyx bzl star", "sconstruct", {"#", ""}, "", "", "\"'", true, by_word, no_underscore, python_words, GrammarName::python},
    {"Go", "go", "", {"//", ""}, "/*", "*/", "\"'`", false, by_word, capital, go_words, GrammarName::go},
    {"Rust", "rs", "", {"//", ""}, "/*", "*/", "\"", false, by_word, plain, rust_words, GrammarName::rust},
    {"Ruby", "rb rake gemspec", "gemfile rakefile", {"#", ""}, "=begin", "=end", "\"'", false, by_word, no_underscore, ruby_words, GrammarName::ruby},
    {"PHP", "php phtml", "", {"//", "#"}, "/*", "*/", "\"'", false, by_word, plain, php_words, GrammarName::php},
    {"Kotlin", "kt kts", "", {"//", ""}, "/*", "*/", "\"'", false, by_word, no_underscore, kotlin_words, GrammarName::kotlin},
    {"Swift", "swift", "", {"//", ""}, "/*", "*/", "\"", false, by_word, plain, swift_words, GrammarName::swift},
    {"Scala", "scala sbt sc", "", {"//", ""}, "/*", "*/", "\"'", false, by_word, no_underscore, scala_words, GrammarName::scala},
    {"Groovy", "groovy gradle", "jenkinsfile", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, java_words},
    {"Dart", "dart", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, java_words},
    {"Objective-C", "m", "", {"//", ""}, "/*", "*/", "\"'", false, c_like, plain, c_words},
    {"Zig", "zig", "", {"//", ""}, "", "", "\"'", false, by_word, plain, rust_words},
    {"Pony", "pony", "", {"//", ""}, "/*", "*/", "\"", true, by_word, no_underscore, pony_words},
    {"Protocol Buffers", "proto thrift", "", {"//", ""}, "/*", "*/", "\"'", false, by_word, plain, {.function = "rpc", .type = "message service enum", .import = "import"}},
    {"GraphQL", "graphql gql", "", {"#", ""}, "", "", "\"", true, by_word, plain, {.function = "query mutation", .type = "type input enum interface"}},
    {"Shell", "sh bash zsh ksh", "", {"#", ""}, "", "", "\"'", false, by_word, plain, shell_words, GrammarName::bash},
    {"Fish", "fish", "", {"#", ""}, "", "", "\"'", false, by_word, plain, shell_words},
    {"PowerShell", "ps1 psm1", "", {"#", ""}, "<#", "#>", "\"'", false, by_word, plain, shell_words},
    {"SQL", "sql ddl", "", {"--", ""}, "/*", "*/", "'", false, by_word, plain, sql_words},
    {"YAML", "yml yaml", "", {"#", ""}, "", "", "\"'", false, by_word, plain, {}},
    {"TOML", "toml ini cfg conf properties", ".editorconfig", {"#", ";"}, "", "", "\"'", false, by_word, plain, {}},
    {"JSON", "json json5 jsonc", "", {"//", ""}, "/*", "*/", "\"", false, by_word, plain, {}},
    {"Terraform", "tf tfvars hcl", "", {"#", "//"}, "/*", "*/", "\"", false, by_word, plain, terraform_words},
    {"Dockerfile", "dockerfile", "dockerfile containerfile", {"#", ""}, "", "", "\"'", false, by_word, plain, docker_words},
    {"HTML", "html htm xhtml xml xsl xsd jsp ftl tld", "", {"", ""}, "<!--", "-->", "\"", false, by_word, plain, {}},
    {"CSS", "css scss sass less", "", {"", ""}, "/*", "*/", "\"'", false, by_word, plain, style_words},
    {"Lua", "lua", "", {"--", ""}, "--[[", "]]", "\"'", false, by_word, plain, lua_words},
    {"Perl", "pl pm t", "", {"#", ""}, "=pod", "=cut", "\"'", false, by_word, no_underscore, perl_words},
    {"Elixir", "ex exs", "", {"#", ""}, "", "", "\"'", true, by_word, no_underscore, elixir_words},
    {"Haskell", "hs", "", {"--", ""}, "{-", "-}", "\"", false, by_word, plain, haskell_words},
    {"Clojure", "clj cljs cljc edn", "", {";", ""}, "", "", "\"", false, by_word, plain, {.control = "if when cond case loop recur", .function = "defn fn", .type = "defrecord defprotocol deftype", .import = "require use"}},
    {"R", "r", "", {"#", ""}, "", "", "\"'", false, by_word, plain, {.control = "if else for while repeat return", .function = "function", .import = "library require"}},
    {"Julia", "jl", "", {"#", ""}, "#=", "=#", "\"", true, by_word, no_underscore, {.control = "if elseif else for while return", .function = "function macro", .type = "struct module", .import = "using import"}},
    {"Makefile", "mk mak", "makefile gnumakefile", {"#", ""}, "", "", "", false, by_word, plain, make_words},
    {"CMake", "cmake", "cmakelists.txt", {"#", ""}, "#[[", "]]", "\"", false, by_word, plain, {.control = "if elseif else foreach while", .function = "function macro", .import = "include find_package add_subdirectory"}},
    {"plain text", "", "", {"", ""}, "", "", "", false, by_word, plain, {}},
};
// clang-format on

constexpr std::string_view security_parts =
    "auth authenticate authenticated authentication authenticator authorize authorized "
    "authorization "
    "password passwd credential credentials secret csrf xss xsrf escape escaped unescape "
    "escaping "
    "sanitize sanitizer sanitized encode encoder encoding decode decoder encrypt encrypted decrypt "
    "cipher crypto "
    "hash hmac digest nonce salt signature sign signed ssl tls https cert certificate keystore "
    "permission permissions "
    "privilege privileged privileges principal session cookie cookies secure security "
    "trust trusted untrusted normalize normalized entity invalid "
    "whitelist allowlist blacklist denylist allowed forbidden "
    "denied deny "
    "disallow reject rejected inject injection traversal canonical overflow "
    "bounds "
    "exceeded hostname origin cors sandbox policy acl access "
    "vulnerable "
    "vulnerability exploit deserialize untaint taint validate validator validation verify verified "
    "verifier "
    "redirect unsafe constrain restricted restrict leak zeroize "
    "sanitization";
constexpr std::string_view performance_parts =
    "cache cached caching memoize batch batched buffer buffered pool pooled pooling lazy prefetch "
    "throughput "
    "latency benchmark optimize optimized optimization faster simd vectorize "
    "parallel "
    "concurrent reserve prealloc preallocate debounce throttle lru evict eviction profiling";
constexpr std::string_view concurrency_parts =
    "mutex lock locked unlock thread threads atomic semaphore latch barrier coroutine goroutine "
    "race deadlock "
    "synchronized async await executor";
constexpr std::string_view error_parts =
    "exception error errors err fail failed failure retry fallback rollback timeout panic abort";
constexpr std::string_view assertion_parts =
    "assert asserts expect expects should verify require check equal equals assertion";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

template <typename Sink>
void each_word(std::string_view words, Sink sink) {
  for (std::string_view word : split(words, ' '))
    if (!word.empty()) sink(word);
}

using Index = std::unordered_map<std::string_view, const Language*>;

Index make_index(std::string_view Language::* column) {
  Index index;
  for (const Language& language : table)
    each_word(language.*column, [&](std::string_view word) { index.emplace(word, &language); });
  return index;
}

const Language* find(const Index& index, std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

// Words that decide, in whichever language they steer or handle errors.
const std::set<std::string_view>& deciding_words() {
  static const std::set<std::string_view> words = {
      "if",    "elif", "elseif", "elsif", "unless", "guard", "for",    "foreach", "while",
      "until", "loop", "case",   "match", "when",   "catch", "except", "rescue",  "repeat",
      "cond",  "ifeq", "ifneq",  "ifdef", "ifndef", "CASE",  "WHEN",   "IF",      "LOOP"};
  return words;
}

Vocabulary make_vocabulary(const Words& words) {
  Vocabulary vocabulary;
  vocabulary.add(words.control, word_class::control);
  vocabulary.add(words.function, word_class::function);
  vocabulary.add(words.type, word_class::type);
  vocabulary.add(words.import, word_class::import);
  vocabulary.add(words.visible, word_class::visible);
  vocabulary.add(words.concurrency, word_class::concurrency);
  vocabulary.add(words.errors, word_class::errors);
  vocabulary.add("true false null nil None True False NULL nullptr undefined", word_class::literal);
  for (const std::string_view list : {words.control, words.errors})
    each_word(list, [&](std::string_view word) {
      if (deciding_words().contains(word)) vocabulary.add(word, word_class::branch);
    });
  return vocabulary;
}

}  // namespace

std::uint64_t Vocabulary::hash(std::string_view word) {
  std::uint64_t hash = seed;
  for (const char c : word) hash = extend(hash, static_cast<unsigned char>(c));
  return hash;
}

void Vocabulary::add(std::string_view words, WordClasses classes) {
  each_word(words, [&](std::string_view word) {
    const std::uint64_t key = hash(word);
    std::size_t slot = slot_of(key);
    while (hashes_[slot] != 0 && hashes_[slot] != key) slot = (slot + 1) % slots;
    hashes_[slot] = key;
    classes_[slot] |= classes;
  });
}

std::span<const Language> languages() {
  return table;
}

const Language& language_of(std::string_view path) {
  static const Index by_name = make_index(&Language::file_names);
  static const Index by_extension = make_index(&Language::extensions);
  const std::string name = lower(path.substr(path.rfind('/') + 1));
  if (const Language* language = find(by_name, name)) return *language;
  if (name.starts_with("dockerfile.")) return *find(by_name, "dockerfile");
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos)
    if (const Language* language = find(by_extension, std::string_view(name).substr(dot + 1)))
      return *language;
  return std::end(table)[-1];
}

const Vocabulary& vocabulary_of(const Language& language) {
  static const std::vector<Vocabulary> vocabularies = [] {
    std::vector<Vocabulary> all;
    for (const Language& each : table) all.push_back(make_vocabulary(each.words));
    return all;
  }();
  return vocabularies[static_cast<std::size_t>(&language - table)];
}

std::string_view words_of_names(WordClasses security_or_performance) {
  return security_or_performance == word_class::security ? security_parts : performance_parts;
}

const Vocabulary& name_parts() {
  static const Vocabulary parts = [] {
    Vocabulary all;
    all.add(security_parts, word_class::security);
    all.add(performance_parts, word_class::performance);
    all.add(concurrency_parts, word_class::concurrency);
    all.add(error_parts, word_class::errors);
    all.add(assertion_parts, word_class::assertion);
    return all;
  }();
  return parts;
}

}  // namespace sextant::scoring
