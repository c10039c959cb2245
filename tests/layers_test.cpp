// Keeps the directions between the rooms of src/: reads every #include and shows each that points
// the wrong way, and holds CMakeLists.txt to the same table.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path project = SEXTANT_SOURCE_DIR;

// Who may include whom. A product (velocity) is included by app alone; what is for tests, testing,
// by tests.
const std::map<std::string, Names> rooms = {
    {"base", {}},
    {"db", {"base"}},
    {"http", {"base"}},
    {"git", {"base"}},
    {"scoring", {"git", "http", "base"}},
    {"forge", {"git", "http", "base"}},
    {"access", {"http", "db", "base"}},
    {"velocity", {"scoring", "forge", "git", "access", "db", "http", "base"}},
    {"app", {"velocity", "scoring", "forge", "git", "access", "db", "http", "base"}},
};

// What one room alone may touch, found by a pattern in a line of code.
struct Reserved {
  std::string room;
  std::string what;
  std::regex pattern;
};
const std::vector<Reserved> reserved = {
    {"db", "a database", std::regex(R"(#include\s*<(sqlite3|libpq|pqxx|postgresql))")},
    {"http", "sockets",
     std::regex(
         R"(#include\s*<(boost/(asio|beast)|sys/socket|sys/epoll|sys/un\.h|netinet/|arpa/|netdb|curl/))")},
    {"git", "processes",
     std::regex(
         R"(#include\s*<spawn\.h>|\b(posix_spawnp?|v?fork|popen|exec[lv]p?e?|system)\s*\()")},
};

struct Line {
  int number = 0;
  std::string text;  // without its // comment
};

struct Source {
  std::string path;  // "src/db/query.hpp"
  std::string room;
  bool is_test = false;
  std::vector<Line> lines;
};

std::string read(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

Source read_source(const fs::path& file) {
  const fs::path within = fs::relative(file, project / "src");
  Source source{.path = ("src" / within).string(), .room = within.begin()->string(), .lines = {}};
  source.is_test = source.room == "testing" || source.path.ends_with("_test.cpp");
  std::istringstream text(read(file));
  std::string line;
  for (int number = 1; std::getline(text, line); ++number)
    source.lines.push_back({number, line.substr(0, line.find("//"))});
  return source;
}

std::vector<Source> sources() {
  std::vector<Source> found;
  for (const auto& entry : fs::recursive_directory_iterator(project / "src"))
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
      found.push_back(read_source(entry.path()));
  std::ranges::sort(found, {}, &Source::path);
  return found;
}

// What is wrong with including `included` ("db/query.hpp") here; empty where nothing is.
std::string fault(const Source& source, const std::string& included) {
  const auto slash = included.find('/');
  if (slash == std::string::npos) return "an include of ours begins with its room";
  const std::string room = included.substr(0, slash);
  if (room == source.room) return "";
  if (room == "testing") return source.is_test ? "" : "testing is for tests only";
  if (!rooms.contains(room)) return room + " is no room";
  if (source.room == "testing" || rooms.at(source.room).contains(room)) return "";
  return source.room + " may not include " + room;
}

TEST(Layers, EveryFolderOfSrcIsARoomOfTheTable) {
  for (const Source& source : sources())
    EXPECT_TRUE(rooms.contains(source.room) || source.room == "testing") << source.path;
}

TEST(Layers, EveryIncludePointsTheRightWay) {
  const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
  int seen = 0;
  for (const Source& source : sources()) {
    if (!rooms.contains(source.room) && source.room != "testing") continue;
    for (const Line& line : source.lines) {
      std::smatch match;
      if (!std::regex_search(line.text, match, include)) continue;
      ++seen;
      EXPECT_EQ(fault(source, match[1]), "")
          << source.path << ':' << line.number << ": " << line.text;
    }
  }
  EXPECT_GT(seen, 0);
}

TEST(Layers, DatabasesSocketsAndProcessesStayInTheirRooms) {
  for (const Source& source : sources()) {
    if (source.is_test) continue;
    for (const Line& line : source.lines)
      for (const Reserved& rule : reserved)
        EXPECT_FALSE(source.room != rule.room && std::regex_search(line.text, rule.pattern))
            << source.path << ':' << line.number << ": only " << rule.room << " has to do with "
            << rule.what << ": " << line.text;
  }
}

TEST(Layers, TheRulesFindWhatTheyAreFor) {
  const Source store{.path = "src/velocity/store.cpp", .room = "velocity", .lines = {}};
  EXPECT_EQ(fault(store, "db/query.hpp"), "");
  EXPECT_EQ(fault(store, "app/config.hpp"), "velocity may not include app");
  EXPECT_EQ(fault(store, "testing/clock.hpp"), "testing is for tests only");
  EXPECT_EQ(fault(store, "leads/person.hpp"), "leads is no room");
  EXPECT_NE(fault(store, "store.hpp"), "");
  EXPECT_TRUE(std::regex_search("#include <sqlite3.h>", reserved[0].pattern));
  EXPECT_TRUE(std::regex_search("#include <boost/asio/ip/tcp.hpp>", reserved[1].pattern));
  EXPECT_TRUE(std::regex_search("  const int pid = fork();", reserved[2].pattern));
  EXPECT_FALSE(std::regex_search("  mark_as_fork(repo);", reserved[2].pattern));
}

TEST(Layers, CMakeLinksWhatTheTableAllows) {
  const std::string text = read(project / "CMakeLists.txt");
  const std::regex call(R"(sextant_room\((\w+)([^)]*)\))");
  std::map<std::string, Names> linked;
  for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
    Names& names = linked[(*at)[1]];
    std::istringstream words((*at)[2].str());
    bool in_rooms = false;
    for (std::string word; words >> word;) {
      if (word == "ROOMS" || word == "LIBRARIES")
        in_rooms = word == "ROOMS";
      else if (in_rooms)
        names.insert(word);
    }
  }
  EXPECT_EQ(linked, rooms);
}

TEST(Layers, NoRoomReachesItself) {
  for (const auto& [room, may_include] : rooms)
    for (const std::string& other : may_include)
      EXPECT_FALSE(other == room || rooms.at(other).contains(room)) << room << " and " << other;
}

}  // namespace
