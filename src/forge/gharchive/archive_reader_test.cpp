#include "forge/gharchive/archive_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace sextant::forge::gharchive {
namespace {

using ::testing::HasSubstr;

class EveryLine : public Prescan {
 public:
  void scan(std::string_view block,
            const std::function<void(std::size_t offset)>& hit) const override {
    EXPECT_TRUE(block.ends_with('\n'));
    for (std::size_t at = 0; at < block.size(); at = block.find('\n', at) + 1) hit(at);
  }
};

// Lines that hold a word, each hit at its every place.
class Word : public Prescan {
 public:
  explicit Word(std::string word) : word_(std::move(word)) {}
  void scan(std::string_view block,
            const std::function<void(std::size_t offset)>& hit) const override {
    for (auto at = block.find(word_); at != block.npos; at = block.find(word_, at + 1)) hit(at);
  }

 private:
  std::string word_;
};

std::string gzip(std::string text) {
  std::vector<std::uint8_t> level(ISAL_DEF_LVL1_DEFAULT);
  std::string packed(text.size() + 1000, '\0');
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.level = 1;
  stream.level_buf = level.data();
  stream.level_buf_size = static_cast<std::uint32_t>(level.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(text.data());
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(packed.data());
  stream.avail_out = static_cast<std::uint32_t>(packed.size());
  EXPECT_EQ(isal_deflate(&stream), COMP_OK);
  packed.resize(stream.total_out);
  return packed;
}

std::string line(std::int64_t id, const std::string& type, const std::string& payload,
                 const std::string& actor = "ada") {
  return fmt::format(R"({{"id":"{}","type":"{}","actor":{{"id":7,"login":"{}","url":"u"}},)"
                     R"("repo":{{"id":42,"name":"acme/engine","url":"u"}},"payload":{},)"
                     R"("public":true,"created_at":"2023-05-01T15:00:01Z"}})",
                     id, type, actor, payload);
}

std::string star(std::int64_t id) {
  return line(id, "WatchEvent", R"({"action":"started"})");
}

class Archive : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "archive-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::filesystem::path put(const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
  }
  Result<ArchiveSummary> read(const std::filesystem::path& path,
                              const Prescan& prescan = EveryLine(), std::uint64_t from_line = 0) {
    return ArchiveReader(prescan).read(path, {.from_line = from_line, .stop = {}, .progress = {}},
                                       [this](const ArchiveBatch& batch) -> Result<void> {
                                         for (const Event& event : batch.events)
                                           events.push_back(event);
                                         lines.push_back(batch.lines);
                                         return {};
                                       });
  }
  ArchiveSummary read_text(const std::string& text, const Prescan& prescan = EveryLine(),
                           std::uint64_t from_line = 0) {
    auto summary = read(put("2023-05-01-15.json.gz", gzip(text)), prescan, from_line);
    EXPECT_TRUE(summary) << summary.error().message;
    return summary ? *summary : ArchiveSummary{};
  }

  std::filesystem::path folder;
  std::vector<Event> events;
  std::vector<std::uint64_t> lines;  // of each batch
};

TEST_F(Archive, EachLineBecomesAnEvent) {
  const std::string issue =
      R"({"action":"opened","issue":{"id":9,"number":3,"title":"T","body":"B \u00e9","html_url":"https://github.com/acme/engine/issues/3","user":{"id":7,"login":"ada","type":"Bot"},"created_at":"2023-05-01T15:00:00Z"}})";
  const auto summary = read_text(
      star(1) + "\n" + line(2, "IssuesEvent", issue) + "\n" +
      line(3, "ForkEvent", R"({"forkee":{"id":77,"html_url":"https://github.com/a/b"}})") + "\n" +
      line(4, "PushEvent", R"({"push_id":5,"ref":"refs/heads/main"})") + "\n" +
      line(5, "CreateEvent", "{}") + "\n");
  EXPECT_TRUE(summary.is_whole()) << summary.first_problem;
  EXPECT_EQ(to_iso(*summary.hour), "2023-05-01T15:00:00.000Z");
  EXPECT_EQ(summary.lines, 5u);
  EXPECT_EQ(summary.parsed, 5u);
  EXPECT_EQ(summary.events, 4u);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].kind, EventKind::star);
  EXPECT_EQ(events[0].actor.login, "ada");
  EXPECT_EQ(events[0].actor.id, 7);
  EXPECT_EQ(events[0].repository.id, 42);
  EXPECT_EQ(events[0].repository.owner.login, "acme");
  EXPECT_EQ(to_iso(events[0].occurred_at), "2023-05-01T15:00:01.000Z");
  EXPECT_EQ(events[1].title, "T");
  EXPECT_EQ(events[1].body, "B é");
  EXPECT_TRUE(events[1].actor.is_bot);
  EXPECT_EQ(to_iso(events[1].occurred_at), "2023-05-01T15:00:00.000Z");
  EXPECT_EQ(events[2].act, 77);
  EXPECT_EQ(events[3].kind, EventKind::push);
}

