// The store on PostgreSQL: readers and writers, each from a pool, and writing as if there were one
// writer, over all nodes.
#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "db/database.hpp"
#include "db/postgres_pool.hpp"

namespace sextant::db {
namespace {

using Work = std::function<Result<void>(Connection&)>;

// How a write keeps clear of others: by a lock on a table of ours, taken before anything is read.
enum class Fence {
  open,        // beside any other; who loses a race is run again
  one_by_one,  // beside those that run for the first time
  alone,       // nothing else is written meanwhile, so there is nobody to lose to
};

// Most races are lost once. A writer is never alone without need: all nodes wait for it.
constexpr std::array attempts{Fence::open,  Fence::one_by_one, Fence::one_by_one,
                              Fence::alone, Fence::alone,      Fence::alone};

const Query& fence_statement(Fence fence) {
  static const Query open("LOCK TABLE schema_versions IN ROW SHARE MODE");
  static const Query one_by_one("LOCK TABLE schema_versions IN SHARE UPDATE EXCLUSIVE MODE");
  static const Query alone("LOCK TABLE schema_versions IN EXCLUSIVE MODE");
  return fence == Fence::open ? open : fence == Fence::alone ? alone : one_by_one;
}

struct StoreFacts {
  bool is_ours = false;
  bool is_like_ours = false;
  std::string other_table;  // of somebody else's, if there is one
  std::string schema;
  bool may_create = false;
  bool is_cluster = false;
};

Result<StoreFacts> read_facts(Connection& connection) {
  const auto facts = TRY(connection.row(
      Query("SELECT to_regclass('schema_versions') IS NOT NULL, "
            "(SELECT COUNT(*) = 3 FROM pg_attribute AS a WHERE a.attname IN ('name', 'checksum', "
            "'applied_at') AND a.attrelid = to_regclass('schema_versions')), "
            "(SELECT MIN(c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = "
            "c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT "
            "EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')), "
            "current_schema(), has_schema_privilege(current_schema(), 'CREATE'), "
            "EXISTS (SELECT 1 FROM pg_extension AS e WHERE e.extname = 'citus')"),
      [](const Row& row) {
        return StoreFacts{.is_ours = row.boolean(0),
                          .is_like_ours = row.boolean(1),
                          .other_table = std::string(row.text(2)),
                          .schema = std::string(row.text(3)),
                          .may_create = row.boolean(4),
                          .is_cluster = row.boolean(5)};
      }));
  return facts.value_or(StoreFacts{});
}

// Whether the database is one of this program's, or could become one.
Result<void> check_facts(const StoreFacts& facts, const std::string& place) {
  if (facts.is_ours && facts.is_like_ours) return {};
  if (facts.is_ours || !facts.other_table.empty())
    return fail(ErrorKind::invalid,
                fmt::format("the {} is no store of this program: it has tables of something else "
                            "({}); name an empty database",
                            place, facts.is_ours ? "schema_versions" : facts.other_table));
  if (facts.schema.empty())
    return fail(ErrorKind::invalid,
                fmt::format("the {} has no schema to make tables in: see to search_path", place));
  if (!facts.may_create)
    return fail(ErrorKind::invalid,
                fmt::format("the user of the URL may not make tables in the {}: GRANT CREATE ON "
                            "SCHEMA {} to it, or let it own the database",
                            place, facts.schema));
  return {};
}

// A writer from the pool, given back at the end of the scope.
class LentWriter {
 public:
  LentWriter(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection)
      : pool_(pool), connection_(std::move(connection)) {}
  LentWriter(const LentWriter&) = delete;
  LentWriter& operator=(const LentWriter&) = delete;
  ~LentWriter() { pool_.give_back(std::move(connection_)); }
  PostgresConnection& operator*() const { return *connection_; }
  PostgresConnection* operator->() const { return connection_.get(); }

 private:
  PostgresPool& pool_;
  std::unique_ptr<PostgresConnection> connection_;
};

// The lock of the schema, held to the end of the scope, if it is wanted.
class SchemaLock {
 public:
  static Result<SchemaLock> take(PostgresConnection& connection, bool is_wanted) {
    if (is_wanted) TRY(connection.lock_schema());
    return SchemaLock(is_wanted ? &connection : nullptr);
  }
  SchemaLock(SchemaLock&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  SchemaLock& operator=(SchemaLock&&) = delete;
  ~SchemaLock() {
    if (connection_) connection_->unlock_schema();
  }

 private:
  explicit SchemaLock(PostgresConnection* connection) : connection_(connection) {}
  PostgresConnection* connection_;
};

class PostgresDatabase : public Database {
 public:
  static Result<std::unique_ptr<Database>> open(const Settings& settings);

  Result<Lease> reader() override { return Lease(*this, TRY(readers_.lend())); }
  Result<void> write(const Work& work) override {
    // The workers of a Citus cluster read committed data whatever isolation is asked for.
    return write_until_done(work, is_cluster_ ? Fence::alone : Fence::open, Extent::rows);
  }
  Result<void> change(const Query& query, const std::function<void(const Row&)>& sink) override {
    const LentWriter connection(writers_, TRY(writers_.lend()));
    return connection->each(query, sink);
  }
  Result<void> write_alone(const Work& work) override {
    return write_until_done(work, Fence::alone, Extent::schema);
  }

