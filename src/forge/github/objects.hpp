// What GitHub's JSON says of accounts, repositories and acts. Webhooks and public events wrap the
// same objects differently; this is what they share.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "forge/event.hpp"
#include "forge/github/fields.hpp"

namespace sextant::forge::github {

// By GitHub's rules: "octocat", "dependabot[bot]", "octo_corp"; "octocat/Hello-World".
bool is_login(std::string_view text);
bool is_full_name(std::string_view text);

// An account must have a login.
Result<Account> read_account(const Fields& account);
// As webhooks and bodies of pull requests spell it out.
Result<Repository> read_repository(const Fields& repository);

// The kinds of payload that tell of an act of ours.
enum class PayloadKind {
  star,   // created or deleted
  watch,  // a star, in the older form
  fork,
  issues,
  issue_comment,
  pull_request,
  pull_request_review,
  pull_request_review_comment,
  discussion,
  discussion_comment,
  push,
};
// By the name that webhooks give it.
std::optional<PayloadKind> payload_kind(std::string_view webhook_name);

// Fills in what the payload says of the act; actor and repository are there already, and the time
// stays where the payload has none that is better. Text is taken only where the actor wrote it with
// this act: a new thing of the actor's own, or the fields that an edit changed. False where the
// payload is of no act ("watch" of another action).
Result<bool> read_act(PayloadKind kind, const Fields& payload, Event& event);

}  // namespace sextant::forge::github