TEST_F(Archive, OnlyLinesWithAHitAreParsed) {
  std::string text;
  for (int id = 1; id <= 5000; ++id)
    text += line(id, "WatchEvent", R"({"action":"started"})", id % 50 ? "ada" : "needle") + "\n";
  const auto summary = read_text(text, Word("needle"));
  EXPECT_EQ(summary.lines, 5000u);
  EXPECT_EQ(summary.bytes, text.size());
  EXPECT_EQ(summary.parsed, 100u);
  EXPECT_EQ(events.size(), 100u);
  EXPECT_EQ(events.front().actor.login, "needle");
}

TEST_F(Archive, TrimmedPayloadsAreNormal) {
  const auto summary = read_text(
      line(1, "PullRequestEvent",
           R"({"action":"opened","number":12,"pull_request":{"id":5,"number":12,"url":"u"}})") +
      "\n" + line(2, "PushEvent", R"({"push_id":5,"head":"x"})") + "\n" +
      line(3, "PullRequestReviewEvent",
           R"({"action":"created","review":{"id":6},"pull_request":{"id":5,"number":12}})") +
      "\n" + line(4, "ForkEvent", R"({"action":"forked","forkee":{"id":8}})") + "\n");
  EXPECT_TRUE(summary.is_whole()) << summary.first_problem;
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].number, 12);
  EXPECT_EQ(events[0].title + events[0].body, "");
  EXPECT_EQ(events[0].url, "https://github.com/acme/engine/pull/12");
  EXPECT_EQ(to_iso(events[0].occurred_at), "2023-05-01T15:00:01.000Z");
}

TEST_F(Archive, PeopleAndRepositoriesThatAreGoneAreNobodysEvents) {
  std::string gone = star(2);
  gone.replace(gone.find("acme/engine"), 11, "/");
  const auto summary =
      read_text(line(1, "WatchEvent", R"({"action":"started"})", "") + "\n" + gone + "\n");
  EXPECT_TRUE(summary.is_whole()) << summary.first_problem;
  EXPECT_EQ(summary.events, 0u);
}

TEST_F(Archive, AnEmptyFileIsNamed) {
  for (const std::string& bytes :
       {std::string(), gzip(""), std::string(9000, '\0'), gzip("\n\n")}) {
    const auto summary = read(put("2023-05-01-16.json.gz", bytes));
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->is_empty);
    EXPECT_EQ(summary->first_problem, "the file is empty");
  }
}

TEST_F(Archive, ALastLineWithoutItsEndIsReadWhenWhole) {
  EXPECT_TRUE(read_text(star(1) + "\n" + star(2)).is_whole());
  EXPECT_EQ(events.size(), 2u);
}

TEST_F(Archive, ACutLastLineIsNamed) {
  const auto summary = read_text(star(1) + "\n" + star(2).substr(0, 90));
  EXPECT_TRUE(summary.is_cut);
  EXPECT_EQ(summary.lines, 1u);
  EXPECT_EQ(summary.broken, 0u);
  EXPECT_EQ(summary.first_problem, "after line 1: the file ends in the middle of a line");
  EXPECT_EQ(events.size(), 1u);
}

