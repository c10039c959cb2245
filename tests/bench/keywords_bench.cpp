// What keywords cost by their number: the prescan of raw archive lines, matching one issue, and
// making both ready. Prints one line of JSON for each number. The text is made up, with a seed.
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "leads/keyword_matcher.hpp"
#include "leads/keyword_prescan.hpp"

namespace {

using namespace sextant;

constexpr std::size_t block_bytes = 64u << 20;
constexpr std::size_t slice_bytes = 1u << 20;
constexpr int bodies = 2000;
constexpr int rounds = 5;

// Of this process: the machine may have other work.
double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// The least of some rounds: what the machine does meanwhile only adds.
template <typename Work>
double best_seconds(Work work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpu_seconds();
    work();
    best = std::min(best, (cpu_seconds() - start));
  }
  return best;
}

class Writer {
 public:
  Writer() {
    for (int i = 0; i < 30'000; ++i) words_.push_back(made_up_word());
  }

  // Few words make most of a text.
  const std::string& word() {
    const double share = std::generate_canonical<double, 32>(random_);
    return words_[static_cast<std::size_t>(std::pow(30'000.0, share)) - 1];
  }

  std::string text(std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += word() + (random_() % 12 == 0 ? ". " : " ");
    return out;
  }

  std::string made_up_word() {
    constexpr std::string_view vowels = "aeiou";
    constexpr std::string_view consonants = "bcdfghklmnprstvz";
    std::string out;
    for (std::size_t left = 2 + random_() % 4; left > 0; --left) {
      out += consonants[random_() % consonants.size()];
      out += vowels[random_() % vowels.size()];
    }
    return out;
  }

  // A name alone or in a phrase of common words, as accounts ask; one in fifty is a word of texts.
  std::string keyword() {
    const std::string name =
        random_() % 50 == 0 ? words_[5000 + random_() % 25'000] : made_up_word() + made_up_word();
    switch (random_() % 4) {
      case 0:
        return "looking for " + name + " alternative";
      case 1:
        return words_[random_() % 300] + " " + name;
      case 2:
        return name + " -" + words_[random_() % 300];
      default:
        return name;
    }
  }

  std::string archive_lines() {
    std::string out;
    for (std::uint64_t id = 1; out.size() < block_bytes; ++id) {
      const std::string actor = made_up_word();
      const std::string repository = made_up_word() + "/" + made_up_word();
      out +=
          R"({"id":")" + std::to_string(id) + R"(","type":"IssuesEvent","actor":{"id":)" +
          std::to_string(random_()) + R"(,"login":")" + actor +
          R"(","gravatar_id":"","url":"https://api.github.com/users/)" + actor +
          R"(","avatar_url":"https://avatars.githubusercontent.com/u/1?"},"repo":{"id":1,"name":")" +
          repository + R"(","url":"https://api.github.com/repos/)" + repository +
          R"("},"payload":{"action":"opened","issue":{"title":")" + text(40) + R"(","body":")" +
          text(random_() % 4 == 0 ? 2000 : 300) + R"("}},"public":true})" + "\n";
    }
    return out;
  }

 private:
  std::mt19937_64 random_{20260722};
  std::vector<std::string> words_;
};

std::vector<leads::WatchedKeyword> watched(Writer& writer, int count) {
  std::vector<leads::WatchedKeyword> keywords;
  for (std::int64_t id = 1; id <= count; ++id)
    keywords.push_back({.organization = id % 1000,
                        .id = id,
                        .keyword = *leads::Keyword::parse(writer.keyword()),
                        .targets = {}});
  return keywords;
}

std::size_t scan(const forge::Prescan& prescan, std::string_view lines) {
  std::size_t hits = 0;
  while (!lines.empty()) {
    const auto end = lines.rfind('\n', std::min(slice_bytes, lines.size()) - 1) + 1;
    prescan.scan(lines.substr(0, end), [&](std::size_t) { ++hits; });
    lines.remove_prefix(end);
  }
  return hits;
}

void measure(Writer& writer, int count, std::string_view lines,
             const std::vector<forge::Event>& events) {
  const auto keywords = watched(writer, count);
  double start = cpu_seconds();
  const auto matcher = leads::KeywordMatcher::compile(keywords);
  const double compile_ms = (cpu_seconds() - start) * 1e3;
  start = cpu_seconds();
  const auto prescan =
      leads::make_prescan(*matcher, {}, {.texts = {"title", "body"}, .repository = "name"});
  const double make_ms = (cpu_seconds() - start) * 1e3;
  if (!matcher || !prescan) std::exit(1);

  std::size_t hits = 0;
  const double scanned = best_seconds([&] { hits = scan(**prescan, lines); });
  std::size_t matches = 0;
  const double matched = best_seconds([&] {
    matches = 0;
    for (const forge::Event& event : events) matches += (*matcher)->match(event).size();
  });
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"keywords\": %d, \"prescan_mb_per_second\": %.0f, \"lines_hit\": %zu, "
      "\"match_1kb_us\": %.2f, \"matches\": %zu, \"compile_ms\": %.1f, \"make_prescan_ms\": %.1f, "
      "\"peak_mb\": %ld}\n",
      count, static_cast<double>(lines.size()) / 1e6 / scanned, hits,
      matched * 1e6 / static_cast<double>(events.size()), matches, compile_ms, make_ms,
      usage.ru_maxrss / 1024);
}

}  // namespace

int main() {
  Writer writer;
  const std::string lines = writer.archive_lines();
  std::vector<forge::Event> events(bodies);
  for (forge::Event& event : events) {
    event.kind = forge::EventKind::issue;
    event.repository.full_name = "acme/sdk";
    event.title = writer.text(60);
    event.body = writer.text(1024);
  }
  for (const int count : {1, 10, 1000, 50'000}) measure(writer, count, lines, events);
  return 0;
}
