// The places of a statement where values go: `$1`, `$2`, ... outside of literals, quoted names and
// comments.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sextant::db {

// The statement with `write(n)` in the place of every `$n`.
std::string replace_placeholders(std::string_view sql,
                                 const std::function<std::string(std::size_t)>& write);

// As SQLite numbers them, `?n`: to it `$2` is a name, counted by first appearance.
std::string number_placeholders(std::string_view sql);

}  // namespace sextant::db