TEST_F(Archive, ACutStreamGivesEverythingBeforeTheCut) {
  std::string text;
  for (int id = 1; id <= 3000; ++id) text += star(id * 7919) + "\n";
  const std::string packed = gzip(text);
  for (const std::size_t kept : {packed.size() - 1, packed.size() - 9, packed.size() / 2}) {
    events.clear();
    const auto summary = read(put("2023-05-01-15.json.gz", packed.substr(0, kept)));
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->is_cut);
    EXPECT_FALSE(summary->is_corrupt);
    EXPECT_THAT(summary->first_problem, HasSubstr("in the middle of its gzip stream"));
    EXPECT_EQ(events.size(), summary->lines);
    EXPECT_GT(events.size(), kept == packed.size() / 2 ? 1000u : 2990u);
  }
}

TEST_F(Archive, ADamagedStreamEndsThere) {
  std::string text;
  for (int id = 1; id <= 3000; ++id) text += star(id * 7919) + "\n";
  const std::string first = gzip(text);
  std::string packed = first + gzip(text);
  packed[first.size() + packed.size() / 4] ^= '\x55';
  const auto summary = read(put("2023-05-01-15.json.gz", packed));
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->is_corrupt);
  EXPECT_FALSE(summary->first_problem.empty());
  EXPECT_GE(events.size(), 3000u);
}

TEST_F(Archive, MembersFollowEachOtherAndZerosFollowTheLast) {
  const std::string half = star(1).substr(0, 100);
  const std::string packed =
      gzip(half) + gzip(star(1).substr(100) + "\n") + gzip("") + gzip(star(2) + "\n");
  auto summary = read(put("a.json.gz", packed + std::string(5000, '\0')));
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->is_whole()) << summary->first_problem;
  EXPECT_FALSE(summary->hour);
  EXPECT_EQ(events.size(), 2u);

  summary = read(put("b.json.gz", packed + "and more"));
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->is_corrupt);
  EXPECT_EQ(events.size(), 4u);
}

TEST_F(Archive, APlainFileIsRead) {
  const auto summary = read(put("2023-05-01-3.json", star(1) + "\r\n\r\n" + star(2) + "\r\n"));
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->is_whole()) << summary->first_problem;
  EXPECT_EQ(to_iso(*summary->hour), "2023-05-01T03:00:00.000Z");
  EXPECT_EQ(events.size(), 2u);
}

TEST_F(Archive, SplicedEventsAreReadEach) {
  const auto summary =
      read_text(star(1) + star(2) + "\n" + star(3).substr(0, 80) + star(4) + "\n" + star(5) + "\n");
  EXPECT_EQ(summary.lines, 3u);
  EXPECT_EQ(summary.spliced, 2u);
  EXPECT_EQ(summary.broken, 1u);
  EXPECT_EQ(summary.first_problem, "line 1: holds several events");
  EXPECT_EQ(events.size(), 4u);
}

TEST_F(Archive, WhatIsNoEventIsCountedWithItsLine) {
  const auto summary = read_text(star(1) + "\nno json\n" + std::string(50, '\0') + star(2) + "\n" +
                                 R"({"id":"3","type":"WatchEvent","actor":7})" + "\n[]\n" +
                                 star(4).substr(0, 60) + "\n" + star(5) + "\n");
  EXPECT_EQ(summary.lines, 7u);
  EXPECT_EQ(summary.broken, 4u);
  EXPECT_EQ(summary.first_problem, "line 2: it is no JSON object");
  EXPECT_EQ(events.size(), 3u);
}

TEST_F(Archive, LinesWithoutAHitAreLookedAtByTheirEnds) {
  const auto summary =
      read_text(star(1) + "\n" + star(2).substr(0, 60) + "\n\n" + star(3) + "\n", Word("nowhere"));
  EXPECT_EQ(summary.lines, 4u);
  EXPECT_EQ(summary.parsed, 0u);
  EXPECT_EQ(summary.broken, 1u);
  EXPECT_EQ(summary.first_problem, "line 2: is no whole event");
}

