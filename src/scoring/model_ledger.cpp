#include "scoring/model_ledger.hpp"

#include <array>

namespace sextant::scoring {
namespace {

constexpr std::array<std::string_view, model_outcome_count> outcomes = {
    "answered", "kept",        "declined",   "malformed", "unauthorized", "throttled",
    "failed",   "unreachable", "left_alone", "limited",   "busy",         "stopped"};

}  // namespace

std::string_view name(ModelOutcome outcome) {
  return outcomes[static_cast<std::size_t>(outcome)];
}

bool is_of_server(ModelOutcome outcome) {
  return outcome >= ModelOutcome::unauthorized && outcome <= ModelOutcome::unreachable;
}

}  // namespace sextant::scoring
