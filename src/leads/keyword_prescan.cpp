#include "leads/keyword_prescan.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "leads/keyword_json.hpp"
#include "leads/keyword_literals.hpp"

namespace sextant::leads {
namespace {

// A longer text may have been cut by who reads it, in the middle of a word.
constexpr std::size_t text_bytes_max = 128 << 10;

std::vector<std::string> names_of(const ScannedFields& fields) {
  std::vector<std::string> names;
  for (const std::string& name : fields.texts) names.push_back('"' + name + '"');
  names.push_back('"' + fields.repository + '"');
  return names;
}

class KeywordPrescan : public forge::Prescan {
 public:
  KeywordPrescan(std::shared_ptr<const KeywordMatcher> matcher,
                 std::span<const std::string> repositories, LiteralScanner names, std::size_t texts)
      : matcher_(std::move(matcher)), names_(std::move(names)), texts_(texts) {
    for (const std::string& name : repositories) repositories_.insert(fold(name));
  }

  void scan(std::string_view block,
            const std::function<void(std::size_t offset)>& hit) const override {
    std::vector<Field> fields;
    names_.scan(block, [&](unsigned name, std::size_t end) {
      if (name < texts_ || !repositories_.empty()) fields.push_back({end, name < texts_});
    });
    std::ranges::sort(fields, {}, &Field::at);
    std::size_t line_end = 0;  // of the line last hit: the rest of it adds nothing
    for (const Field& field : fields) {
      if (field.at <= line_end || !matters(block, field)) continue;
      hit(field.at - 1);
      line_end = std::min(block.find('\n', field.at), block.size());
    }
  }

 private:
  struct Field {
    std::size_t at = 0;  // behind its name
    bool is_text = false;
  };

  bool matters(std::string_view block, const Field& field) const {
    const auto raw = raw_string_after(block, field.at);
    if (!raw) return false;
    if (raw->size() > text_bytes_max) return true;
    auto text = unescaped(*raw);
    if (!text) return true;
    return field.is_text ? matcher_->may_match(std::move(*text))
                         : repositories_.contains(fold(*text));
  }

  std::shared_ptr<const KeywordMatcher> matcher_;
  std::unordered_set<std::string> repositories_;
  LiteralScanner names_;
  std::size_t texts_;
};

}  // namespace

Result<std::unique_ptr<forge::Prescan>> make_prescan(std::shared_ptr<const KeywordMatcher> matcher,
                                                     std::span<const std::string> repositories,
                                                     const ScannedFields& fields) {
  LiteralScanner names = TRY(LiteralScanner::compile(names_of(fields)));
  return std::make_unique<KeywordPrescan>(std::move(matcher), repositories, std::move(names),
                                          fields.texts.size());
}

Result<std::unique_ptr<forge::Prescan>> make_prescan(std::span<const WatchedKeyword> keywords,
                                                     std::span<const std::string> repositories,
                                                     const ScannedFields& fields) {
  auto matcher = TRY(KeywordMatcher::compile({keywords.begin(), keywords.end()}));
  return make_prescan(std::move(matcher), repositories, fields);
}

}  // namespace sextant::leads
