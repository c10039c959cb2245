// The routes of the Leads API, under /v1.
#pragma once

#include "access/key_guard.hpp"
#include "db/database.hpp"
#include "http/router.hpp"
#include "leads/api.hpp"

namespace sextant::app {

// All outlive the router.
void add_leads_routes(http::Router& router, db::Database& database, access::KeyGuard& guard,
                      const leads::ApiEnvironment& environment);

// What a plan allows the API's callers.
access::Allowance leads_allowance(const std::optional<std::string>& plan);

}  // namespace sextant::app
