#include "scoring/parse.hpp"

#include <atomic>
#include <cstdlib>

#include "scoring/grammars.hpp"

namespace sextant::scoring {
namespace {

// A last resort only: what is allowed ends every parse far below it.
constexpr std::uint64_t parse_us_max = 60'000'000;

// Of the parse that this thread is at. The parser looks at `ends` now and then.
struct Work {
  std::uint64_t done = 0;
  std::uint64_t most = UINT64_MAX;
  std::size_t ends = 0;

  void add(std::size_t bytes) {
    done += bytes;
    if (done > most) std::atomic_ref(ends).store(1, std::memory_order_relaxed);
  }
};
thread_local Work work;

void* count_malloc(std::size_t bytes) {
  work.add(bytes);
  return std::malloc(bytes);
}
void* count_calloc(std::size_t count, std::size_t bytes) {
  work.add(count * bytes);
  return std::calloc(count, bytes);
}
void* count_realloc(void* memory, std::size_t bytes) {
  work.add(bytes);
  return std::realloc(memory, bytes);
}

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

}  // namespace

// A parser for each text: one that has parsed before keeps memory, and some scanners what they saw
// (Python's: being inside of an f-string).
ParsedText parse(GrammarName grammar, std::string_view text, std::uint64_t work_most) {
  static const bool is_counted = [] {
    ts_set_allocator(count_malloc, count_calloc, count_realloc, std::free);
    return true;
  }();
  ParsedText parsed;
  const std::unique_ptr<TSParser, ParserDeleter> parser(is_counted ? ts_parser_new() : nullptr);
  if (!parser || !ts_parser_set_language(parser.get(), grammar_of(grammar).language()))
    return parsed;
  ts_parser_set_timeout_micros(parser.get(), parse_us_max);
  ts_parser_set_cancellation_flag(parser.get(), &work.ends);
  work = {.most = work_most};
  parsed.tree.reset(ts_parser_parse_string(parser.get(), nullptr, text.data(),
                                           static_cast<std::uint32_t>(text.size())));
  parsed.work = work.done;
  // It may have come to its end before it looked.
  if (work.done > work_most) parsed.tree.reset();
  work = {};
  return parsed;
}

}  // namespace sextant::scoring
