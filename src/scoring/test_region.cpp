#include "scoring/test_region.hpp"

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

// #[test], #[tokio::test(flavor = "multi_thread")], #[cfg(test)], #[rstest]
bool marks_test(std::string_view text) {
  return text.starts_with("#[") &&
         (text.contains("test]") || text.contains("test(") || text.contains("(test)"));
}

}  // namespace

bool TestRegion::take(std::string_view line) {
  if (language_.grammar != GrammarName::rust) return false;
  const std::string_view text = trim(line);
  if (text.empty()) return is_inside_;
  const std::size_t indent = line.find_first_not_of(" \t");
  if (marks_test(text) && (!is_inside_ || indent < indent_)) {
    is_inside_ = true;
    indent_ = indent;
    return true;
  }
  if (is_inside_ && indent < indent_) is_inside_ = false;
  const bool belongs = is_inside_;
  const bool ends = text.ends_with('}') || text.ends_with(';');
  if (is_inside_ && indent == indent_ && ends) is_inside_ = false;
  return belongs;
}

}  // namespace sextant::scoring
