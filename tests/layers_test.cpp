// Keeps the directions between the rooms of src/: reads every #include and shows each that points
// the wrong way, and holds CMakeLists.txt to the same table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path project = SEXTANT_SOURCE_DIR;

// Who may include whom. A product (velocity, leads) is included by app alone; what is for tests,
// testing, by tests.
const std::map<std::string, Names> rooms = {
    {"base", {}},
    {"db", {"base"}},
    {"http", {"base"}},
    {"git", {"base"}},
    {"scoring", {"git", "http", "base"}},
    {"forge", {"git", "http", "base"}},
    {"access", {"http", "db", "base"}},
    {"jobs", {"db", "base"}},
    {"ingest", {"forge", "jobs", "db", "base"}},
    {"hooks", {"jobs", "http", "db", "base"}},
    {"velocity",
     {"scoring", "forge", "ingest", "git", "hooks", "jobs", "access", "db", "http", "base"}},
    {"leads", {"forge", "ingest", "hooks", "jobs", "access", "db", "http", "base"}},
    {"app",
     {"velocity", "leads", "scoring", "forge", "ingest", "git", "hooks", "jobs", "access", "db",
      "http", "base"}},
};

// What one room alone may touch: headers that begin so, and calls of these functions.
struct Reserved {
  std::string room;
  std::string what;
  std::vector<std::string> headers;
  std::vector<std::string> calls;
};
const std::vector<Reserved> reserved = {
    {"db", "databases", {"sqlite3", "libpq", "postgresql/"}, {}},
    {"http", "networks", {"boost/asio", "boost/beast", "netinet/", "arpa/", "netdb", "curl/"}, {}},
    {"git",
     "processes",
     {"spawn.h"},
     {"posix_spawn", "posix_spawnp", "fork", "vfork", "popen", "system", "execv", "execve",
      "execvp", "execl", "execlp"}},
    {"scoring", "grammars", {"tree_sitter/"}, {}},
};

bool calls(std::string_view line, std::string_view function) {
  const auto is_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (auto at = line.find(function); at != line.npos; at = line.find(function, at + 1)) {
    const auto end = at + function.size();
    if ((at == 0 || !is_name(line[at - 1])) && end < line.size() && line[end] == '(') return true;
  }
  return false;
}

bool touches(std::string_view line, const Reserved& rule) {
  constexpr std::string_view include = "#include <";
  const auto begins_so = [&](const std::string& header) {
    return line.substr(include.size()).starts_with(header);
  };
  if (line.starts_with(include)) return std::ranges::any_of(rule.headers, begins_so);
  return std::ranges::any_of(rule.calls,
                             [&](const std::string& function) { return calls(line, function); });
}

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
  constexpr std::string_view include = "#include \"";
  int seen = 0;
  for (const Source& source : sources()) {
    if (!rooms.contains(source.room) && source.room != "testing") continue;
    for (const Line& line : source.lines) {
      if (!line.text.starts_with(include)) continue;
      ++seen;
      const std::string included =
          line.text.substr(include.size(), line.text.rfind('"') - include.size());
      EXPECT_EQ(fault(source, included), "")
          << source.path << ':' << line.number << ": " << line.text;
    }
  }
  EXPECT_GT(seen, 0);
}

TEST(Layers, DatabasesNetworksAndProcessesStayInTheirRooms) {
  for (const Source& source : sources()) {
    if (source.is_test) continue;
    for (const Line& line : source.lines)
      for (const Reserved& rule : reserved)
        EXPECT_FALSE(source.room != rule.room && touches(line.text, rule))
            << source.path << ':' << line.number << ": only " << rule.room << " has to do with "
            << rule.what << ": " << line.text;
  }
}

TEST(Layers, TheRulesFindWhatTheyAreFor) {
  const Source store{.path = "src/velocity/store.cpp", .room = "velocity", .lines = {}};
  EXPECT_EQ(fault(store, "db/query.hpp"), "");
  EXPECT_EQ(fault(store, "app/config.hpp"), "velocity may not include app");
  EXPECT_EQ(fault(store, "testing/clock.hpp"), "testing is for tests only");
  EXPECT_EQ(fault(store, "leads/person.hpp"), "velocity may not include leads");
  EXPECT_EQ(fault(store, "cellar/wine.hpp"), "cellar is no room");
  EXPECT_NE(fault(store, "store.hpp"), "");
  EXPECT_TRUE(touches("#include <sqlite3.h>", reserved[0]));
  EXPECT_TRUE(touches("#include <boost/asio/ip/tcp.hpp>", reserved[1]));
  EXPECT_FALSE(touches("#include <boost/sort.hpp>", reserved[1]));
  EXPECT_TRUE(touches("  const int pid = fork();", reserved[2]));
  EXPECT_TRUE(touches("  ::execve(path, arguments, environ);", reserved[2]));
  EXPECT_FALSE(touches("  mark_as_fork(repo); file_system();", reserved[2]));
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
