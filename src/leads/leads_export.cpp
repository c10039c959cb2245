#include "leads/leads_export.hpp"

#include <fmt/format.h>

#include "leads/lead_shape.hpp"

namespace sextant::leads {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

// What a stream holds while it lasts. Members are destroyed from the last to the first.
class Export {
 public:
  static Result<std::shared_ptr<Export>> begin(const ApiCall& call, const LeadFilter& filter,
                                               ExportFormat format) {
    auto lease = TRY(call.environment.database.reader());
    auto snapshot = TRY(db::Snapshot::begin(*lease));
    auto rules = TRY(list_fit_rules(*lease, call.organization));
    std::shared_ptr<Export> made(
        new Export(std::move(lease), std::move(snapshot), std::move(rules), format));
    made->rows_ = TRY(LeadStore(*made->lease_, call.organization).open(filter));
    return made;
  }

  Result<bool> append_chunk(std::string& out) {
    if (!has_begun_ && format_ == ExportFormat::csv)
      http::append_csv_headings<ShownLead>(out, lead_csv_columns());
    has_begun_ = true;
    while (out.size() < chunk_bytes) {
      const db::Row* const row = TRY(rows_->next());
      if (!row) return false;
      append(out, LeadStore::read(*row));
    }
    return true;
  }

 private:
  Export(db::Lease lease, db::Snapshot snapshot, std::vector<FitRule> rules, ExportFormat format)
      : lease_(std::move(lease)),
        snapshot_(std::move(snapshot)),
        rules_(std::move(rules)),
        format_(format) {}

  void append(std::string& out, const Lead& lead) const {
    if (format_ == ExportFormat::csv)
      return http::append_csv_row<ShownLead>(out, shown(lead, rules_), lead_csv_columns());
    http::append_object<ShownLead>(out, shown(lead, rules_), lead_columns());
    out += '\n';
  }

  db::Lease lease_;
  db::Snapshot snapshot_;
  std::vector<FitRule> rules_;
  ExportFormat format_;
  std::unique_ptr<db::Rows> rows_;
  bool has_begun_ = false;
};

}  // namespace

Result<http::Response> export_leads(const ApiCall& call, const LeadFilter& filter,
                                    ExportFormat format) {
  const auto rows = TRY(Export::begin(call, filter, format));
  const bool is_csv = format == ExportFormat::csv;
  http::Response response;
  response.has_etag = false;
  response.content_type = is_csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("attachment; filename=\"leads-{}.{}\"",
                  to_iso(day_of(call.environment.clock.now())), is_csv ? "csv" : "ndjson"));
  response.body = [rows](std::string& out) { return rows->append_chunk(out); };
  return response;
}

}  // namespace sextant::leads
