// Web addresses at the forges, made from a repository's page ("https://github.com/owner/name").
#pragma once

#include <string>
#include <string_view>

namespace sextant::forge {

// All are empty where `web_url` is empty: no forge is known.
// All of a pull request's address but its number, which comes last.
std::string pull_request_url_prefix(std::string_view web_url);
std::string commit_url(std::string_view web_url, std::string_view commit);
std::string profile_url(std::string_view web_url, std::string_view login);

}  // namespace sextant::forge
