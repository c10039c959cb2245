// Asks a model server until it answers, or until there is no use in asking: what passes (too many
// requests, faults, no answer in time) is tried again after a growing wait, all else is not.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/time.hpp"
#include "scoring/model_ledger.hpp"
#include "scoring/model_protocol.hpp"

namespace sextant::scoring {

// What a scorer that asks a model needs of the world.
struct ModelWorld {
  const Clock& clock;
  std::function<void(std::chrono::milliseconds)> pause;  // waits so long
  std::stop_token stop = {};  // whoever asks has to end: nothing more is asked or waited for
};
// The machine's clock, and waits that take their time, unless they are stopped.
ModelWorld real_world(std::stop_token stop = {});

struct ModelReply {
  ModelOutcome outcome = ModelOutcome::unreachable;
  std::string text;     // of the answer
  std::string problem;  // in our words; empty where it answered
  TokenUse tokens;
  // Requests of which nobody knows whether they will be paid: no answer came, or not all of it.
  int unknown = 0;
};

// Has a word before each request, and is told how many before it nobody can account for: what to
// reply instead of sending it; nothing: it is sent.
using RequestGuard = std::function<std::optional<ModelReply>(int unknown)>;

class ModelClient {
 public:
  ModelClient(const ModelSettings& settings, ModelWorld world)
      : settings_(settings), world_(std::move(world)) {}

  ModelReply ask(const ModelPrompt& prompt, Instant until, const RequestGuard& guard) const;

 private:
  struct Attempt;
  Attempt try_once(const http::Outgoing& question, Instant until) const;
  Attempt read(const http::Reply& reply) const;

  const ModelSettings& settings_;
  ModelWorld world_;
};

}  // namespace sextant::scoring
