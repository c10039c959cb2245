#include "ingest/archive_import.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>

#include "ingest/coverage.hpp"
#include "ingest/stored_events.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::ingest {
namespace {

using testing::value_of;

// Everything is of interest to somebody.
class Everything : public forge::Prescan {
 public:
  void scan(std::string_view block, const std::function<void(std::size_t)>& hit) const override {
    for (std::size_t at = 0; at < block.size(); at = block.find('\n', at) + 1) {
      hit(at);
      if (block.find('\n', at) == block.npos) break;
    }
  }
};

class ArchiveImports : public testing::EveryDatabase {
 protected:
  static std::string star(int number, const std::string& repository = "acme/sdk") {
    return fmt::format(
        R"({{"id":"{0}","type":"WatchEvent","actor":{{"id":{0},"login":"user{0}"}},)"
        R"("repo":{{"id":5,"name":"{1}"}},"payload":{{"action":"started"}},"public":true,)"
        R"("created_at":"2026-05-01T12:00:{2:02}Z"}})",
        number, repository, number % 60);
  }
  std::string file(const std::string& name, const std::string& content) {
    const auto path = database_.directory() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  ArchiveReport import(const std::vector<std::string>& places) {
    return value_of(import_archive(environment_, find_archive_files(places).files,
                                   {.organization = 3, .prescan = everything_, .readers = 2}));
  }
  std::size_t stored() {
    const auto reader = value_of(database_->reader());
    std::size_t count = 0;
    value_of(each_stored_event(*reader, 3, 1000, [&](const forge::Event&) {
      ++count;
      return true;
    }));
    return count;
  }

  const Everything everything_;
  testing::FakeClock clock_;
  IngestEnvironment environment_{
      .database = *database_,
      .clock = clock_,
      .subscribers = {[](db::Connection&, const Arrival& arrival) -> Result<Interest> {
        Interest interest;
        for (std::size_t i = 0; i < arrival.events.size(); ++i)
          if (arrival.events[i].repository.full_name == "acme/sdk") interest.wanted.push_back(i);
        return interest;
      }},
      .read = {}};
};

TEST_P(ArchiveImports, KeepsWhatSomebodyWantsOnceHoweverOftenItIsRead) {
  const auto hour =
      file("2026-05-01-12.json", star(1) + "\n" + star(2) + "\n" + star(3, "other/thing") + "\n");
  const ArchiveReport report = import({hour});
  EXPECT_EQ(report.lines, 3u);
  EXPECT_EQ(report.events, 3u);
  EXPECT_EQ(report.kept, 2u);
  EXPECT_EQ(stored(), 2u);
  import({hour});
  EXPECT_EQ(stored(), 2u);
}

TEST_P(ArchiveImports, SurvivesHolesAndNamesThem) {
  file("2026-05-01-9.json", star(1) + "\n");
  file("2026-05-01-10.json", "");
  file("2026-05-01-11.json", star(2) + star(3) + "\n" + star(4).substr(0, 50));
  file("2026-05-01-14.json", "nonsense\n" + star(5) + "\n");
  const ArchiveReport report = import({database_.directory().string()});
  ASSERT_EQ(report.files.size(), 4u);
  EXPECT_TRUE(report.files[0].is_whole());
  EXPECT_TRUE(report.files[1].summary.is_empty);
  EXPECT_TRUE(report.files[2].summary.is_cut);
  EXPECT_EQ(report.files[2].summary.spliced, 1u);
  EXPECT_EQ(report.files[3].summary.broken, 1u);
  EXPECT_EQ(stored(), 4u);

  const auto reader = value_of(database_->reader());
  const ArchiveCoverage coverage = value_of(archive_coverage(*reader, 3, {}));
  EXPECT_EQ(to_iso(coverage.from.value()), "2026-05-01T09:00:00.000Z");
  EXPECT_EQ(to_iso(coverage.to.value()), "2026-05-01T15:00:00.000Z");
  ASSERT_EQ(coverage.gaps.size(), 4u);
  EXPECT_FALSE(coverage.gaps[0].reason.empty());
  EXPECT_EQ(coverage.gaps[2].reason, "no file") << "two hours of which there is no file";
  EXPECT_EQ(coverage.gaps[2].to - coverage.gaps[2].from, std::chrono::hours{2});

  // An hour that was whole says nothing of what was tracked later.
  const ArchiveCoverage later =
      value_of(archive_coverage(*reader, 3, clock_.now() + std::chrono::seconds{1}));
  ASSERT_EQ(later.gaps.size(), 5u);
  EXPECT_EQ(later.gaps[0].reason, "read before it was tracked");
}

TEST_P(ArchiveImports, GoesOnAfterAFileThatCannotBeRead) {
  const auto old = file("2014-05-01-12.json",
                        R"({"type":"WatchEvent","actor":"ada","repository":{"name":"sdk"}})"
                        "\n");
  const auto good = file("2026-05-01-12.json", star(1) + "\n");
  const ArchiveReport report = import({old, good});
  EXPECT_NE(report.files[0].error.find("2015"), std::string::npos) << report.files[0].error;
  EXPECT_EQ(stored(), 1u);
}

TEST_P(ArchiveImports, ReadsHoursInTheirOrderAndEachFileOnce) {
  for (const int hour : {9, 10, 11})
    file(fmt::format("2026-05-01-{}.json", hour), star(hour) + "\n");
  const std::string folder = database_.directory().string();
  const auto files = find_archive_files({folder + "/*-1?.json", folder}).files;
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].filename(), "2026-05-01-9.json");
  EXPECT_EQ(files[2].filename(), "2026-05-01-11.json");
  const auto some = find_archive_files({folder + "/none*", folder + "/2026-05-01-9.json"});
  EXPECT_EQ(some.files.size(), 1u);
  EXPECT_EQ(some.missing, std::vector{folder + "/none*"});
}

SEXTANT_ON_EVERY_DATABASE(ArchiveImports);

}  // namespace
}  // namespace sextant::ingest
