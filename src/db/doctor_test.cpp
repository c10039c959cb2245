#include "db/doctor.hpp"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/backup.hpp"
#include "db/postgres_shown_url.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::db {
namespace {

using ::testing::HasSubstr;
using testing::value_of;

// A store to be examined.
class Patient {
 protected:
  explicit Patient(Dialect dialect) : database_(dialect) {}
  std::filesystem::path file() const { return database_.directory() / "sextant.db"; }
  void run(const std::string& sql) {
    value_of(database_->write([&](Connection& db) { return db.run_script(sql); }));
  }
  Findings examine(const Settings& settings = {}, const Clock& clock = system_clock()) {
    const auto reader = value_of(database_->reader());
    return database_.dialect() == Dialect::postgresql ? examine_postgres(*reader, settings, clock)
                                                      : examine_sqlite(*reader, file());
  }
  static Finding find(const Findings& findings, const std::string& check) {
    const auto found = std::ranges::find(findings, check, &Finding::check);
    return found == findings.end() ? Finding{check, Condition::ok, "was not examined"} : *found;
  }
  void expect(const std::string& check, Condition condition, const std::string& words,
              const Settings& settings = {}, const Clock& clock = system_clock()) {
    const Finding finding = find(examine(settings, clock), check);
    EXPECT_EQ(name_of(finding.condition), name_of(condition)) << finding.message;
    EXPECT_THAT(finding.message, HasSubstr(words));
  }

  testing::AnyDatabase database_;
};

class DoctorTest : public Patient, public ::testing::TestWithParam<Dialect> {
 protected:
  DoctorTest() : Patient(GetParam()) {}
};

class PostgresDoctorTest : public Patient, public ::testing::Test {
 protected:
  PostgresDoctorTest() : Patient(Dialect::postgresql) {}
};

class SqliteDoctorTest : public Patient, public ::testing::Test {
 protected:
  SqliteDoctorTest() : Patient(Dialect::sqlite) {}
};

TEST_P(DoctorTest, ASoundStoreIsWellInEveryRespect) {
  for (const Finding& finding : examine())
    EXPECT_EQ(name_of(finding.condition), "ok") << finding.check << ": " << finding.message;
}

TEST_P(DoctorTest, MissingStepsAndNewerSchemasAreSaid) {
  run("INSERT INTO schema_versions VALUES ('9999_later.sql', 'x', 0)");
  expect("schema", Condition::wrong, "newer version");
  run("DELETE FROM schema_versions");
  expect("schema", Condition::wrong, "sextant migrate");
}

TEST_P(DoctorTest, MissingTablesAndColumnsAreNamed) {
  run("DROP TABLE score_sums; ALTER TABLE accounts RENAME COLUMN name TO title");
  expect("tables", Condition::wrong, "score_sums");
  expect("tables", Condition::wrong, "accounts.name");
}

TEST_F(SqliteDoctorTest, ADamagedFileIsSaidToBe) {
  run("CREATE TABLE filler (text TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
      "FROM n WHERE i < 500) INSERT INTO filler SELECT hex(randomblob(500)) FROM n");
  const auto copy =
      value_of(back_up(file(), database_.directory() / "copy.db", Overwrite::no)).file;
  {
    std::fstream damaged(copy, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(static_cast<std::streamoff>(std::filesystem::file_size(copy) / 2));
    damaged << std::string(8192, '\xA5');
  }
  const auto opened = value_of(open_sqlite(copy, {}));
  const Finding finding = find(examine_sqlite(*value_of(opened->reader()), copy), "integrity");
  EXPECT_EQ(name_of(finding.condition), "wrong");
  EXPECT_THAT(finding.message, HasSubstr("restore a backup"));
}

TEST_F(PostgresDoctorTest, AnUnfinishedMoveIsSaid) {
  run("CREATE TABLE unfinished_move (source TEXT)");
  expect("move", Condition::wrong, "sextant move");
}

TEST_F(PostgresDoctorTest, AMissingExtensionIsSaid) {
  run("DROP EXTENSION pg_trgm CASCADE");
  expect("search", Condition::wrong, "pg_trgm");
}

TEST_F(PostgresDoctorTest, ClocksThatAreApartAreSaid) {
  testing::FakeClock clock(system_clock().now() - std::chrono::seconds{5});
  expect("clock", Condition::warning, "NTP", {}, clock);
  testing::FakeClock far(system_clock().now() + std::chrono::hours{1});
  expect("clock", Condition::wrong, "NTP", {}, far);
}

TEST_F(PostgresDoctorTest, AServerWithTooFewConnectionsIsSaid) {
  expect("connections", Condition::warning, "max_connections", {.connections = 50});
  expect("connections", Condition::wrong, "max_connections", {.connections = 500});
}

SEXTANT_ON_EVERY_DATABASE(DoctorTest);

std::string shown(const std::string& url) {
  const auto text = shown_postgres_url({.url = Secret(url)});
  return text ? *text : text.error().message;
}

TEST(ShownUrl, HasEverythingButThePasswords) {
  EXPECT_EQ(shown("postgresql://me:s%40cret@db1:5432,db2/x?sslmode=require"),
            "postgresql://me@db1:5432,db2/x?sslmode=require");
  EXPECT_EQ(shown("postgresql://me@db/x?password=secret&sslmode=require&sslpassword=secret"),
            "postgresql://me@db/x?sslmode=require");
  EXPECT_EQ(shown("postgresql:///x?host=/run/pg&user=me&password=secret"),
            "postgresql:///x?host=/run/pg&user=me");
  EXPECT_EQ(shown("postgresql://db/x?pass%77ord=secret"), "postgresql://...");
  EXPECT_EQ(shown("postgresql://db:5432/x"), "postgresql://db:5432/x");
  EXPECT_THAT(shown("postgresql://me:se/cret@db/x"), ::testing::Not(HasSubstr("cret")));
  EXPECT_THAT(shown("nonsense"), HasSubstr("must look like"));
}

}  // namespace
}  // namespace sextant::db
