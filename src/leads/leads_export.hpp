// All leads of a filter as one stream, as CSV or JSON Lines.
#pragma once

#include "leads/api.hpp"
#include "leads/lead_store.hpp"

namespace sextant::leads {

enum class ExportFormat { csv, json_lines };

Result<http::Response> export_leads(const ApiCall& call, const LeadFilter& filter,
                                    ExportFormat format);

}  // namespace sextant::leads
