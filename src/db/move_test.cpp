#include "db/move.hpp"

#include <array>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_child_process.hpp"
#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using ::testing::AllOf;
using testing::AnyDatabase;
using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::value_of;

void run(Database& database, const std::string& sql) {
  value_of(database.write([&](Connection& db) { return db.run_script(sql); }));
}

std::int64_t number(Database& database, const std::string& sql) {
  const auto reader = value_of(database.reader());
  return value_of(reader->row(Query(sql), [](const Row& row) { return row.integer(0); })).value();
}

constexpr std::size_t slice_bytes = 20'000;

void ignore_progress(std::string_view, std::int64_t, std::int64_t) {}

// An embedded store with rows of every kind, and an empty database to move it into.
class MoveTest : public ::testing::Test {
 protected:
  MoveTest() {
    run(*source_,
        "INSERT INTO organizations VALUES (1, 'o1', 'acme', 'Acme — \"quoted\", \\N, tab\t, "
        "line\n',"
        " NULL, 5, NULL), (2, '', 'b', 'é', 'plan', -5, 9223372036854775807);"
        "INSERT INTO tokens VALUES (X'00FF10', 7, 1, 'warehouse', NULL, 'read', 1, NULL, NULL),"
        " (X'', 8, 1, '', 1, '', 1, 2, 3);"
        "INSERT INTO contributors VALUES (1, 1, 'ada', 'ada', 'Ada', NULL, '', TRUE),"
        " (1, 2, 'bob', 'bob', 'Bob', NULL, NULL, FALSE)");
    add_texts(1, 250);
  }

  // Ids out of order, so that they do not lie in the order of the key by chance.
  void add_texts(std::int64_t organization, int count) {
    value_of(source_->write([&](Connection& db) -> Result<void> {
      for (int i = 0; i < count; ++i)
        TRY(db.execute(Query(
            "INSERT INTO pull_request_texts (organization, id, search_text) VALUES ({}, {}, {})",
            organization, (i * 7919LL) % 1'000'003,
            fmt::format("text {} {}", i, std::string(400, 'x')))));
      return {};
    }));
  }

  Result<Move> move() { return move_store(*source_, *target_, ignore_progress, slice_bytes); }
  std::string refused() {
    const auto moved = move();
    return moved ? "it was moved" : moved.error().message;
  }
  std::int64_t in_target(const std::string& sql) { return number(*target_, sql); }
  bool is_unfinished() { return !refuse_unfinished_move(*value_of(target_->reader())); }

  // Stops after so many times that progress was told of, as a kill there would.
  void move_until(int calls) {
    struct Stop {};
    int left = calls;
    EXPECT_THROW((void)move_store(
                     *source_, *target_,
                     [&](std::string_view, std::int64_t, std::int64_t) {
                       if (--left == 0) throw Stop();
                     },
                     slice_bytes),
                 Stop);
  }

  AnyDatabase source_{Dialect::sqlite};
  AnyDatabase target_{Dialect::postgresql, AnyDatabase::Schema::none};
};

TEST_F(MoveTest, EveryRowArrivesAsItWas) {
  const Move moved = value_of(move());
  EXPECT_FALSE(moved.was_done);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM pull_request_texts"), 250);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM tokens WHERE hash = '\\x00ff10'"), 1);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM contributors WHERE has_account"), 1);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM contributors WHERE avatar_url = ''"), 1);
  EXPECT_EQ(in_target("SELECT deleted_at FROM organizations WHERE id = 2"), INT64_MAX);
  const auto reader = value_of(target_->reader());
  EXPECT_EQ(value_of(reader->row(Query("SELECT name FROM organizations WHERE id = 1"),
                                 [](const Row& row) { return std::string(row.text(0)); })),
            "Acme — \"quoted\", \\N, tab\t, line\n");
  EXPECT_FALSE(is_unfinished());
}

