#include "scoring/model_client.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

#include <fmt/format.h>

#include "base/log.hpp"
#include "http/retry_after.hpp"

namespace sextant::scoring {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t answer_bytes_most = 1'000'000;
constexpr milliseconds wait_most{60'000};

bool may_pass(int status) {
  return status == 408 || status == 429 || status >= 500;
}

// Up to a fifth more, so that many who failed together do not come back together.
milliseconds with_jitter(milliseconds wait) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  const auto more = std::uniform_int_distribution<std::int64_t>(0, wait.count() / 5)(generator);
  return wait + milliseconds{more};
}

ModelOutcome outcome_of(int status) {
  if (status == 401 || status == 403) return ModelOutcome::unauthorized;
  return status == 429 ? ModelOutcome::throttled : ModelOutcome::failed;
}

// The setting to look at; empty where none is likely to be wrong.
std::string_view advice_on(int status, bool is_page) {
  if (is_page) return ", a web page; see llm.base_url, which has to lead to a model server";
  if (outcome_of(status) == ModelOutcome::unauthorized)
    return ": the key is refused; see llm.api_key";
  if (may_pass(status)) return "";
  return "; see llm.model and llm.base_url";
}

std::string quoted(const ServerError& error) {
  return error.sentence.empty() ? "" : fmt::format(", \"{}\"", error.sentence);
}

// One text for all that come late, whatever the last attempt had left of the deadline.
std::string words_for_late(const ModelSettings& settings) {
  return fmt::format(
      "no whole answer within {} ms (llm.timeout), or {} ms for all attempts (llm.deadline)",
      settings.timeout.count(), settings.deadline.count());
}

// What the server answered instead, and what to check. What it says of a key may be the key.
std::string words_for(int status, const std::string& body, const Secret& key) {
  const ServerError error = read_error(body, key);
  std::string said = fmt::format("the model's server answered {}", status);
  if (!error.code.empty()) said += ", " + error.code;
  if (outcome_of(status) != ModelOutcome::unauthorized) said += quoted(error);
  return said.append(advice_on(status, is_page(body)));
}

}  // namespace

ModelWorld real_world(std::stop_token stop) {
  const auto pause = [stop](milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, time, [] { return false; });
  };
  return {system_clock(), pause, std::move(stop)};
}

struct ModelClient::Attempt {
  ModelReply reply;
  bool may_pass = false;
  std::optional<Instant> asked_to_wait;  // until then
};

ModelClient::Attempt ModelClient::try_once(const http::Outgoing& question, Instant until) const {
  const Instant now = world_.clock.now();
  const milliseconds left = std::max(milliseconds{1}, until - now);
  const http::SenderSettings sending{.timeout = std::min(settings_.timeout, left),
                                     // Where the server is, is the operator's word.
                                     .reach = {.allow_private = true, .allow_insecure = true},
                                     .body_bytes = answer_bytes_most};
  return read(http::send_alone(sending, question, world_.stop));
}

ModelClient::Attempt ModelClient::read(const http::Reply& reply) const {
  Attempt attempt;
  ModelReply& said = attempt.reply;
  if (!reply.error.empty()) {
    said.problem = fmt::format("the model's server: {}{}",
                               reply.was_late ? words_for_late(settings_) : reply.error,
                               reply.was_sent ? "" : "; see llm.base_url");
    said.unknown = reply.was_sent ? 1 : 0;
    attempt.may_pass = true;
  } else if (reply.is_cut) {
    said.outcome = ModelOutcome::declined;
    said.problem = "the model's answer is longer than 1 MB";
    said.unknown = 1;
  } else if (!reply.is_success() || is_page(reply.body)) {
    said.outcome = outcome_of(reply.status);
    said.problem = words_for(reply.status, reply.body, settings_.api_key);
    attempt.may_pass = may_pass(reply.status);
    attempt.asked_to_wait = http::read_retry_after(reply.retry_after, world_.clock.now());
  } else if (const auto message = read_message(settings_.provider, reply.body); !message) {
    said.outcome = ModelOutcome::malformed;
    // Some say with a 200 that the path is none of theirs.
    said.problem = message.error().message + quoted(read_error(reply.body, settings_.api_key));
    said.unknown = 1;
  } else {
    said.outcome = message->problem.empty() ? ModelOutcome::answered : ModelOutcome::declined;
    said.problem = message->problem.empty() ? "" : "the model: " + message->problem;
    said.text = message->text;
    said.tokens = message->tokens;
    // Many local servers do not count.
    said.unknown = said.tokens.input + said.tokens.output == 0 ? 1 : 0;
  }
  return attempt;
}

ModelReply ModelClient::ask(const ModelPrompt& prompt, Instant until,
                            const RequestGuard& guard) const {
  const http::Outgoing question = make_question(settings_, prompt);
  int unknown = 0;
  const auto stopped = [&] {
    return ModelReply{.outcome = ModelOutcome::stopped,
                      .text = "",
                      .problem = "nobody waits for the model's answer any longer",
                      .tokens = {},
                      .unknown = unknown};
  };
  for (int number = 1;; ++number) {
    if (world_.stop.stop_requested()) return stopped();
    if (auto instead = guard(unknown)) {
      instead->unknown = unknown;
      return *std::move(instead);
    }
    Attempt attempt = try_once(question, until);
    unknown += attempt.reply.unknown;
    attempt.reply.unknown = unknown;
    if (!is_of_server(attempt.reply.outcome)) return attempt.reply;
    if (world_.stop.stop_requested()) return stopped();
    log::warning(
        "model.failed",
        {{"model", settings_.full_name()}, {"attempt", number}, {"reason", attempt.reply.problem}});
    if (!attempt.may_pass || number >= settings_.attempts) return attempt.reply;

    const Instant now = world_.clock.now();
    milliseconds wait =
        with_jitter(std::min(wait_most, settings_.retry_wait * (1 << std::min(number - 1, 10))));
    if (attempt.asked_to_wait) wait = std::max(wait, *attempt.asked_to_wait - now);
    if (now + wait >= until) return attempt.reply;
    world_.pause(wait);
  }
}

}  // namespace sextant::scoring
