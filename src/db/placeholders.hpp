// Placeholders as SQLite numbers them: to it `$2` is a name, counted by first appearance.
#pragma once

#include <string>
#include <string_view>

namespace sextant::db {

// The statement with every `$n` written `?n`; string literals, quoted names and comments are left
// alone.
std::string number_placeholders(std::string_view sql);

}  // namespace sextant::db
