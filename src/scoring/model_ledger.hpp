// What was asked of models and what it cost. Declared here, kept by whoever has a database: for one
// organisation, over all of its workers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

// What makes two questions the same one.
struct ModelQuestion {
  Fingerprint diff_hash{};
  std::string rubric;
  std::string guidelines;  // a hash of their text; empty: none
  std::string model;
  Fingerprint request{};  // of all that is sent, and where to
};

// What became of one question.
enum class ModelOutcome {
  answered,
  kept,          // an earlier answer to the same question was used again
  declined,      // the model refuses this one, or has no room for it
  malformed,     // what it answers cannot be used
  unauthorized,  // its server refuses the key
  throttled,     // its server has had too many
  failed,        // its server says that something else is wrong
  unreachable,   // its server gives no whole answer, or none in time
  left_alone,    // its server failed too often just now
  limited,       // by what may be spent in a day
  busy,          // others asked all the time
  stopped,       // nobody waits for the answer any longer
};
constexpr std::size_t model_outcome_count = static_cast<std::size_t>(ModelOutcome::stopped) + 1;
std::string_view name(ModelOutcome outcome);  // "left_alone"
// Whether the server is to blame, and not this question.
bool is_of_server(ModelOutcome outcome);

struct Spending {
  std::int64_t tokens = 0;
  std::int64_t micro_dollars = 0;
};

// Nothing is asked twice, also not by two at once, and nothing beyond a day's limits.
class ModelLedger {
 public:
  struct Kept {
    std::string answer;
  };
  struct Granted {
    std::int64_t claim = 0;
  };
  // It is being asked, or as many questions as may be are under way: come again.
  struct Busy {};
  struct Refused {
    std::string reason;
  };
  using Word = std::variant<Kept, Granted, Busy, Refused>;

  virtual ~ModelLedger() = default;
  // May it be asked? With a grant `most` counts as spent, until end says what it was. A grant that
  // nobody ends, ends by itself after `lease`; what it reserved stays spent.
  virtual Result<Word> begin(const ModelQuestion& question, const Spending& most, Instant now,
                             std::chrono::milliseconds lease) = 0;
  // May it be asked once more? Then `more` counts as spent, too, on the day on which the question
  // began. Why it may not; nothing: it may.
  virtual Result<std::optional<Refused>> reserve_more(const Spending& more, Instant began) = 0;
  struct Ended {
    std::int64_t claim = 0;
    Instant began;
    Spending reserved;
    Spending spent;
    std::string answer;  // to be kept; empty: there is none, and it may be asked again
  };
  virtual Result<void> end(const ModelQuestion& question, const Ended& ended) = 0;

  struct Counted {
    ModelOutcome outcome = ModelOutcome::answered;
    TokenUse tokens;  // as the server counted them
    std::int64_t micro_dollars = 0;
    std::chrono::milliseconds took{0};  // with all waits
  };
  // Called once for every question, for those who watch over them.
  virtual void count(const Counted& counted) = 0;
};

}  // namespace sextant::scoring
