// .mailmap: any bytes; what an entry gives is UTF-8.
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "forge/mailmap.hpp"
#include "forge/people.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const forge::Mailmap mailmap(text);
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t open = line.rfind('<') + 1;
    const std::string_view email = line.substr(open, line.find('>', open) - open);
    const auto person = mailmap.resolve("Ada", valid_utf8(email));
    if (valid_utf8(person.name) != person.name || valid_utf8(person.email) != person.email)
      std::abort();
    (void)forge::login_from_email(email);
    (void)forge::is_bot(line, email, email);
  }
  return 0;
}
