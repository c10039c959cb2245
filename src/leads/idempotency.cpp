#include "leads/idempotency.hpp"

#include <optional>

namespace sextant::leads {
namespace {

constexpr std::chrono::hours kept{24};
constexpr std::size_t key_length_max = 255;

db::Blob blob(const Hash& hash) {
  return {{hash.begin(), hash.end()}};
}

std::string request_text(const http::Request& request) {
  return std::to_string(static_cast<int>(request.method)) + " " + request.target + "\n" +
         request.body;
}

std::string bound_to(const ApiCall& call, const Hash& key) {
  return "answer " + std::to_string(call.organization) + " " + to_hex(key);
}

struct Kept {
  std::string request_hash;
  int status = 0;
  std::string sealed;
};

Result<std::optional<Kept>> find(db::Connection& db, const ApiCall& call, const Hash& key) {
  return db.row(db::Query("SELECT request_hash, status, answer FROM idempotent_answers"
                          " WHERE organization = {} AND key_hash = {} AND answered_at > {}",
                          call.organization, blob(key), call.environment.clock.now() - kept),
                [](const db::Row& row) {
                  return Kept{std::string(row.blob(0)), static_cast<int>(row.integer(1)),
                              std::string(row.blob(2))};
                });
}

// Location on the first line, the body after it.
std::string to_text(const http::Response& response) {
  std::string text;
  for (const auto& [name, value] : response.headers)
    if (name == "Location") text = value;
  text += '\n';
  if (const auto* body = std::get_if<std::string>(&response.body)) text += *body;
  return text;
}

http::Response from_text(int status, const std::string& text) {
  const auto line_end = text.find('\n');
  http::Response response = http::json(text.substr(line_end + 1));
  response.status = status;
  if (line_end > 0) response.headers.emplace_back("Location", text.substr(0, line_end));
  return response;
}

Result<void> keep(db::Connection& db, const ApiCall& call, const Hash& key, const Hash& request,
                  Shows shows, const http::Response& response) {
  const std::string sealed =
      call.environment.answers.seal(Secret(to_text(response)), bound_to(call, key));
  TRY(db.post(db::Query(
      "INSERT INTO idempotent_answers (organization, key_hash, request_hash, status, answer,"
      " is_personal, answered_at) VALUES ({}, {}, {}, {}, {}, {}, {})"
      " ON CONFLICT (organization, key_hash) DO UPDATE SET request_hash = excluded.request_hash,"
      " status = excluded.status, answer = excluded.answer, is_personal = excluded.is_personal,"
      " answered_at = excluded.answered_at",
      call.organization, blob(key), blob(request), response.status, db::Blob{sealed},
      shows == Shows::people, call.environment.clock.now())));
  return {};
}

// What the request says of being repeated; no key: it does not.
struct Asked {
  bool has_key = false;
  Hash key{};
  Hash request{};
};

Result<Asked> read_asked(const http::Request& request) {
  const auto key = request.header("idempotency-key");
  if (!key) return Asked{};
  if (key->empty() || key->size() > key_length_max)
    return fail(ErrorKind::invalid, "Idempotency-Key takes 1 to 255 characters");
  return Asked{.has_key = true, .key = sha256(*key), .request = sha256(request_text(request))};
}

// The answer that the request had before, if any.
Result<std::optional<http::Response>> answer_before(db::Connection& db, const ApiCall& call,
                                                    const Asked& asked) {
  if (!asked.has_key) return std::nullopt;
  const auto before = TRY(find(db, call, asked.key));
  if (!before) return std::nullopt;
  if (before->request_hash != blob(asked.request).bytes)
    return fail(ErrorKind::conflict,
                "this Idempotency-Key came with another request within the last 24 hours");
  const Secret text = TRY(call.environment.answers.open(before->sealed, bound_to(call, asked.key)));
  return from_text(before->status, text.reveal());
}

}  // namespace

Result<http::Response> write_once(const ApiCall& call, Shows shows, const Write& write) {
  const Asked asked = TRY(read_asked(call.request));
  http::Response response;
  TRY(call.environment.database.write([&](db::Connection& db) -> Result<void> {
    if (auto before = TRY(answer_before(db, call, asked))) {
      response = *std::move(before);
      return {};
    }
    response = TRY(write(db));
    if (asked.has_key) TRY(keep(db, call, asked.key, asked.request, shows, response));
    return {};
  }));
  return response;
}

Result<http::Response> act_once(const ApiCall& call, Shows shows,
                                const std::function<Result<http::Response>()>& act) {
  const Asked asked = TRY(read_asked(call.request));
  if (auto before = TRY(answer_before(call.db, call, asked))) return *std::move(before);
  const http::Response response = TRY(act());
  if (asked.has_key)
    TRY(call.environment.database.write([&](db::Connection& db) {
      return keep(db, call, asked.key, asked.request, shows, response);
    }));
  return response;
}

Result<std::int64_t> forget_personal_answers(db::Connection& db, std::int64_t organization) {
  return db.execute(
      db::Query("DELETE FROM idempotent_answers WHERE organization = {} AND is_personal = {}",
                organization, true));
}

Result<std::int64_t> forget_old_answers(db::Connection& db, std::int64_t organization,
                                        Instant now) {
  return db.execute(
      db::Query("DELETE FROM idempotent_answers WHERE organization = {} AND answered_at <= {}",
                organization, now - kept));
}

}  // namespace sextant::leads
