#include "db/backup.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/files.hpp"
#include "testing/db_child_process.hpp"
#include "testing/db_sqlite.hpp"

namespace sextant::db {
namespace {

namespace fs = std::filesystem;
using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::TemporaryDirectory;
using testing::value_of;

const Instant now = from_unix_ms(1'767'225'600'123);

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::int64_t number(Database& database, const std::string& sql) {
  const auto reader = value_of(database.reader());
  return value_of(reader->row(Query(sql), [](const Row& row) { return row.integer(0); })).value();
}

// A migrated store with a table of notes, and backups beside it.
class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    fs::create_directory(data());
    const auto database = open();
    value_of(migrate(*database));
    value_of(database->write(
        [](Connection& db) { return db.run_script("CREATE TABLE notes (n INTEGER, text TEXT)"); }));
    add(*database, 100);
  }

  fs::path data() const { return directory_.path() / "data"; }
  fs::path store() const { return data() / "sextant.db"; }
  fs::path file() const { return directory_.path() / "backup.db"; }
  std::unique_ptr<Database> open() const { return value_of(open_sqlite(store(), {})); }

  static void add(Database& database, int count) {
    value_of(database.write([&](Connection& db) -> Result<void> {
      const std::string text(1000, 'x');
      for (int i = 0; i < count; ++i)
        TRY(db.execute(Query("INSERT INTO notes (n, text) VALUES ({}, {})", i, text)));
      return {};
    }));
  }
  std::int64_t notes() const { return number(*open(), "SELECT COUNT(*) FROM notes"); }

  Result<Backup> back_up_now(Overwrite overwrite = Overwrite::no) const {
    return back_up(store(), file(), overwrite);
  }
  std::string refused_backup(const fs::path& to, Overwrite overwrite = Overwrite::no) const {
    const auto made = back_up(store(), to, overwrite);
    return made ? "it was made" : made.error().message;
  }
  Result<Restored> restore_now() const {
    return restore(store(), file(), now, [](Database&) { return Result<void>(); });
  }
  std::string refused_restore() const {
    const std::string before = content(store());
    const auto restored = restore_now();
    EXPECT_TRUE(content(store()) == before);
    EXPECT_FALSE(fs::exists(store().string() + ".restoring"));
    return restored ? "it was restored" : restored.error().message;
  }

  TemporaryDirectory directory_;
};

TEST_F(BackupTest, ABackupIsASingleSoundFileWithEverythingInIt) {
  const auto database = open();
  add(*database, 1);  // lies in the log
  const Backup made = value_of(back_up_now());
  EXPECT_EQ(made.bytes, fs::file_size(file()));
  EXPECT_FALSE(fs::exists(file().string() + "-wal"));
  EXPECT_FALSE(fs::exists(file().string() + ".part"));
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto copy = value_of(open_sqlite(file(), {}));
  EXPECT_EQ(number(*copy, "SELECT COUNT(*) FROM notes"), 101);
  const auto reader = value_of(copy->reader());
  EXPECT_EQ(value_of(reader->row(Query("PRAGMA integrity_check"),
                                 [](const Row& row) { return std::string(row.text(0)); })),
            "ok");
}

