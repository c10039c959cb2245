// Who is behind an address: logins from forges' noreply addresses, and bots.
#pragma once

#include <string>
#include <string_view>

namespace sextant::forge {

// "1234+alice@users.noreply.github.com" is alice; GitLab's and Bitbucket's forms too. Empty where
// none.
std::string login_from_email(std::string_view email);

// "[bot]" logins and the names of well-known bots.
bool is_bot(std::string_view name, std::string_view email, std::string_view login);

}  // namespace sextant::forge