TEST_F(Archive, LongLinesAreReadAndLongerOnesSkipped) {
  const auto issue = [](std::size_t size) {
    return line(1, "IssuesEvent",
                R"({"action":"opened","issue":{"id":9,"number":3,"title":"T","body":")" +
                    std::string(size, 'x') + R"("}})");
  };
  const auto summary = read_text(star(1) + "\n" + issue(3 << 20) + "\n" + issue(9 << 20) + "\n" +
                                 star(2) + "\n" + issue(17 << 20));
  EXPECT_EQ(summary.lines, 5u);
  EXPECT_EQ(summary.too_long, 2u);
  EXPECT_EQ(summary.first_problem, "line 3: is longer than 8 MiB");
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].body.size(), 256u << 10);
}

TEST_F(Archive, ReadsOnFromALine) {
  std::string text;
  for (int id = 1; id <= 9000; ++id)
    text += line(id, "WatchEvent", R"({"action":"started"})", fmt::format("p{}", id)) + "\n";
  ASSERT_TRUE(read_text(text).is_whole());
  ASSERT_GT(lines.size(), 1u);
  EXPECT_EQ(lines.back(), 9000u);
  const std::uint64_t from = lines.front();
  const std::vector<Event> all = std::exchange(events, {});
  EXPECT_EQ(read_text(text, EveryLine(), from).lines, 9000u);
  ASSERT_EQ(events.size(), all.size() - from);
  EXPECT_EQ(events.front().actor.login, fmt::format("p{}", from + 1));
  events.clear();
  EXPECT_EQ(read_text(text, EveryLine(), 20'000).lines, 9000u);
  EXPECT_TRUE(events.empty());
}

TEST_F(Archive, StopsWhenAsked) {
  std::string text;
  for (int id = 1; id <= 20'000; ++id) text += star(id) + "\n";
  std::stop_source stop;
  const EveryLine every_line;
  const auto summary = ArchiveReader(every_line)
                           .read(put("a.json", text),
                                 {.from_line = 0,
                                  .stop = stop.get_token(),
                                  .progress =
                                      [&](const ArchiveProgress& progress) {
                                        EXPECT_EQ(progress.bytes_total, text.size());
                                        EXPECT_GT(progress.bytes_read, 0u);
                                        stop.request_stop();
                                      }},
                                 [](const ArchiveBatch&) -> Result<void> { return {}; });
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->is_stopped);
  EXPECT_FALSE(summary->is_whole());
  EXPECT_LT(summary->lines, 20'000u);
}

TEST_F(Archive, AnErrorOfTheSinkEndsTheReading) {
  const EveryLine every_line;
  const auto summary =
      ArchiveReader(every_line)
          .read(put("a.json", star(1) + "\n"), {}, [](const ArchiveBatch&) -> Result<void> {
            return fail(ErrorKind::unavailable, "full");
          });
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().message, "full");
}

TEST_F(Archive, FilesFromBefore2015AreRefused) {
  const std::string old =
      R"({"created_at":"2012-04-01T00:00:00-07:00","payload":{},"public":true,"type":"WatchEvent","url":"u","actor":"ada","repository":{"id":1,"name":"engine"}})"
      "\n";
  for (const auto& path :
       {put("new-name.json.gz", gzip(old)), put("2014-12-31-23.json.gz", gzip(""))}) {
    const auto summary = read(path);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().kind, ErrorKind::invalid);
    EXPECT_THAT(summary.error().message, HasSubstr("is from before 2015"));
  }
}

TEST_F(Archive, WhatIsNoFileIsRefused) {
  EXPECT_EQ(read(folder / "none.json.gz").error().kind, ErrorKind::not_found);
  EXPECT_EQ(read(folder).error().kind, ErrorKind::invalid);
}

TEST(ArchiveHour, IsReadFromTheNameOfTheFile) {
  EXPECT_EQ(to_iso(*hour_of("/a/2015-01-01-0.json.gz")), "2015-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(*hour_of("2015-01-01-23.json")), "2015-01-01T23:00:00.000Z");
  for (const char* name : {"2015-01-01-24.json.gz", "2015-01-01.json.gz", "2015-13-01-1.json.gz",
                           "2015-01-01-x.json.gz", "events.json.gz", ""})
    EXPECT_FALSE(hour_of(name)) << name;
}

}  // namespace
}  // namespace sextant::forge::gharchive
