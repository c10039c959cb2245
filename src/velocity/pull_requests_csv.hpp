// The CSV of GET /api/v1/pull-requests: every row that the filters let through, streamed.
#pragma once

#include "velocity/api.hpp"

namespace sextant::velocity {

Result<http::Response> pull_requests_csv(const ApiCall& call);

}  // namespace sextant::velocity
