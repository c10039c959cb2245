// Which language model is asked for its opinion, how, and what it may cost.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/secrets.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

// The protocol that is spoken: Anthropic's Messages, or chat completions as OpenAI has them and
// most local servers do.
enum class ModelProvider { none, anthropic, openai };
std::string_view name(ModelProvider provider);

// In millionths of a dollar for a million tokens.
struct ModelPrices {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::optional<std::int64_t> cached_input;  // read from the provider's cache; nothing: as input
  std::optional<std::int64_t> cache_write;   // input that is put there; nothing: as input
};
// In millionths of a dollar, rounded up.
std::int64_t cost_of(const TokenUse& tokens, const ModelPrices& prices);

// Of one organisation in one day (UTC), over all nodes. Nothing is asked that could pass them.
struct ModelLimits {
  std::int64_t tokens_per_day = 2'000'000;
  std::int64_t micro_dollars_per_day = 10'000'000;
  int concurrency = 4;  // questions under way at once
};

struct ModelSettings {
  ModelProvider provider = ModelProvider::none;
  std::string base_url;  // empty: the provider's own
  Secret api_key;
  std::string model;
  ModelMode mode = ModelMode::adjust;
  int adjust_max = 2;  // points that `adjust` moves a sub-score by, at most

  std::size_t diff_bytes = 100'000;  // of the change that the model sees
  int answer_tokens = 4'000;
  std::chrono::milliseconds timeout{60'000};    // of one request
  std::chrono::milliseconds deadline{180'000};  // of one score, with all its retries
  int attempts = 4;                             // to get one answer
  std::chrono::milliseconds retry_wait{
      1'000};  // after the first failure; twice that after the next
  ModelPrices prices;
  ModelLimits limits;

  // What stored scores call the model: "anthropic/NAME".
  std::string full_name() const;
  // Where questions are posted.
  std::string url() const;
};

}  // namespace sextant::scoring
