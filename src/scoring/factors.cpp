#include "scoring/factors.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::scoring {
namespace {

// {0} is the factor's first number; the first form is for exactly one.
struct Wording {
  std::uint16_t code;
  std::string_view one;
  std::string_view many;
};

constexpr Wording wordings[] = {
    {factor_code::scope_size, "Changes one line outside tests", "Changes {0} lines outside tests"},
    {factor_code::scope_files, "Touches one file", "Touches {0} files"},
    {factor_code::scope_subsystems, "Stays in one part of the system",
     "Reaches {0} parts of the system"},
    {factor_code::scope_places, "Changes code in one place", "Changes code in {0} places"},
    {factor_code::architecture_size, "Changes one line of code or settings",
     "Changes {0} lines of code or settings"},
    {factor_code::architecture_functions, "Adds one function", "Adds {0} functions"},
    {factor_code::architecture_types, "Adds one type", "Adds {0} types"},
    {factor_code::architecture_visible, "Adds one public declaration",
     "Adds {0} public declarations"},
    {factor_code::architecture_imports, "Imports one more module", "Imports {0} more modules"},
    {factor_code::architecture_migrations, "Changes the schema by one migration line",
     "Changes the schema by {0} migration lines"},
    {factor_code::architecture_deploy, "Changes one line of deployment",
     "Changes {0} lines of deployment"},
    {factor_code::architecture_ci, "Changes one line of continuous integration",
     "Changes {0} lines of continuous integration"},
    {factor_code::architecture_config, "Changes one line of configuration",
     "Changes {0} lines of configuration"},
    {factor_code::architecture_instructions, "Changes one line of agents' instructions",
     "Changes {0} lines of agents' instructions"},
    {factor_code::architecture_reshaped, "Changes or removes one function or type",
     "Changes or removes {0} functions and types"},
    {factor_code::implementation_size, "Changes one line of code or settings",
     "Changes {0} lines of code or settings"},
    {factor_code::implementation_control, "Adds one branch, loop or exit",
     "Adds {0} branches, loops and exits"},
    {factor_code::implementation_calls, "Adds one call", "Adds {0} calls"},
    {factor_code::implementation_concurrency, "Has one more word of threads, tasks or locks",
     "Has {0} more words of threads, tasks or locks"},
    {factor_code::implementation_errors, "Has one more word of failure",
     "Has {0} more words of failure"},
    {factor_code::implementation_names, "Mentions one name for the first time",
     "Mentions {0} names for the first time"},
    {factor_code::implementation_moved, "Moves one line or lays it out anew",
     "Moves {0} lines or lays them out anew"},
    {factor_code::implementation_comments, "Adds one line of comment", "Adds {0} lines of comment"},
    {factor_code::implementation_nesting, "Nests its decisions one level deep",
     "Nests its decisions, {0} levels in all"},
    {factor_code::risk_size, "Changes one line of code or settings",
     "Changes {0} lines of code or settings"},
    {factor_code::risk_concurrency, "Has one more word of threads, tasks or locks",
     "Has {0} more words of threads, tasks or locks"},
    {factor_code::risk_errors, "Has one more word of failure", "Has {0} more words of failure"},
    {factor_code::risk_visible_changed, "Removes or replaces one public declaration",
     "Removes or replaces {0} public declarations"},
    {factor_code::risk_migrations, "Changes stored data by one migration line",
     "Changes stored data by {0} migration lines"},
    {factor_code::risk_deploy, "Changes one line of what is deployed",
     "Changes {0} lines of what is deployed"},
    {factor_code::risk_security, "Names one word of security", "Names {0} words of security"},
    {factor_code::risk_instructions, "Changes one line that steers agents",
     "Changes {0} lines that steer agents"},
    {factor_code::risk_control, "Adds one branch, loop or exit",
     "Adds {0} branches, loops and exits"},
    {factor_code::risk_fixes, "Its files saw one fix before", "Its files saw {0} fixes before"},
    {factor_code::risk_age, "Its files are a month old on average",
     "Its files are {0} months old on average"},
    {factor_code::quality_tests, "Adds one line of tests", "Adds {0} lines of tests"},
    {factor_code::quality_assertions, "Asserts once", "Asserts on {0} lines"},
    {factor_code::quality_documentation, "Adds one line of documentation",
     "Adds {0} lines of documentation"},
    {factor_code::quality_none, "No test changed", "No test changed"},
    {factor_code::security_words, "Names one word of security", "Names {0} words of security"},
    {factor_code::security_checks, "Adds one condition, loop or handler",
     "Adds {0} conditions, loops and handlers"},
    {factor_code::performance_words, "Names one word of speed", "Names {0} words of speed"},
};

const Wording* find(std::uint16_t code) {
  const auto* found =
      std::lower_bound(std::begin(wordings), std::end(wordings), code,
                       [](const Wording& w, std::uint16_t c) { return w.code < c; });
  return found != std::end(wordings) && found->code == code ? found : nullptr;
}

}  // namespace

bool is_factor_of(Dimension dimension, std::int64_t code) {
  const auto hundred = 100 * (static_cast<std::int64_t>(dimension) + 1);
  return code >= hundred && code < hundred + 100 && find(static_cast<std::uint16_t>(code));
}

std::string sentence(const Factor& factor) {
  if (factor_code::is_of_model(factor.code) && !factor.words.empty()) return factor.words.front();
  const Wording* wording = find(factor.code);
  // A later version's code in a store that went back to this one.
  if (!wording) return fmt::format("Reason {}", factor.code);
  const std::int64_t number = factor.numbers.empty() ? 0 : factor.numbers.front();
  std::string text(number == 1 ? wording->one : wording->many);
  if (const std::size_t at = text.find("{0}"); at != std::string::npos)
    text.replace(at, 3, std::to_string(number));
  if (!factor.words.empty())
    text += fmt::format(" ({}{})", fmt::join(factor.words, ", "),
                        number > std::ssize(factor.words) ? ", ..." : "");
  return text;
}

std::string factors_text(const SubScore& sub_score) {
  std::string out;
  for (const Factor& factor : sub_score.factors) {
    if (!out.empty()) out += ". ";
    std::string text = sentence(factor);
    if (text.ends_with('.')) text.pop_back();  // as models end theirs
    out += text;
  }
  if (!out.empty()) out += '.';
  return out;
}

}  // namespace sextant::scoring
