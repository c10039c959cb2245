// .gitattributes: the first line of the input is a path, the rest a file of rules; also the path as
// a pattern for each of the lines.
#include <string>

#include "base/text.hpp"
#include "git/attributes.hpp"
#include "git/wildmatch.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view path = text.substr(0, end);
  git::Attributes attributes;
  attributes.add_file("", text.substr(end));
  attributes.add_file("folder/", text.substr(end));
  (void)attributes.flag(path, "linguist-generated");
  (void)attributes.flag("folder/" + std::string(path), "binary");
  for (const std::string_view line : split(text.substr(end), '\n')) {
    (void)git::wildmatch(line, path);
    (void)git::wildmatch(path, line);
  }
  return 0;
}
