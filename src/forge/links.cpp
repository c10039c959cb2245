#include "forge/links.hpp"

namespace sextant::forge {
namespace {

struct Paths {
  std::string_view host_part;  // a host that contains it speaks this forge's paths
  std::string_view pull_request;
  std::string_view commit;
};
// The last is GitHub's own and what Gitea and Forgejo took over.
constexpr Paths forges[] = {
    {"gitlab", "/-/merge_requests/", "/-/commit/"},
    {"bitbucket", "/pull-requests/", "/commits/"},
    {"", "/pull/", "/commit/"},
};

std::string_view host_of(std::string_view web_url) {
  const auto scheme = web_url.find("://");
  const auto start = scheme == web_url.npos ? 0 : scheme + 3;
  return web_url.substr(start, web_url.find('/', start) - start);
}

const Paths& paths_of(std::string_view web_url) {
  for (const Paths& paths : forges)
    if (host_of(web_url).contains(paths.host_part)) return paths;
  return forges[0];
}

}  // namespace

std::string pull_request_url_prefix(std::string_view web_url) {
  if (web_url.empty()) return {};
  return std::string(web_url).append(paths_of(web_url).pull_request);
}

std::string commit_url(std::string_view web_url, std::string_view commit) {
  if (web_url.empty()) return {};
  return std::string(web_url).append(paths_of(web_url).commit).append(commit);
}

std::string profile_url(std::string_view web_url, std::string_view login) {
  if (web_url.empty() || login.empty()) return {};
  const auto host_end = web_url.find('/', web_url.find("://") + 3);
  return std::string(web_url.substr(0, host_end)).append("/").append(login);
}

}  // namespace sextant::forge
