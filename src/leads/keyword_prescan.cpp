#include "leads/keyword_prescan.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "leads/keyword_json.hpp"
#include "leads/keyword_literals.hpp"

namespace sextant::leads {
namespace {

struct NameHash : std::hash<std::string_view> {
  using is_transparent = void;
};
using Names = std::unordered_set<std::string, NameHash, std::equal_to<>>;

class KeywordPrescan : public forge::Prescan {
 public:
  KeywordPrescan(std::shared_ptr<const KeywordMatcher> matcher, Names repositories,
                 LiteralScanner names, std::size_t texts)
      : matcher_(std::move(matcher)),
        repositories_(std::move(repositories)),
        names_(std::move(names)),
        texts_(texts) {}

  void scan(std::string_view block,
            const std::function<void(std::size_t offset)>& hit) const override {
    thread_local std::vector<Field> fields;
    thread_local JsonTextReader reader;
    fields.clear();
    names_.scan(block,
                [&](unsigned name, std::size_t end) { fields.push_back({end, name < texts_}); });
    if (!std::ranges::is_sorted(fields, {}, &Field::at)) std::ranges::sort(fields, {}, &Field::at);
    std::size_t line_end = 0;  // of the line last hit: the rest of it adds nothing
    for (const Field& field : fields) {
      if (field.at <= line_end || !matters(block, field, reader)) continue;
      hit(field.at - 1);
      line_end = std::min(block.find('\n', field.at), block.size());
    }
  }

 private:
  struct Field {
    std::size_t at = 0;  // behind its name
    bool is_text = false;
  };

  bool matters(std::string_view block, const Field& field, JsonTextReader& reader) const {
    switch (reader.read(block, field.at)) {
      case JsonTextReader::Outcome::none:
        return false;
      case JsonTextReader::Outcome::doubtful:
        return true;
      case JsonTextReader::Outcome::text:
        return field.is_text ? matcher_->may_match(reader.text())
                             : repositories_.contains(reader.text().text);
    }
    return true;
  }

  std::shared_ptr<const KeywordMatcher> matcher_;
  Names repositories_;
  LiteralScanner names_;
  std::size_t texts_;
};

}  // namespace

Result<std::unique_ptr<forge::Prescan>> make_prescan(std::shared_ptr<const KeywordMatcher> matcher,
                                                     std::span<const std::string> repositories,
                                                     const ScannedFields& fields) {
  std::vector<std::string> names;
  for (const std::string& name : fields.texts) names.push_back('"' + name + '"');
  if (!repositories.empty()) names.push_back('"' + fields.repository + '"');
  Names folded;
  for (const std::string& name : repositories) folded.insert(fold(name));
  LiteralScanner scanner = TRY(LiteralScanner::compile(names));
  return std::make_unique<KeywordPrescan>(std::move(matcher), std::move(folded), std::move(scanner),
                                          fields.texts.size());
}

}  // namespace sextant::leads
