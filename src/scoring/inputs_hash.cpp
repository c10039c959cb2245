#include "scoring/inputs_hash.hpp"

#include <algorithm>
#include <string>

#include "scoring/glob.hpp"

namespace sextant::scoring {
namespace {

// Length first, so that no text can pretend to be two.
void append(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

// Only what the attributes say of this change's files, so that a rule about others changes nothing.
void append_attributes(std::string& out, const ChangeInputs& inputs) {
  if (!inputs.attributes || inputs.attributes->empty()) return;
  constexpr std::string_view names[] = {"linguist-vendored", "linguist-generated",
                                        "linguist-documentation", "binary"};
  std::vector<std::string> said;
  for (const git::FileChange& file : inputs.diff.files) {
    std::string flags;
    for (const std::string_view name : names) {
      const std::optional<bool> flag = inputs.attributes->flag(file.path, name);
      flags += !flag ? '?' : *flag ? '1' : '0';
    }
    if (flags == "????") continue;
    append(flags, file.path);
    said.push_back(std::move(flags));
  }
  std::sort(said.begin(), said.end());
  for (const std::string& each : said) append(out, each);
}

// Likewise what the guidelines' globs say: prose and globs of other files change nothing.
void append_guidelines(std::string& out, const ChangeInputs& inputs) {
  if (!inputs.guidelines) return;
  const auto is_ignored = [&](const git::FileChange& file) {
    return std::ranges::any_of(inputs.guidelines->ignore, [&](const std::string& glob) {
      return matches_glob(glob, file.path);
    });
  };
  std::vector<std::string_view> ignored;
  for (const git::FileChange& file : inputs.diff.files)
    if (is_ignored(file)) ignored.push_back(file.path);
  std::ranges::sort(ignored);
  for (const std::string_view path : ignored) {
    out += "ignored ";
    append(out, path);
  }
}

// By path, so that the diff's order does not matter.
void append_history(std::string& out, const ChangeInputs& inputs) {
  if (inputs.history.size() != inputs.diff.files.size()) return;
  std::vector<std::string> said;
  for (std::size_t i = 0; i < inputs.history.size(); ++i) {
    const FileHistory& history = inputs.history[i];
    std::string numbers;
    for (const int number : {history.fixes, history.age_days})
      append(numbers, std::to_string(number));
    append(numbers, inputs.diff.files[i].path);
    said.push_back(std::move(numbers));
  }
  std::sort(said.begin(), said.end());
  if (!said.empty()) out += "history ";
  for (const std::string& each : said) append(out, each);
}

}  // namespace

Fingerprint fingerprint(std::string_view text) {
  const Hash hash = sha256(text);
  Fingerprint half;
  std::copy_n(hash.begin(), half.size(), half.begin());
  return half;
}

Fingerprint hash_inputs(const ChangeInputs& inputs, std::string_view texts_said,
                        const ScoringSettings& settings, const Score& score) {
  std::string text;
  append(text, score.scorer);
  append(text, score.rubric);
  append(text, to_hex(score.diff_hash));
  append(text, name(settings.effort_scale));
  text += std::to_string(settings.ignore.size());
  for (const std::string& glob : settings.ignore) append(text, glob);
  append_attributes(text, inputs);
  append_guidelines(text, inputs);
  append_history(text, inputs);
  if (!texts_said.empty()) {
    text += "texts ";
    append(text, texts_said);
  }
  return fingerprint(text);
}

}  // namespace sextant::scoring