TEST_F(BackupTest, WritersGoOnMeanwhileAndABackupHoldsOneMoment) {
  const auto database = open();
  value_of(database->write([](Connection& db) {
    return db.run_script(
        "CREATE TABLE pairs (a INTEGER, b INTEGER); INSERT INTO pairs VALUES (0, 0)");
  }));
  add(*database, 20'000);
  std::atomic<bool> is_over = false;
  std::atomic<int> written = 0;
  std::jthread writer([&] {
    while (!is_over) {
      value_of(database->write([](Connection& db) -> Result<void> {
        TRY(db.execute(Query("UPDATE pairs SET a = a + 1")));
        TRY(db.execute(Query("UPDATE pairs SET b = b + 1")));
        return {};
      }));
      ++written;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const int before = written;
    value_of(back_up_now(Overwrite::yes));
    EXPECT_GT(written, before);
    const auto copy = value_of(open_sqlite(file(), {}));
    EXPECT_EQ(number(*copy, "SELECT COUNT(*) FROM pairs WHERE a = b"), 1);
    EXPECT_GE(number(*copy, "SELECT a FROM pairs"), before);
  }
  is_over = true;
}

TEST_F(BackupTest, AFileIsReplacedOnlyWhenAskedTo) {
  write_file(file(), "precious");
  EXPECT_THAT(refused_backup(file()), HasSubstr("is there already; --force replaces it"));
  EXPECT_EQ(content(file()), "precious");
  value_of(back_up_now(Overwrite::yes));
  EXPECT_THAT(content(file()), StartsWith("SQLite format 3"));
}

TEST_F(BackupTest, PlacesThatAreNoneAreRefused) {
  EXPECT_THAT(refused_backup(directory_.path()), HasSubstr("is a directory"));
  EXPECT_THAT(refused_backup(directory_.path() / "no" / "where.db"),
              HasSubstr("there is no directory"));
  EXPECT_THAT(refused_backup(""), HasSubstr("no name of a file"));
  EXPECT_THAT(refused_backup("/dev/null", Overwrite::yes), HasSubstr("no regular file"));
  EXPECT_THAT(refused_backup(store(), Overwrite::yes), HasSubstr("is the store itself"));
  fs::create_symlink(store(), directory_.path() / "link.db");
  EXPECT_THAT(refused_backup(directory_.path() / "link.db", Overwrite::yes),
              HasSubstr("is the store itself"));
  const auto nothing = back_up(directory_.path() / "none.db", file(), Overwrite::no);
  EXPECT_EQ(nothing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(notes(), 100);
}

TEST_F(BackupTest, ABackupToAFileThatAnotherOneIsMakingIsRefused) {
  const auto other = value_of(FileLock::take(file().string() + ".part", FileLock::Kind::exclusive));
  ASSERT_TRUE(other);
  EXPECT_THAT(refused_backup(file()), HasSubstr("under way"));
}

TEST_F(BackupTest, WhatACutOffBackupLeftIsBegunAnew) {
  write_file(file().string() + ".part", std::string(3'000'000, 'z'));
  value_of(back_up_now());
  EXPECT_LT(fs::file_size(file()), 1'000'000U);
}

TEST_F(BackupTest, ADamagedStoreIsNotBackedUpAsIfItWereSound) {
  {
    std::fstream damaged(store(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(static_cast<std::streamoff>(fs::file_size(store()) - 8192));
    damaged << std::string(4096, '\xA5');
  }
  EXPECT_THAT(refused_backup(file()), HasSubstr("damaged"));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_FALSE(fs::exists(file().string() + ".part"));
}

// Files of a process that may not grow beyond some size, as on a disk that is full.
bool fails_for_want_of_room(rlim_t bytes, const std::function<Result<void>()>& work,
                            const std::string& part) {
  ChildProcess child([&](const ChildProcess::Pipes&) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto done = work();
    if (done || !done.error().message.contains(part)) throw std::runtime_error("not so");
  });
  return child.join();
}

TEST_F(BackupTest, WithoutRoomThereIsNoBackupAndNothingIsLeftBehind) {
  EXPECT_TRUE(fails_for_want_of_room(
      50'000,
      [&]() -> Result<void> {
        TRY(back_up_now());
        return {};
      },
      "backup.db.part"));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_FALSE(fs::exists(file().string() + ".part"));
}

TEST_F(BackupTest, ARestoreBringsBackWhatWasThereAndKeepsWhatIs) {
  value_of(back_up_now());
  add(*open(), 5);
  const Restored restored = value_of(restore_now());
  EXPECT_EQ(restored.kept.filename(), "sextant.db.before-restore-2026-01-01T000000.123Z");
  EXPECT_FALSE(restored.was_damaged);
  EXPECT_EQ(notes(), 100);
  EXPECT_EQ(number(*value_of(open_sqlite(restored.kept, {})), "SELECT COUNT(*) FROM notes"), 105);
  EXPECT_EQ(fs::status(store()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(BackupTest, AStoreThatIsMissingIsRestoredToo) {
  value_of(back_up_now());
  fs::remove(store());
  EXPECT_THAT(value_of(restore_now()).kept.string(), IsEmpty());
  EXPECT_EQ(notes(), 100);
}

TEST_F(BackupTest, ADamagedStoreIsSetAsideWithItsLog) {
  value_of(back_up_now());
  write_file(store(),
             "this is no store at all, and long enough to be one with its header of 100 bytes"
             "....................................................................");
  write_file(store().string() + "-wal", "nor is this a log");
  const Restored restored = value_of(restore_now());
  EXPECT_TRUE(restored.was_damaged);
  EXPECT_EQ(notes(), 100);
  EXPECT_THAT(content(restored.kept), StartsWith("this is no store"));
  EXPECT_EQ(content(restored.kept.string() + "-wal"), "nor is this a log");
}

TEST_F(BackupTest, ARestoredCopyIsPreparedBeforeItTakesThePlace) {
  value_of(back_up_now());
  add(*open(), 5);
  value_of(restore(store(), file(), now, [](Database& database) {
    return database.write([](Connection& db) -> Result<void> {
      TRY(db.execute(Query("DELETE FROM notes WHERE n > 0")));
      return {};
    });
  }));
  EXPECT_EQ(notes(), 1);
  const auto failed = restore(store(), file(), now, [](Database&) -> Result<void> {
    return fail(ErrorKind::internal, "cannot be prepared");
  });
  EXPECT_THAT(failed.error().message, HasSubstr("cannot be prepared"));
  EXPECT_EQ(notes(), 1);
}

TEST_F(BackupTest, FilesThatAreNoBackupAreRefusedAndTheStoreStays) {
  EXPECT_THAT(refused_restore(), HasSubstr("there is no file"));
  fs::create_directory(file());
  EXPECT_THAT(refused_restore(), HasSubstr("is a directory"));
  fs::remove(file());
  write_file(file(), "");
  EXPECT_THAT(refused_restore(), HasSubstr("no backup of a store"));
  write_file(file(), std::string(100'000, 'x'));
  EXPECT_THAT(refused_restore(), HasSubstr("no backup of a store"));
  fs::remove(file());
  value_of(value_of(open_sqlite(file(), {}))->write([](Connection& db) {
    return db.run_script("CREATE TABLE recipes (name TEXT)");
  }));
  EXPECT_THAT(refused_restore(), HasSubstr("of something else"));
  fs::remove(file());
  fs::create_symlink(store(), file());
  EXPECT_THAT(refused_restore(), HasSubstr("is the store itself"));
}

TEST_F(BackupTest, ACutBackupIsRefusedWhereverItIsCut) {
  value_of(back_up_now());
  const auto size = fs::file_size(file());
  for (const auto bytes :
       {size - 1, size - 4096, size / 2, std::uintmax_t{4096}, std::uintmax_t{99}}) {
    fs::resize_file(file(), bytes);
    EXPECT_THAT(refused_restore(), HasSubstr("cut or damaged")) << bytes;
  }
}

TEST_F(BackupTest, ABackupByANewerProgramIsRefused) {
  value_of(open()->write([](Connection& db) -> Result<void> {
    TRY(db.execute(Query("INSERT INTO schema_versions VALUES ('9999_later.sql', 'x', 0)")));
    return {};
  }));
  value_of(back_up_now());
  EXPECT_THAT(refused_restore(), HasSubstr("newer version"));
}

TEST_F(BackupTest, ARestoreIsRefusedWhileTheStoreIsOpen) {
  value_of(back_up_now());
  const auto database = open();
  EXPECT_THAT(refused_restore(), HasSubstr("another program has"));
}

TEST_F(BackupTest, WithoutRoomTheStoreStays) {
  value_of(back_up_now());
  EXPECT_TRUE(fails_for_want_of_room(
      50'000,
      [&]() -> Result<void> {
        TRY(restore_now());
        return {};
      },
      "sextant.db.restoring"));
  EXPECT_EQ(notes(), 100);
  EXPECT_FALSE(fs::exists(store().string() + ".restoring"));
}

TEST_F(BackupTest, KilledAtAnyMomentThereIsTheOldStoreOrTheNewOne) {
  value_of(back_up_now());
  add(*open(), 7);
  int old_ones = 0;
  for (auto delay = std::chrono::microseconds{0}; delay < std::chrono::milliseconds{400};
       delay += delay / 8 + std::chrono::microseconds{200}) {
    ChildProcess child([&](const ChildProcess::Pipes& pipes) {
      pipes.tell();
      value_of(restore_now());
    });
    child.pipes().await();
    const auto until = std::chrono::steady_clock::now() + delay;
    while (std::chrono::steady_clock::now() < until) {
    }
    child.kill();
    const bool ended = child.join();
    const std::int64_t found = notes();
    EXPECT_TRUE(found == 107 || found == 100) << found;
    EXPECT_TRUE(!ended || found == 100);
    if (found == 107) ++old_ones;
    if (found == 100) add(*open(), 7);
  }
  EXPECT_GT(old_ones, 0);
}

TEST_F(BackupTest, TheLockKeepsRestoringAndUsingApart) {
  {
    const auto shared = value_of(lock_store(data(), FileLock::Kind::shared));
    const auto also = value_of(lock_store(data(), FileLock::Kind::shared));
    EXPECT_THAT(lock_store(data(), FileLock::Kind::exclusive).error().message,
                HasSubstr("stop it first"));
  }
  const auto alone = value_of(lock_store(data(), FileLock::Kind::exclusive));
  EXPECT_THAT(lock_store(data(), FileLock::Kind::shared).error().message,
              HasSubstr("being restored or moved"));
}

TEST_F(BackupTest, TheLockEndsWithAProcessThatIsKilled) {
  ChildProcess child([&](const ChildProcess::Pipes& pipes) {
    const auto lock = value_of(lock_store(data(), FileLock::Kind::exclusive));
    pipes.tell();
    pipes.await();
  });
  child.pipes().await();
  EXPECT_FALSE(lock_store(data(), FileLock::Kind::shared));
  child.kill();
  child.join();
  EXPECT_TRUE(lock_store(data(), FileLock::Kind::shared));
}

TEST_F(BackupTest, WhatRootMakesBelongsToTheOwnerOfTheDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  value_of(back_up_now());
  ASSERT_EQ(::chown(data().c_str(), 65'534, 65'534), 0);
  value_of(lock_store(data(), FileLock::Kind::exclusive));
  value_of(restore_now());
  for (const fs::path& made : {store(), data() / "sextant.lock"}) {
    struct stat facts;
    ASSERT_EQ(::stat(made.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_uid, 65'534U) << made;
  }
}

}  // namespace
}  // namespace sextant::db
