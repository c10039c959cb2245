// The filters of GET /api/v1/pull-requests, and what a listed row shows beside its own columns.
#pragma once

#include <optional>
#include <string_view>

#include "http/table.hpp"
#include "velocity/api.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/search.hpp"

namespace sextant::velocity {

// The parameters that decide which rows there are; a cursor holds for one set of them.
inline constexpr std::string_view pull_request_filters[] = {
    "repos",     "authors", "merged_after", "merged_before", "min_score",
    "max_score", "search",  "days",         "updated_after"};

struct PullRequestQuery {
  PullRequestFilter filter;
  std::optional<Instant> cutoff;  // what `days` resolved to, where it counts
};

// Errors name the parameter and say what it takes.
Result<PullRequestQuery> read_pull_request_query(const ApiCall& call, const Directory& directory);

// A merged pull request is closed, as the contract's sample shows it.
inline constexpr std::string_view merged_state = "closed";

constexpr std::string_view source_type_name(forge::SourceType type) {
  return type == forge::SourceType::commit ? "commit" : "pr";
}

struct ListedPullRequest {
  const PullRequest& row;
  const Repository& repository;
  const Contributor& contributor;
};
ListedPullRequest listed(const Directory& directory, const PullRequest& row);

std::string html_url(const Repository& repository, const PullRequest& row);
void append_html_url(http::Cell& cell, const Repository& repository, const PullRequest& row);

}  // namespace sextant::velocity
