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
    {factor_code::scope_size, "Changes one effective line", "Changes {0} effective lines"},
    {factor_code::scope_files, "Touches one file", "Touches {0} files"},
    {factor_code::scope_subsystems, "Stays in one part of the system",
     "Reaches {0} parts of the system"},
    {factor_code::scope_places, "Changes code in one place", "Changes code in {0} places"},
    {factor_code::scope_moved, "Moves one line", "Moves {0} lines"},
    {factor_code::architecture_size, "Reshapes one line of the program",
     "Reshapes {0} lines of the program"},
    {factor_code::architecture_functions, "Adds one function", "Adds {0} functions"},
    {factor_code::architecture_types, "Adds one type", "Adds {0} types"},
    {factor_code::architecture_visible, "Adds one public declaration",
     "Adds {0} public declarations"},
    {factor_code::architecture_imports, "Adds one dependency between files",
     "Adds {0} dependencies between files"},
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
    {factor_code::architecture_moved, "Moves one line elsewhere", "Moves {0} lines elsewhere"},
    {factor_code::implementation_size, "Writes one line of logic", "Writes {0} lines of logic"},
    {factor_code::implementation_control, "Adds one branch, loop or exit",
     "Adds {0} branches, loops and exits"},
    {factor_code::implementation_calls, "Adds one call", "Adds {0} calls"},
    {factor_code::implementation_concurrency, "Deals with concurrency in one place",
     "Deals with concurrency in {0} places"},
    {factor_code::implementation_errors, "Handles failure in one place",
     "Handles failure in {0} places"},
    {factor_code::implementation_names, "Speaks of one more name", "Speaks of {0} more names"},
    {factor_code::implementation_moved, "Moves one line or lays it out anew",
     "Moves {0} lines or lays them out anew"},
    {factor_code::implementation_comments, "Needs one line of comment to explain",
     "Needs {0} lines of comment to explain"},
    {factor_code::risk_size, "Changes how one line behaves", "Changes how {0} lines behave"},
    {factor_code::risk_concurrency, "Touches threads, tasks or locks once",
     "Touches threads, tasks or locks {0} times"},
    {factor_code::risk_errors, "Changes one failure path", "Changes failure paths in {0} places"},
    {factor_code::risk_visible_changed, "Removes or replaces one public declaration",
     "Removes or replaces {0} public declarations"},
    {factor_code::risk_migrations, "Changes stored data by one migration line",
     "Changes stored data by {0} migration lines"},
    {factor_code::risk_deploy, "Changes one line of what is deployed",
     "Changes {0} lines of what is deployed"},
    {factor_code::risk_security, "Names security once", "Names security {0} times"},
    {factor_code::risk_instructions, "Changes one line that steers agents",
     "Changes {0} lines that steer agents"},
    {factor_code::risk_control, "Decides in one place", "Decides in {0} places"},
    {factor_code::risk_fixes, "Its files were mended once before",
     "Its files were mended {0} times before"},
    {factor_code::risk_age, "Its files are a month old", "Its files are {0} months old"},
    {factor_code::risk_churn, "Its files were changed once lately",
     "Its files were changed {0} times lately"},
    {factor_code::quality_tests, "Changes one line of tests", "Changes {0} lines of tests"},
    {factor_code::quality_assertions, "Asserts once", "Asserts on {0} lines"},
    {factor_code::quality_documentation, "Documents itself in one line",
     "Documents itself in {0} lines"},
    {factor_code::quality_none, "No test changed", "No test changed"},
    {factor_code::quality_comments, "Explains itself in one line of comment",
     "Explains itself in {0} lines of comment"},
    {factor_code::security_words, "One name speaks of security", "{0} names speak of security"},
    {factor_code::security_checks, "Adds one check for its size", "Adds {0} checks for its size"},
    {factor_code::performance_words, "One name speaks of speed", "{0} names speak of speed"},
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
