#include "forge/people.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace sextant::forge {
namespace {

// Names and logins as such accounts sign their commits, in lower case.
constexpr auto bot_names = std::to_array<std::string_view>({
    "allcontributors",
    "auto-submit",
    "azure pipelines",
    "bors",
    "bors-servo",
    "codecov",
    "codecov-io",
    "copybara-service",
    "copybara-github",
    "crowdin-bot",
    "crowdin bot",
    "depfu",
    "dependabot",
    "dependabot-preview",
    "dependabot-support",
    "fossabot",
    "github action",
    "github actions",
    "github-actions",
    "github merge queue",
    "gitlab-bot",
    "gitlab dependency bot",
    "gitter-badger",
    "google-github-actions-bot",
    "greenkeeper",
    "greenkeeperio-bot",
    "homu",
    "imgbot",
    "jenkins",
    "k8s-ci-robot",
    "k8s-merge-robot",
    "k8s-publishing-bot",
    "llvmgnsyncbot",
    "merge queue",
    "mergify",
    "pre-commit-ci",
    "pyup-bot",
    "pyup.io bot",
    "readthedocs-assistant",
    "release-please",
    "renovate",
    "renovate bot",
    "renovate-bot",
    "renovatebot",
    "rust-highfive",
    "rust-timer",
    "rustbot",
    "scala-steward",
    "scala steward",
    "semantic-release-bot",
    "snyk-bot",
    "sourcery-ai",
    "transifex-integration",
    "travis ci",
    "travis-ci",
    "weblate",
    "whitesource-renovate",
});

bool is_bot_name(std::string_view name) {
  const std::string folded = fold(trim(name));
  return folded.ends_with("[bot]") || std::ranges::find(bot_names, folded) != bot_names.end();
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string login_from_email(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string host = fold(email.substr(at + 1));
  if (!host.starts_with("users.noreply.")) return {};
  const std::string_view account = email.substr(0, at);
  // "ID+login"; GitLab joins them with '-', which on GitHub may be part of a login.
  const std::size_t end = account.find_first_of(host == "users.noreply.github.com" ? "+" : "+-");
  if (end != std::string_view::npos && is_digits(account.substr(0, end)))
    return std::string(account.substr(end + 1));
  return std::string(account);
}

bool is_bot(std::string_view name, std::string_view email, std::string_view login) {
  if (is_bot_name(name) || is_bot_name(login)) return true;
  const std::string_view account = email.substr(0, email.rfind('@'));
  return account.ends_with("[bot]") || is_bot_name(login_from_email(email));
}

}  // namespace sextant::forge
