#include "scoring/rubric.hpp"

#include <fmt/format.h>

#include <iterator>

#include "scoring/effort.hpp"

namespace sextant::scoring {
namespace {

constexpr Band scope_bands[] = {
    {0, 3, "one file, trivial"},
    {4, 7, "one to three related files in one subsystem"},
    {8, 12, "several files through one subsystem (UI, API, database)"},
    {13, 17, "several subsystems"},
    {18, 20, "system-wide"},
};
constexpr Band architecture_bands[] = {
    {0, 3, "no new structure: the change lives inside what exists"},
    {4, 7, "a function or two, a new dependency between files"},
    {8, 12, "new types or public interfaces within a subsystem"},
    {13, 17, "a new component, schema or deployment piece that others build on"},
    {18, 20, "a new foundation: many types, interfaces and dependencies at once"},
};
constexpr Band implementation_bands[] = {
    {0, 3, "a value, a name, a line of logic"},
    {4, 7, "straightforward logic with few branches"},
    {8, 12, "real logic: branches, loops, failure paths"},
    {13, 17, "intricate logic over many functions, concurrency or recovery"},
    {18, 20, "a subsystem's worth of intricate logic"},
};
constexpr Band risk_bands[] = {
    {0, 3, "hardly anything can break"},
    {4, 7, "a contained change of behaviour"},
    {8, 12, "behaviour that others rely on, shared state or failure paths"},
    {13, 17, "public interfaces, data or deployment change under running users"},
    {18, 20, "much at once where failure is costly: data, concurrency, security"},
};
constexpr Band quality_bands[] = {
    {0, 2, "no tests, or a token of one"},
    {3, 5, "the main path is tested"},
    {6, 9, "main and failure paths are tested"},
    {10, 12, "thorough tests of a large change"},
    {13, 15, "an exhaustive suite"},
};
constexpr Band perf_security_bands[] = {
    {0, 0, "neither touched"},
    {1, 1, "a check or limit in passing"},
    {2, 2, "some checks, a cache or a validation"},
    {3, 4, "security or speed is the change's main matter"},
    {5, 5, "dense security work: authentication, cryptography, sandboxing"},
};

constexpr DimensionRubric table[dimension_count] = {
    {Dimension::scope,
     "scope",
     20,
     "How much of the system does the change reach?",
     scope_bands,
     {{{"low", 1, "a constant corrected in one file"},
       {"mid", 10,
        "a filter carried through page, API and store: eight files in two folders, 220 lines"},
       {"high", 19, "new logic in sixty files of twelve subsystems, 1,200 lines"}}}},
    {Dimension::architecture,
     "architecture",
     20,
     "What structure does it add or change?",
     architecture_bands,
     {{{"low", 0, "a condition inside an existing function"},
       {"mid", 10, "a cache with three types and sixteen public functions, 180 lines"},
       {"high", 19,
        "a family of caches: fifty types, two hundred public functions, 1,400 lines"}}}},
    {Dimension::implementation,
     "implementation",
     20,
     "How hard is the logic?",
     implementation_bands,
     {{{"low", 1, "a default value raised"},
       {"mid", 10, "a retry loop with backoff, deadlines and failure paths, 160 lines"},
       {"high", 19, "a query planner, 1,600 lines of branches and loops"}}}},
    {Dimension::risk,
     "risk",
     20,
     "What may break, and how badly?",
     risk_bands,
     {{{"low", 1, "a log message reworded"},
       {"mid", 10, "request handling behind a lock with new failure paths, 135 lines"},
       {"high", 19,
        "sessions moved to a new schema: migration, locks, authentication, deployment, 1,500 "
        "lines"}}}},
    {Dimension::quality,
     "quality",
     15,
     "How well is the behaviour tested?",
     quality_bands,
     {{{"low", 0, "forty lines of new behaviour without a test"},
       {"mid", 7, "a hundred and forty lines of tests of a change of sixty"},
       {"high", 14, "a suite of 1,600 lines for a change of four hundred"}}}},
    {Dimension::perf_security,
     "perf_security",
     5,
     "Is it work on security or speed?",
     perf_security_bands,
     {{{"low", 0, "a label reworded"},
       {"mid", 2, "input length checked in one of ten changed lines"},
       {"high", 5, "tokens hashed with a salt, verified and escaped in thirty dense lines"}}}},
};

std::string lines_text(const TierRow& row, int low, int TierRow::* limit) {
  if (row.tier == EffortTier::xl) return fmt::format("{}+", low);
  return fmt::format("{}-{}", low, row.*limit);
}

std::string factor_text(int factor) {
  return fmt::format("{}.{:02}", factor / 10'000, factor % 10'000 / 100);
}

}  // namespace

std::span<const DimensionRubric, dimension_count> rubric() {
  return table;
}

const DimensionRubric& rubric_of(Dimension dimension) {
  return table[static_cast<std::size_t>(dimension)];
}

const Band& band_of(Dimension dimension, int points) {
  const std::span<const Band> bands = rubric_of(dimension).bands;
  for (const Band& band : bands)
    if (points <= band.high) return band;
  return bands.back();
}

std::string_view name(Dimension dimension) {
  return rubric_of(dimension).name;
}
int max_score(Dimension dimension) {
  return rubric_of(dimension).max;
}

std::string rubric_tables() {
  std::string out;
  const auto append = std::back_inserter(out);
  for (const DimensionRubric& each : table) {
    fmt::format_to(append, "### {} (0-{})\n\n{}\n\n| points | band |\n|---|---|\n", each.name,
                   each.max, each.question);
    for (const Band& band : each.bands)
      band.low == band.high
          ? fmt::format_to(append, "| {} | {} |\n", band.low, band.text)
          : fmt::format_to(append, "| {}-{} | {} |\n", band.low, band.high, band.text);
    out += "\n| anchor | points | change |\n|---|---|---|\n";
    for (const Anchor& anchor : each.anchors)
      fmt::format_to(append, "| {} | {} | {} |\n", anchor.level, anchor.points, anchor.text);
    out += "\n";
  }
  return out;
}

std::string effort_tables() {
  std::string out = "| tier | effective lines | factor | effective files |\n|---|---|---|---|\n";
  const auto append = std::back_inserter(out);
  int lines = 1;
  int files = 1;
  for (const TierRow& row : effort_tiers()) {
    fmt::format_to(append, "| {} | {} | {} | {} |\n", name(row.tier),
                   lines_text(row, lines, &TierRow::lines_max), factor_text(row.factor),
                   lines_text(row, files, &TierRow::files_max));
    lines = row.lines_max + (row.tier != EffortTier::xl);
    files = row.files_max + (row.tier != EffortTier::xl);
  }
  out += "\n| effective lines | smooth factor |\n|---|---|\n";
  for (const EffortKnot& knot : effort_knots())
    fmt::format_to(append, "| {}{} | {} |\n", knot.half_lines / 2, knot.half_lines % 2 ? ".5" : "",
                   factor_text(knot.factor));
  return out;
}

}  // namespace sextant::scoring
