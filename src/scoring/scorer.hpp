// What was a change worth? A pure opinion: no database, no network, no product; and author-blind.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "git/attributes.hpp"
#include "git/diff.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

// Whole texts of a change's files, asked for only where changed lines leave open what they are.
class TextSource {
 public:
  virtual ~TextSource() = default;
  // Of a file, by its place in the diff, after the change or before it; nothing where there is none
  // or it cannot be read.
  virtual std::optional<std::string> text(std::size_t file, bool is_after) = 0;
};

// What had happened to a file before the change, on the branch it was merged into. Never who.
struct FileHistory {
  int fixes = 0;     // changes whose title speaks of one
  int age_days = 0;  // since its first change
};

// What a repository's maintainers say about how its changes are to be scored: read_guidelines makes
// it of their text. Only models read the prose.
struct Guidelines {
  int version = 0;
  std::string text;
  std::vector<std::string> ignore;  // globs of paths that do not count, beside the settings'
};

// Everything a scorer may know. No name, title, author or time. Texts and history refine what the
// diff shows; both absent is normal.
struct ChangeInputs {
  const git::Diff& diff;
  const git::Attributes* attributes = nullptr;  // .gitattributes in force; null: none
  TextSource* texts = nullptr;                  // for one thread; null: only the diff is at hand
  std::span<const FileHistory> history = {};    // parallel to the diff's files
  const Guidelines* guidelines = nullptr;       // null: the repository has none
};

struct ScoringSettings {
  EffortScale effort_scale = EffortScale::tiers;
  std::vector<std::string> ignore;  // globs of paths that do not count
};

class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual std::string id() const = 0;  // name and version: "static/4"
  // Called on several threads at once.
  virtual Result<Score> score(const ChangeInputs& change) const = 0;
  // On how many threads it gets more done, for one that waits for others; 0: one a core.
  virtual int threads() const { return 0; }
};

std::unique_ptr<Scorer> make_static_scorer(const ScoringSettings& settings);

}  // namespace sextant::scoring