TEST_F(MoveTest, TablesOfLaterMigrationsMoveByThemselves) {
  const std::string later =
      "CREATE TABLE badges (organization BIGINT NOT NULL, name TEXT NOT NULL, worth DOUBLE "
      "PRECISION, shown BOOLEAN, PRIMARY KEY (organization, name));"
      "CREATE TABLE notes (text TEXT)";
  run(*source_, later +
                    ";INSERT INTO badges VALUES (1, 'ä', 0.1, TRUE), (1, 'b', -1e300, NULL);"
                    "INSERT INTO notes VALUES ('twice'), ('twice'), (NULL)");
  value_of(migrate(*target_));
  run(*target_, later);
  const Move moved = value_of(move());
  EXPECT_EQ(moved.tables[moved.tables.size() - 2].name, "badges");
  EXPECT_EQ(moved.tables.back().name, "notes");
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM badges WHERE worth IN (0.1, -1e300)"), 2);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM notes WHERE text = 'twice'"), 2);
}

TEST_F(MoveTest, StoppedAnywhereItGoesOnAndEndsTheSame) {
  for (int calls = 1; calls <= 6; ++calls) {
    move_until(calls);
    EXPECT_TRUE(is_unfinished());
  }
  // What the slices before have brought is not brought again.
  std::int64_t expected = -1;
  const auto moved =
      move_store(*source_, *target_, [&](std::string_view doing, std::int64_t, std::int64_t total) {
        if (expected < 0 && doing == "copied") expected = total;
      });
  value_of(moved);
  EXPECT_EQ(expected, 0);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM pull_request_texts"), 250);
  EXPECT_FALSE(is_unfinished());
}

TEST_F(MoveTest, KilledAndBegunAgainItEndsTheSame) {
  // The child cannot be forked while this process has the store open, so it opens its own.
  const auto file = source_.directory() / "sextant.db";
  const Secret url = target_.url();
  for (int calls = 1; calls <= 3; ++calls) {
    ChildProcess child([&](const ChildProcess::Pipes& pipes) {
      const auto source = value_of(open_sqlite(file, {}));
      const auto target = value_of(open_postgres({.url = url}));
      int left = calls;
      value_of(move_store(
          *source, *target,
          [&](std::string_view, std::int64_t, std::int64_t) {
            if (--left > 0) return;
            pipes.tell();
            pipes.await();
          },
          slice_bytes));
    });
    child.pipes().await();
    child.kill();
    child.join();
    EXPECT_TRUE(is_unfinished());
  }
  value_of(move());
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM pull_request_texts"), 250);
}

TEST_F(MoveTest, WhatTheSourceHasChangedSinceIsCopiedAnew) {
  move_until(4);
  run(*source_,
      "DELETE FROM contributors WHERE id = 1;"
      "INSERT INTO contributors VALUES (1, 3, 'ada', 'ada', 'Ada again', NULL, NULL, TRUE);"
      "UPDATE organizations SET name = 'Renamed' WHERE id = 1");
  value_of(move());
  EXPECT_EQ(in_target("SELECT id FROM contributors WHERE username = 'ada'"), 3);
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM organizations WHERE name = 'Renamed'"), 1);
}

TEST_F(MoveTest, AMoveThatHasEndedMayBeBegunAgain) {
  value_of(move());
  EXPECT_TRUE(value_of(move()).was_done);
}

TEST_F(MoveTest, ATargetWithOtherDataIsRefusedAndLeftAsItIs) {
  value_of(migrate(*target_));
  run(*target_, "INSERT INTO organizations VALUES (9, 'o9', 'other', 'Other', NULL, 5, NULL)");
  EXPECT_THAT(refused(), AllOf(HasSubstr("other data already"), HasSubstr("organizations")));
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM organizations"), 1);
  EXPECT_FALSE(is_unfinished());
}

TEST_F(MoveTest, ATargetThatHasGoneOnSinceIsRefused) {
  value_of(move());
  run(*target_, "UPDATE organizations SET name = 'Later' WHERE id = 1");
  EXPECT_THAT(refused(), HasSubstr("other data already"));
  EXPECT_EQ(in_target("SELECT COUNT(*) FROM organizations WHERE name = 'Later'"), 1);
}

TEST_F(MoveTest, APartOfAnotherStoreIsNotMixedWithThisOne) {
  move_until(3);
  run(*source_, "UPDATE schema_versions SET applied_at = applied_at + 1");
  EXPECT_THAT(refused(), HasSubstr("a part of another store"));
}

