#include "scoring/model_scorer.hpp"

#include <atomic>

#include <fmt/format.h>

#include "base/log.hpp"
#include "scoring/change_excerpt.hpp"
#include "scoring/effective.hpp"
#include "scoring/model_answer.hpp"
#include "scoring/model_opinion.hpp"

namespace sextant::scoring {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_again{250};       // while others ask
constexpr milliseconds lease_beyond{60'000};  // the deadline: for what is slow on our side
constexpr int failures_most = 5;              // in a row; then it is left alone
constexpr milliseconds rest_after_failures{60'000};
constexpr const char* left_alone =
    "the model's server failed five times in a row and is left alone for a minute";

// One question and what became of it.
struct Outcome {
  ModelOutcome kind = ModelOutcome::answered;
  std::optional<ModelAnswer> answer;
  std::string fallback;  // empty: the answer counts
  TokenUse tokens;
};

// What a question has taken so far of what the day's limits allow.
struct Tab {
  Instant began;
  Spending reserved;
  TokenUse tokens;  // as the server counted them
  int unknown = 0;  // requests that may cost, too
};

std::string ledger_failed(const Error& error) {
  return "the ledger of models: " + error.message;
}

void add(TokenUse& sum, const TokenUse& more) {
  sum.input += more.input;
  sum.cached += more.cached;
  sum.cache_written += more.cache_written;
  sum.output += more.output;
}

class ModelScorer : public Scorer {
 public:
  ModelScorer(const ModelSettings& settings, const ScoringSettings& scoring, ModelLedger& ledger,
              ModelWorld world)
      : settings_(settings),
        scoring_(scoring),
        static_(make_static_scorer(scoring)),
        ledger_(ledger),
        world_(world),
        client_(settings_, std::move(world)) {}

  std::string id() const override { return std::string(model_scorer_id); }
  int threads() const override { return settings_.limits.concurrency; }

  Result<Score> score(const ChangeInputs& inputs) const override {
    Score score = TRY(static_->score(inputs));
    if (score.effective_lines == 0) return score;  // there is nothing to ask about
    const ChangeExcerpt excerpt =
        make_excerpt(inputs, ignored_paths(scoring_, inputs), settings_.diff_bytes);
    ModelOpinion& opinion = begin_opinion(score, inputs, excerpt);
    const Inquiry inquiry = inquire(score, inputs, excerpt);

    const Instant began = world_.clock.now();
    const Outcome outcome = consult(inquiry);
    opinion.fallback = outcome.fallback;
    opinion.tokens = outcome.tokens;
    opinion.micro_dollars = cost_of(outcome.tokens, settings_.prices);
    opinion.was_kept = outcome.kind == ModelOutcome::kept;
    ledger_.count({.outcome = outcome.kind,
                   .tokens = opinion.tokens,
                   .micro_dollars = opinion.micro_dollars,
                   .took = world_.clock.now() - began});
    if (outcome.kind == ModelOutcome::stopped)
      return fail(ErrorKind::unavailable, outcome.fallback);
    if (outcome.answer) {
      apply_answer(*outcome.answer, settings_, score);
      score.scorer = model_scorer_id;
      score.inputs_hash = inputs_of(score.inputs_hash, inquiry.question);
    }
    tell(opinion);
    return score;
  }

 private:
  static Outcome fell_back(ModelOutcome kind, std::string reason) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.fallback = std::move(reason);
    return outcome;
  }

  ModelOpinion& begin_opinion(Score& score, const ChangeInputs& inputs,
                              const ChangeExcerpt& excerpt) const {
    ModelOpinion& opinion = score.model.emplace();
    opinion.model = settings_.full_name();
    opinion.mode = settings_.mode;
    opinion.adjust_max = settings_.adjust_max;
    opinion.static_scorer = score.scorer;
    for (std::size_t i = 0; i < dimension_count; ++i)
      opinion.static_scores[i] = score.dimensions[i].score;
    if (inputs.guidelines) opinion.guidelines_version = inputs.guidelines->version;
    opinion.files_cut = excerpt.files_cut;
    opinion.lines_cut = excerpt.lines_cut;
    return opinion;
  }

  // All that asking about one change takes.
  struct Inquiry {
    const ChangeExcerpt& excerpt;
    const Guidelines* guidelines;
    ModelQuestion question;
    Spending most;  // of one request
  };

  Inquiry inquire(const Score& score, const ChangeInputs& inputs,
                  const ChangeExcerpt& excerpt) const {
    const ModelPrompt prompt = make_prompt(excerpt, inputs.guidelines);
    const http::Outgoing sent = make_question(settings_, prompt);
    return {.excerpt = excerpt,
            .guidelines = inputs.guidelines,
            .question = {.diff_hash = score.diff_hash,
                         .rubric = score.rubric,
                         .guidelines = prompt.guidelines.empty()
                                           ? ""
                                           : to_hex(fingerprint(inputs.guidelines->text)),
                         .model = settings_.full_name(),
                         .request = fingerprint(sent.url + '\n' + sent.body)},
            .most = most_of(sent.body)};
  }

  // What one request takes at most, near enough: three bytes a token is dense for code.
  Spending most_of(const std::string& body) const {
    TokenUse most{.input = static_cast<std::int64_t>(body.size() / 3),
                  .output = settings_.answer_tokens};
    if (settings_.prices.cache_write > settings_.prices.input) most.cache_written = most.input;
    return {most.input + most.output, cost_of(most, settings_.prices)};
  }

  Outcome consult(const Inquiry& inquiry) const {
    const Instant give_up = world_.clock.now() + settings_.deadline;
    while (!world_.stop.stop_requested()) {
      const Instant now = world_.clock.now();
      const auto word =
          ledger_.begin(inquiry.question, inquiry.most, now, settings_.deadline + lease_beyond);
      if (!word) return fell_back(ModelOutcome::failed, ledger_failed(word.error()));
      if (const auto* kept = std::get_if<ModelLedger::Kept>(&*word))
        return reuse(*kept, inquiry.excerpt.shown);
      if (const auto* refused = std::get_if<ModelLedger::Refused>(&*word))
        return fell_back(ModelOutcome::limited, refused->reason);
      if (const auto* granted = std::get_if<ModelLedger::Granted>(&*word)) {
        Tab tab{.began = now, .reserved = inquiry.most, .tokens = {}, .unknown = 0};
        Outcome outcome =
            is_resting(now) ? fell_back(ModelOutcome::left_alone, left_alone) : ask(inquiry, tab);
        outcome.tokens = tab.tokens;
        end(inquiry, granted->claim, tab, outcome);
        return outcome;
      }
      if (now >= give_up)
        return fell_back(ModelOutcome::busy, "others asked the model all the time");
      world_.pause(look_again);
    }
    return fell_back(ModelOutcome::stopped, "nobody waits for the model's answer any longer");
  }

  // After too many failures, which would each take as long as the first.
  bool is_resting(Instant now) const { return unix_ms(now) < rests_until_; }
  void remember(bool has_failed) const {
    if (!has_failed) {
      failures_ = 0;
    } else if (++failures_ >= failures_most) {
      failures_ = 0;
      rests_until_ = unix_ms(world_.clock.now() + rest_after_failures);
    }
  }

  Outcome reuse(const ModelLedger::Kept& kept, const ShownLines& shown) const {
    auto answer = read_answer(kept.answer, shown);
    if (!answer)
      return fell_back(ModelOutcome::malformed,
                       "the kept answer does not fit: " + answer.error().message);
    Outcome outcome;
    outcome.kind = ModelOutcome::kept;
    outcome.answer = *std::move(answer);
    return outcome;
  }

  // At most two questions: a malformed answer is complained about once.
  Outcome ask(const Inquiry& inquiry, Tab& tab) const {
    const auto guard = [&](int unknown) { return make_room(inquiry, tab, unknown); };
    Outcome outcome;
    std::string complaint;
    std::string problem;
    for (int question = 0; question < 2; ++question) {
      const ModelReply reply =
          client_.ask(make_prompt(inquiry.excerpt, inquiry.guidelines, complaint),
                      tab.began + settings_.deadline, guard);
      add(tab.tokens, reply.tokens);
      tab.unknown += reply.unknown;
      outcome.kind = reply.outcome;
      problem = reply.problem;
      if (reply.outcome != ModelOutcome::stopped && reply.outcome != ModelOutcome::limited)
        remember(is_of_server(reply.outcome));
      if (reply.outcome == ModelOutcome::malformed) continue;  // of which the model knows nothing
      if (reply.outcome != ModelOutcome::answered) {
        outcome.fallback = problem;
        return outcome;
      }
      auto answer = read_answer(reply.text, inquiry.excerpt.shown);
      if (answer) {
        outcome.answer = *std::move(answer);
        return outcome;
      }
      complaint = problem = answer.error().message;
    }
    outcome.kind = ModelOutcome::malformed;
    outcome.fallback = "the model answered twice what cannot be used: " + problem;
    return outcome;
  }

  // Requests of which nobody knows what they took have taken the most.
  Spending spent_on(const Inquiry& inquiry, const TokenUse& tokens, int unknown) const {
    return {tokens.input + tokens.output + unknown * inquiry.most.tokens,
            cost_of(tokens, settings_.prices) + unknown * inquiry.most.micro_dollars};
  }

  // Reserves what one more request may take beyond what those before it have left; where the day's
  // limits leave no room, that is the reply.
  std::optional<ModelReply> make_room(const Inquiry& inquiry, Tab& tab, int unknown) const {
    const Spending needed = spent_on(inquiry, tab.tokens, tab.unknown + unknown + 1);
    const Spending more{needed.tokens - tab.reserved.tokens,
                        needed.micro_dollars - tab.reserved.micro_dollars};
    if (more.tokens <= 0 && more.micro_dollars <= 0) return std::nullopt;
    const auto refused = ledger_.reserve_more(more, tab.began);
    if (refused && !*refused) {
      tab.reserved = needed;
      return std::nullopt;
    }
    ModelReply reply;
    reply.outcome = refused ? ModelOutcome::limited : ModelOutcome::failed;
    reply.problem = refused ? (*refused)->reason : ledger_failed(refused.error());
    return reply;
  }

  void end(const Inquiry& inquiry, std::int64_t claim, const Tab& tab,
           const Outcome& outcome) const {
    const auto ended =
        ledger_.end(inquiry.question, {.claim = claim,
                                       .began = tab.began,
                                       .reserved = tab.reserved,
                                       .spent = spent_on(inquiry, tab.tokens, tab.unknown),
                                       .answer = outcome.answer ? to_json(*outcome.answer) : ""});
    if (!ended) log::warning("model.unrecorded", {{"reason", ended.error().message}});
  }

  // Those of the static score, and all that decides what the answer does.
  Fingerprint inputs_of(const Fingerprint& of_static, const ModelQuestion& question) const {
    return fingerprint(fmt::format("{} {} {} {}", to_hex(of_static), to_hex(question.request),
                                   name(settings_.mode), settings_.adjust_max));
  }

  static void tell(const ModelOpinion& opinion) {
    if (!opinion.fallback.empty()) {
      log::warning("model.fell_back", {{"model", opinion.model}, {"reason", opinion.fallback}});
      return;
    }
    log::debug("model.answered", {{"model", opinion.model},
                                  {"was_kept", opinion.was_kept},
                                  {"tokens_in", opinion.tokens.input},
                                  {"tokens_cached", opinion.tokens.cached},
                                  {"tokens_out", opinion.tokens.output},
                                  {"micro_dollars", opinion.micro_dollars}});
  }

  const ModelSettings settings_;
  const ScoringSettings scoring_;
  const std::unique_ptr<Scorer> static_;
  ModelLedger& ledger_;
  const ModelWorld world_;
  const ModelClient client_;
  mutable std::atomic<int> failures_ = 0;
  mutable std::atomic<std::int64_t> rests_until_ = 0;
};

}  // namespace

std::unique_ptr<Scorer> make_model_scorer(const ModelSettings& settings,
                                          const ScoringSettings& scoring, ModelLedger& ledger,
                                          ModelWorld world) {
  return std::make_unique<ModelScorer>(settings, scoring, ledger, std::move(world));
}

}  // namespace sextant::scoring
