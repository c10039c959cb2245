#include "db/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using ::testing::HasSubstr;
using testing::value_of;
using Files = std::vector<EmbeddedFile>;

class Migrations : public testing::EveryDatabase {
 protected:
  Migrations() : EveryDatabase(testing::AnyDatabase::Schema::none) {}

  bool is_current(const Files& files) {
    return value_of(is_migrated(*value_of(database_->reader()), files));
  }
  std::string text(std::string_view sql) {
    return value_of(value_of(database_->reader())
                        ->row(Query(sql), [](const Row& row) { return std::string(row.text(0)); }))
        .value_or("nothing");
  }
  bool has_table(const std::string& name) {
    return value_of(database_->reader())
        ->each(Query("SELECT * FROM " + name), [](const Row&) {})
        .has_value();
  }
};
SEXTANT_ON_EVERY_DATABASE(Migrations);

const Files two{{"0001_a.sql", "CREATE TABLE a (n BIGINT PRIMARY KEY) ${clustered};"},
                {"0002_b.sql", "CREATE TABLE b (h ${blob}); INSERT INTO a VALUES (7);"}};

TEST_P(Migrations, AreAppliedOnceAndRecorded) {
  EXPECT_FALSE(is_current(two));
  value_of(migrate(*database_, two));
  value_of(migrate(*database_, two));
  EXPECT_TRUE(is_current(two));
  EXPECT_EQ(text("SELECT COUNT(*) || '/' || MAX(n) FROM a"), "1/7");
  EXPECT_EQ(text("SELECT MIN(name) || ',' || MAX(name) FROM schema_versions"),
            "0001_a.sql,0002_b.sql");
}

TEST_P(Migrations, GoOnWhereTheStoreIs) {
  value_of(migrate(*database_, Files{two[0]}));
  EXPECT_FALSE(is_current(two));
  value_of(migrate(*database_, two));
  EXPECT_TRUE(is_current(two));
}

TEST_P(Migrations, RunTheirOwnDialectAfterTheCommonFile) {
  const Files files{{"0001_a.postgres.sql", "INSERT INTO a VALUES ('postgres'::text)"},
                    {"0001_a.sqlite.sql", "INSERT INTO a VALUES ('sq' || char(108) || 'ite')"},
                    {"0001_a.sql", "CREATE TABLE a (s TEXT)"}};
  value_of(migrate(*database_, files));
  EXPECT_EQ(text("SELECT s FROM a"), is_postgresql() ? "postgres" : "sqlite");
  EXPECT_TRUE(is_current(files));
}

TEST_P(Migrations, MayHoldTriggersAndComments) {
  const std::string_view on_sqlite =
      "-- ends; with a semicolon\nCREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET n = n + 1; "
      "UPDATE a SET n = n * 2; END;\n";
  const std::string_view on_postgres =
      "-- ends; with a semicolon\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "NEW.n := NEW.n + 1; NEW.n := NEW.n * 2; RETURN NEW; END; $$;\n"
      "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();\n";
  const Files files{{"0001_a.sql", "CREATE TABLE a (n BIGINT);"},
                    {"0001_a.sqlite.sql", on_sqlite},
                    {"0001_a.postgres.sql", on_postgres},
                    {"0002_b.sql", "INSERT INTO a VALUES (1)"}};
  value_of(migrate(*database_, files));
  EXPECT_EQ(text("SELECT CAST(n AS TEXT) FROM a"), "4");
}

TEST_P(Migrations, ExpandTheirMacros) {
  value_of(migrate(*database_, two));
  if (is_postgresql()) {
    EXPECT_EQ(text("SELECT data_type FROM information_schema.columns WHERE table_name = 'b'"),
              "bytea");
  } else {
    EXPECT_THAT(text("SELECT sql FROM sqlite_master WHERE name = 'a'"), HasSubstr("WITHOUT ROWID"));
    EXPECT_THAT(text("SELECT sql FROM sqlite_master WHERE name = 'b'"), HasSubstr("h BLOB"));
  }
  const Files unknown{two[0], two[1], {"0003_c.sql", "CREATE TABLE c (x ${money})"}};
  EXPECT_THAT(migrate(*database_, unknown).error().message, HasSubstr("${money}"));
}

