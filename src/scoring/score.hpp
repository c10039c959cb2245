// A score: six sub-scores that sum to a base, scaled by effort; with every part's reasons.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"

namespace sextant::scoring {

enum class Dimension { scope, architecture, implementation, risk, quality, perf_security };
constexpr std::size_t dimension_count = 6;
std::string_view name(Dimension dimension);  // "perf_security"
int max_score(Dimension dimension);          // 20, 20, 20, 20, 15, 5

enum class EffortScale { tiers, smooth, off };
enum class EffortTier { nano, micro, small, medium, large, xl };
std::string_view name(EffortScale scale);
std::string_view name(EffortTier tier);
Result<EffortScale> parse_effort_scale(std::string_view text);

// Where in the new file (the old one for what was removed).
struct Evidence {
  std::string path;
  int first_line = 0;
  int last_line = 0;
};

// One reason for points. Stored as its code and numbers, worded when read, so wording may improve
// without new scores.
struct Factor {
  std::uint16_t code = 0;  // a row of the table in factors.cpp; codes are never given anew
  std::vector<std::int64_t> numbers;  // what the sentence says: counts, lines
  std::vector<std::string> words;     // names the sentence says: a folder, a type
  double points = 0;                  // what it adds to (or takes from) its dimension
  std::vector<Evidence> evidence;
};
// "Adds 3 functions and 1 type", a sentence without a full stop.
std::string sentence(const Factor& factor);

struct SubScore {
  int score = 0;
  std::vector<Factor> factors;  // the weightiest first
};
// The sentences of a sub-score joined into the text of the API's `factors`.
std::string factors_text(const SubScore& sub_score);

enum class ExclusionReason {
  vendored,
  lockfile,
  generated,
  binary,
  minified,
  data,
  documentation,
  ignored,
  submodule,
  whitespace,
  moved,
  comments,
  // These stand for files without naming them: more excluded ones than are listed, and files beyond
  // those that are read of a change.
  unlisted,
  unread,
  truncated,  // read in part, for a limit was passed or the diff was cut off; named where it is one
};
std::string_view name(ExclusionReason reason);

struct Exclusion {
  std::string path;
  ExclusionReason reason = ExclusionReason::generated;
  int lines = 0;  // changed lines that do not count
  int files = 0;  // that it stands for without naming them
};

// The first half of a SHA-256: a stored score keeps two, and no two changes ever meet in one.
using Fingerprint = std::array<std::uint8_t, 16>;
Fingerprint fingerprint(std::string_view text);

// What a language model is to the static score: moves it within a bound, or takes its place.
enum class ModelMode { adjust, replace };
std::string_view name(ModelMode mode);

struct TokenUse {
  std::int64_t input = 0;  // all that was sent, with the two below
  std::int64_t cached = 0;
  std::int64_t cache_written = 0;
  std::int64_t output = 0;
};

// What a model had to do with a score. Kept also where it gave no opinion, with the reason.
struct ModelOpinion {
  std::string model;  // "anthropic/NAME"
  ModelMode mode = ModelMode::adjust;
  int adjust_max = 0;
  std::string static_scorer;  // "static/1"
  std::array<int, dimension_count> static_scores{};
  std::array<int, dimension_count> answered{};  // what the model said; nothing where it fell back
  std::string fallback;        // why the static score stands; empty: the opinion counts
  int guidelines_version = 0;  // 0: the repository has none
  int files_cut = 0;           // files of which the model was not shown everything
  int lines_cut = 0;           // changed lines that it was not shown
  TokenUse tokens;
  std::int64_t micro_dollars = 0;
  bool was_kept = false;  // the same had been asked before: this time it cost nothing
};

struct Score {
  std::array<SubScore, dimension_count> dimensions;
  int base = 0;         // their sum, 0-100
  int final_score = 0;  // base x effort factor, rounded half up, 0-100
  EffortScale scale = EffortScale::tiers;
  EffortTier tier = EffortTier::nano;
  double effort_factor = 0.10;
  int effective_lines = 0;
  int effective_files = 0;
  int lines_added = 0;  // of the raw diff
  int lines_removed = 0;
  int files_changed = 0;
  std::vector<Exclusion> exclusions;
  std::string scorer;  // "static/4"
  std::string rubric;  // "1.0"
  Fingerprint diff_hash{};
  Fingerprint inputs_hash{};
  std::optional<ModelOpinion> model;  // nothing: none was asked for
};

// Two or three sentences, made from what the stored row holds, so that a summary costs no storage.
struct SummaryInput {
  std::array<int, dimension_count> sub_scores{};
  int base = 0;
  int final_score = 0;
  double effort_factor = 0;
  EffortTier tier = EffortTier::nano;
  EffortScale scale = EffortScale::tiers;
  int lines_added = 0;
  int lines_removed = 0;
  int files_changed = 0;
  int effective_lines = 0;
};
std::string summary(const SummaryInput& input);
void append_summary(std::string& out, const SummaryInput& input);

// The reasons (factors with evidence, exclusions, a model's opinion) in a compact, compressed form
// for the store, and back.
std::string pack_reasons(const Score& score);
struct Reasons {
  std::array<std::vector<Factor>, dimension_count> factors;
  std::vector<Exclusion> exclusions;
  std::optional<ModelOpinion> model;
};
Result<Reasons> unpack_reasons(std::string_view bytes);

}  // namespace sextant::scoring
