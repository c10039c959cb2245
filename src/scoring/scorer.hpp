// What was a change worth? A pure opinion: no database, no network, no product; and author-blind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "git/attributes.hpp"
#include "git/diff.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

// Everything a scorer may know. No name, title, author or time.
struct ChangeInputs {
  const git::Diff& diff;
  const git::Attributes* attributes = nullptr;  // .gitattributes in force; null: none
};

struct ScoringSettings {
  EffortScale effort_scale = EffortScale::tiers;
  std::vector<std::string> ignore;  // globs of paths that do not count
};

class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual std::string id() const = 0;  // name and version: "static/1"
  // Called on several threads at once.
  virtual Result<Score> score(const ChangeInputs& change) const = 0;
};

std::unique_ptr<Scorer> make_static_scorer(const ScoringSettings& settings);

}  // namespace sextant::scoring
