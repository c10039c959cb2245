// fill_store DATA ROWS: a store of so many pull requests in the organisation main, made with the
// product's own store functions. The same rows for the same number, whatever the machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "access/organizations.hpp"
#include "app/store.hpp"
#include "base/text.hpp"
#include "forge/mailmap.hpp"
#include "git/diff.hpp"
#include "scoring/scorer.hpp"
#include "velocity/merge_writer.hpp"

namespace {

using namespace sextant;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t years_3_ms = 3 * 365 * 24 * hour_ms;
constexpr int repositories = 200;
constexpr std::uint64_t contributors = 2000;
constexpr std::size_t score_samples = 512;

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t bound) {  // splitmix64
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % bound;
  }
  double unit() { return (static_cast<double>(below(1u << 30)) + 0.5) / (1u << 30); }
  // Sizes of changes: most small, a few very large.
  int size(double median, double spread) {
    const double normal =
        std::sqrt(-2 * std::log(unit())) * std::cos(2 * std::numbers::pi * unit());
    return std::clamp(static_cast<int>(median * std::exp(spread * normal)), 1, 3000);
  }

 private:
  std::uint64_t state_;
};

constexpr std::string_view words[] = {
    "add",     "fix",    "remove",  "client",  "server", "timeout",  "when",   "the",   "buffer",
    "is",      "empty",  "in",      "cluster", "mode",   "refactor", "test",   "for",   "stream",
    "parser",  "avoid",  "crash",   "on",      "reload", "config",   "update", "docs",  "and",
    "handle",  "errors", "of",      "replica", "memory", "usage",    "with",   "large", "keys",
    "support", "new",    "command", "option",  "to",     "limit",    "logging"};

std::string sentence(Random& random, std::uint64_t count) {
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += words[random.below(std::size(words))];
  }
  return text;
}

std::string diff_text(Random& random) {
  constexpr std::array folders{"src", "src/net", "lib", "tests", "docs", "src/cluster"};
  constexpr std::array endings{"cpp", "py", "go", "ts", "md"};
  std::string text;
  for (int file = random.size(2, 0.8); file > 0; --file) {
    const std::string path = fmt::format("{}/{}_{}.{}", folders[random.below(folders.size())],
                                         words[random.below(std::size(words))], random.below(50),
                                         endings[random.below(endings.size())]);
    const int added = random.size(12, 1.3);
    const int removed = random.size(4, 1.2);
    text += fmt::format("diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n@@ -{1},{2} +{1},{3} @@\n",
                        path, 1 + random.below(400), removed, added);
    for (int i = 0; i < removed; ++i)
      text += fmt::format("-  {}({});\n", words[random.below(40)], i);
    for (int i = 0; i < added; ++i)
      text += fmt::format("+  if ({} > {}) {}({});\n", words[random.below(40)], i,
                          words[random.below(40)], i);
  }
  return text;
}

Result<std::vector<velocity::StoredScore>> make_scores(Random& random) {
  const auto scorer = scoring::make_static_scorer({});
  std::vector<velocity::StoredScore> scores;
  while (scores.size() < score_samples) {
    const std::string text = diff_text(random);
    const git::Diff diff = TRY(git::parse_diff(text));
    const scoring::Score score = TRY(scorer->score({.diff = diff}));
    scores.push_back(velocity::to_stored(score, {}));
  }
  return scores;
}

forge::Merge make_merge(Random& random, std::int64_t number, Instant merged_at) {
  const std::uint64_t who = random.below(contributors);
  forge::Merge merge;
  merge.number = number;
  for (int i = 0; i < 40; ++i) merge.commit += "0123456789abcdef"[random.below(16)];
  merge.title = sentence(random, 4 + random.below(6));
  merge.description = sentence(random, random.below(40));
  merge.author = {.name = fmt::format("Person {}", who),
                  .email = fmt::format("person{}@example.com", who),
                  .login = fmt::format("person{}", who),
                  .is_bot = who < 20};
  merge.merged_at = merged_at;
  merge.opened_at = merged_at - std::chrono::milliseconds{hour_ms * random.size(20, 1.2)};
  return merge;
}

Result<void> fill(const std::string& data, std::int64_t rows) {
  const app::Store store = TRY(app::open_store({.config_file = "", .data = data}));
  const auto organization = TRY(app::choose_organization(store, "", true));
  const Clock& clock = system_clock();
  Random random(7);
  std::vector<velocity::StoredScore> scores = TRY(make_scores(random));
  const forge::Mailmap mailmap;

  const std::int64_t each = rows / repositories;
  const std::int64_t begin_ms = unix_ms(clock.now()) - years_3_ms;
  for (int i = 0; i < repositories; ++i) {
    velocity::TrackedRepository repository;
    repository.name = fmt::format("acme/service-{}", i);
    repository.location = repository.web_url = "https://github.com/" + repository.name;
    repository.branch = "main";
    TRY(store.database->write([&](db::Connection& db) -> Result<void> {
      repository.id =
          TRY(velocity::RepositoryStore(db).save(organization.id, repository, clock.now()));
      return {};
    }));
    velocity::MergeWriter writer(*store.database, clock, organization.id, repository, mailmap,
                                 velocity::MergeWriter::News::of_the_past);
    for (std::int64_t number = 1; number <= each; ++number) {
      const Instant at = from_unix_ms(
          begin_ms + years_3_ms / each * (number - 1) +
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(years_3_ms / each))));
      velocity::StoredScore score = scores[random.below(scores.size())];
      score.scored_at = at;
      score.diff_hash =
          scoring::fingerprint(fmt::format("{} {}", i, number));  // each its own, as in life
      score.inputs_hash = scoring::fingerprint(fmt::format("{} {} inputs", i, number));
      TRY(writer.add(make_merge(random, number, at), std::move(score)));
    }
    TRY(writer.finish());
  }
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  const auto rows = count == 3 ? parse_integer(arguments[2]) : std::nullopt;
  if (!rows || *rows < repositories) {
    fmt::print(stderr, "usage: fill_store DATA ROWS\n");
    return 2;
  }
  const auto filled = fill(arguments[1], *rows);
  if (!filled) fmt::print(stderr, "{}\n", filled.error().message);
  return filled ? EXIT_SUCCESS : EXIT_FAILURE;
}