TEST_P(Migrations, MakeTextsThatAreComparedByteByByte) {
  value_of(migrate(*database_, Files{{"0001_a.sql",
                                      "CREATE TABLE a (s TEXT NOT NULL PRIMARY KEY); INSERT INTO a "
                                      "VALUES ('b'), ('B'), ('_'), ('a-c'), ('ab'), ('\u00e9')"}}));
  std::string order;
  value_of(
      value_of(database_->reader())->each(Query("SELECT s FROM a ORDER BY s"), [&](const Row& row) {
        order += std::string(row.text(0)) + ' ';
      }));
  EXPECT_EQ(order, "B _ a-c ab b \u00e9 ");
}

TEST_P(Migrations, LeaveNothingOfAStepThatFails) {
  const Files files{two[0],
                    {"0002_b.sql", "CREATE TABLE b (n BIGINT); INSERT INTO nowhere VALUES (1)"}};
  const auto migrated = migrate(*database_, files);
  EXPECT_THAT(migrated.error().message, HasSubstr("0002_b.sql"));
  EXPECT_TRUE(has_table("a"));
  EXPECT_FALSE(has_table("b"));
  value_of(migrate(*database_, two));
  EXPECT_TRUE(is_current(two));
}

TEST_P(Migrations, RefuseAStoreOfANewerProgram) {
  value_of(migrate(*database_, two));
  const auto migrated = migrate(*database_, Files{two[0]});
  EXPECT_EQ(migrated.error().kind, ErrorKind::invalid);
  EXPECT_THAT(migrated.error().message, HasSubstr("newer version"));
  EXPECT_THAT(migrated.error().message, HasSubstr("0002_b.sql"));
  EXPECT_FALSE(is_current({two[0]}));
}

TEST_P(Migrations, RefuseAChangedStep) {
  value_of(migrate(*database_, two));
  Files changed = two;
  changed[0].content = "CREATE TABLE a (n BIGINT)";
  const auto migrated = migrate(*database_, changed);
  EXPECT_EQ(migrated.error().kind, ErrorKind::invalid);
  EXPECT_THAT(migrated.error().message, HasSubstr("0001_a.sql"));
  EXPECT_FALSE(is_current(changed));
}

TEST_P(Migrations, RefuseAnotherHistory) {
  value_of(migrate(*database_, Files{two[0], {"0003_c.sql", "CREATE TABLE c (n BIGINT)"}}));
  const auto migrated =
      migrate(*database_, Files{two[0], two[1], {"0003_c.sql", "CREATE TABLE c (n BIGINT)"}});
  EXPECT_EQ(migrated.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(has_table("b"));
}

TEST_P(Migrations, MayBeRunByManyAtOnce) {
  Files files = two;
  std::vector<std::string> names;
  std::vector<std::string> contents;
  for (int i = 3; i < 20; ++i) {
    names.push_back("00" + std::to_string(i / 10) + std::to_string(i % 10) + "_x.sql");
    contents.push_back("CREATE TABLE x" + std::to_string(i) + " (n BIGINT)");
  }
  for (std::size_t i = 0; i < names.size(); ++i) files.push_back({names[i], contents[i]});
  std::vector<Result<void>> outcomes(4);
  {
    std::vector<std::jthread> threads;
    for (auto& outcome : outcomes)
      threads.emplace_back([&] { outcome = migrate(*database_.open_again(), files); });
  }
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(is_current(files));
}

TEST_P(Migrations, OfThisProgramMakeAStoreThatIsCurrent) {
  EXPECT_FALSE(value_of(is_migrated(*value_of(database_->reader()))));
  value_of(migrate(*database_));
  EXPECT_TRUE(value_of(is_migrated(*value_of(database_->reader()))));
  if (!is_postgresql()) {
    EXPECT_EQ(text("SELECT integrity_check FROM pragma_integrity_check"), "ok");
  }
}

}  // namespace
}  // namespace sextant::db