TEST_F(MoveTest, ATargetOfSomebodyElseIsRefused) {
  run(*target_, "CREATE TABLE invoices (id INTEGER)");
  const auto opened = target_.try_to_open({});
  EXPECT_THAT(opened.error().message, HasSubstr("invoices"));
}

TEST_F(MoveTest, RowsThatPostgresqlCannotHoldAreNamed) {
  const auto put = [&](const std::string& text) {
    value_of(source_->write([&](Connection& db) -> Result<void> {
      TRY(db.execute(
          Query("UPDATE pull_request_texts SET search_text = {} WHERE id = 7919", text)));
      return {};
    }));
  };
  put(std::string("a\0b", 3));
  EXPECT_THAT(refused(),
              AllOf(HasSubstr("organization = 1, id = 7919 has a NUL"), HasSubstr("search_text")));
  put("a\xFF");
  EXPECT_THAT(refused(), AllOf(HasSubstr("id = 7919"), HasSubstr("no UTF-8")));
  put("ok \xEF\xBF\xBD");
  run(*source_, "UPDATE contributors SET has_account = 'perhaps' WHERE id = 2");
  EXPECT_THAT(refused(), AllOf(HasSubstr("id = 2"), HasSubstr("has_account")));
  run(*source_, "UPDATE contributors SET has_account = FALSE WHERE id = 2");
  value_of(move());
}

TEST_F(MoveTest, AStoreOfAnOlderProgramIsToBeMigratedFirst) {
  run(*source_, "DELETE FROM schema_versions WHERE name = (SELECT MAX(name) FROM schema_versions)");
  EXPECT_THAT(refused(), HasSubstr("sextant migrate"));
}

TEST_F(MoveTest, TheSourceStaysAsItIs) {
  const auto reader = value_of(source_->reader());
  const auto tables = value_of(read_tables(*reader));
  std::vector<std::string> before;
  for (const Table& table : tables)
    before.push_back(value_of(read_digest(*reader, table)).checksum());
  value_of(move());
  for (std::size_t i = 0; i < tables.size(); ++i)
    EXPECT_EQ(value_of(read_digest(*reader, tables[i])).checksum(), before[i]) << tables[i].name;
}

TEST(Tables, AreReadFromTheStoreWithoutItsSearchIndex) {
  const AnyDatabase store(Dialect::sqlite);
  run(*store, "CREATE TABLE odd (b TEXT, a BIGINT, c BLOB, PRIMARY KEY (a, b))");
  const auto tables = value_of(read_tables(*value_of(store->reader())));
  for (const Table& table : tables) {
    EXPECT_FALSE(table.name.starts_with("pull_request_search")) << table.name;
    EXPECT_NE(table.name, "schema_versions");
  }
  EXPECT_EQ(tables.front().name, "organizations");
  EXPECT_EQ(tables.back().column_list(), "b, a, c");
  EXPECT_EQ(tables.back().key_list(), "a, b");
  EXPECT_EQ(tables.back().columns[2].type, ColumnType::bytes);
}

TEST(Tables, ADigestTellsContentsApartWhateverTheirOrder) {
  const AnyDatabase store(Dialect::sqlite);
  run(*store,
      "CREATE TABLE a (x TEXT, y TEXT); CREATE TABLE b (x TEXT, y TEXT); CREATE TABLE c (x TEXT, y "
      "TEXT);"
      "INSERT INTO a VALUES ('1', '23'), (NULL, ''); INSERT INTO b VALUES (NULL, ''), ('1', '23');"
      "INSERT INTO c VALUES ('12', '3'), (NULL, '')");
  const auto reader = value_of(store->reader());
  const auto digest = [&](const std::string& name) {
    return value_of(read_digest(*reader, Table{name, {{"x"}, {"y"}}, {}}));
  };
  EXPECT_EQ(digest("a"), digest("b"));
  EXPECT_NE(digest("a").checksum(), digest("c").checksum());
  EXPECT_EQ(digest("a").rows, 2);
}

}  // namespace
}  // namespace sextant::db
