// What an operator can set about Velocity.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace sextant::velocity {

// Whether commits made directly on the branch are scored; automatic: where there are no pull
// requests.
enum class DirectCommits { automatic, on, off };

struct Settings {
  bool field_selection =
      false;  // `fields` selects; off: it is accepted and the whole object returned
  DirectCommits score_direct_commits = DirectCommits::automatic;
  std::vector<std::string> bots;  // logins, names or addresses, beside those that are known
  std::chrono::milliseconds refresh_every{0};  // of repositories imported by URL; 0: never
};

}  // namespace sextant::velocity