 private:
  enum class Extent { rows, schema };

  PostgresDatabase(PostgresTarget target, const Settings& settings)
      : connector_(std::move(target)),
        readers_(connector_, Access::read, settings.connections - writers_of(settings),
                 settings.connection_wait),
        writers_(connector_, Access::write, writers_of(settings), settings.connection_wait) {}

  // Apart from the readers: who writes while it holds a reader never waits for one of its like.
  static int writers_of(const Settings& settings) { return std::max(1, settings.connections / 4); }

  void give_back(std::unique_ptr<Connection> connection) override {
    readers_.give_back(std::unique_ptr<PostgresConnection>(
        static_cast<PostgresConnection*>(connection.release())));
  }

  Result<void> write_until_done(const Work& work, Fence at_least, Extent extent);
  Result<void> write_once(const Work& work, Fence fence, Extent extent, PostgresFailure& failure);
  Result<void> run(PostgresConnection& connection, const Work& work,
                   const std::optional<Query>& fence);
  Result<std::optional<Query>> find_fence(PostgresConnection& connection, Fence fence);

  static thread_local const PostgresDatabase* writing_;  // in this thread

  PostgresConnector connector_;
  PostgresPool readers_;
  PostgresPool writers_;
  std::atomic<bool> has_fence_ = false;  // the table is there; before the first migration it is not
  bool is_cluster_ = false;
};

thread_local const PostgresDatabase* PostgresDatabase::writing_ = nullptr;

Result<std::unique_ptr<Database>> PostgresDatabase::open(const Settings& settings) {
  if (settings.connections < 2)
    return fail(ErrorKind::invalid, "the database needs at least 2 connections");
  auto target = TRY(read_postgres_url(settings));
  std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(std::move(target), settings));
  auto reader = TRY(database->reader());
  const StoreFacts facts = TRY(read_facts(*reader));
  TRY(check_facts(facts, static_cast<PostgresConnection&>(*reader).place()));
  database->has_fence_ = facts.is_ours;
  database->is_cluster_ = facts.is_cluster;
  return database;
}

void pause_before(std::size_t attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto most = std::chrono::microseconds{1000 << attempt};
  std::this_thread::sleep_for(most * (random() % 1000) / 1000);
}

// Whether what failed may go well when it is done again, and how it must be done then.
std::optional<std::size_t> next_attempt(PostgresFailure failure, std::size_t attempt) {
  const std::size_t next = attempt + 1;
  switch (failure) {
    case PostgresFailure::race:
    case PostgresFailure::stale:
    case PostgresFailure::lost:
    case PostgresFailure::read_only:
      return next < attempts.size() ? std::optional(next) : std::nullopt;
    case PostgresFailure::duplicate: {
      // Two may have drawn the same number. Whoever is alone has not.
      const auto alone = std::ranges::find(attempts, Fence::alone);
      if (attempts[attempt] == Fence::alone) return std::nullopt;
      return static_cast<std::size_t>(alone - attempts.begin());
    }
    default:
      return std::nullopt;
  }
}

Result<void> PostgresDatabase::write_until_done(const Work& work, Fence at_least, Extent extent) {
  if (writing_ == this)
    return fail(ErrorKind::internal, "a write within a write would wait for itself");
  std::size_t attempt = 0;
  while (attempts[attempt] < at_least) ++attempt;
  while (true) {
    PostgresFailure failure = PostgresFailure::none;
    auto written = write_once(work, attempts[attempt], extent, failure);
    if (written) return written;
    const auto next = next_attempt(failure, attempt);
    if (!next) return written;
    attempt = *next;
    pause_before(attempt);
  }
}

Result<void> PostgresDatabase::write_once(const Work& work, Fence fence, Extent extent,
                                          PostgresFailure& failure) {
  const LentWriter connection(writers_, TRY(writers_.lend()));
  const auto lock = TRY(SchemaLock::take(*connection, extent == Extent::schema));
  const auto fence_query = TRY(find_fence(*connection, fence));
  auto written = run(*connection, work, fence_query);
  failure = connection->first_failure();
  return written;
}

Result<void> PostgresDatabase::run(PostgresConnection& connection, const Work& work,
                                   const std::optional<Query>& fence) {
  auto written = connection.begin_write(fence);
  if (written) {
    writing_ = this;
    try {
      written = work(connection);
    } catch (...) {
      writing_ = nullptr;
      connection.rollback();
      throw;
    }
    writing_ = nullptr;
  }
  if (written) written = connection.commit();
  if (!written) connection.rollback();
  return written;
}

Result<std::optional<Query>> PostgresDatabase::find_fence(PostgresConnection& connection,
                                                          Fence fence) {
  static const Query find("SELECT to_regclass('schema_versions') IS NOT NULL");
  if (!has_fence_)
    has_fence_ =
        TRY(connection.row(find, [](const Row& row) { return row.boolean(0); })).value_or(false);
  return has_fence_ ? std::optional(fence_statement(fence)) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const Settings& settings) {
  return PostgresDatabase::open(settings);
}

}  // namespace sextant::db
