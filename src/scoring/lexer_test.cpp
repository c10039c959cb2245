#include "scoring/lexer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sextant::scoring {
namespace {

LineFacts read(std::string_view path, std::string_view line) {
  std::vector<std::uint64_t> names;
  Lexer lexer(language_of(path), names);
  lexer.begin({});
  std::vector<std::uint64_t> stream;
  return lexer.read(line, stream);
}

TEST(Lexer, equal_lines_have_equal_hashes_whatever_their_layout) {
  const auto same = [](std::string_view path, std::string_view a, std::string_view b) {
    EXPECT_EQ(read(path, a).hash, read(path, b).hash) << a << " and " << b;
  };
  same("a.go", "x:=f(1)", "\t x := f( 1 ) \r");
  same("a.js", "a('b', c);", "a(\"b\",c)");
  same("a.c", "x = 1; // one", "x = 1; /* two */");
  same("a.c", "#define X(a) \\", "#define X(a)");
  EXPECT_NE(read("a.c", "x = 1").hash, read("a.c", "x = 2").hash);
  EXPECT_NE(read("a.c", "f(a, b)").hash, read("a.c", "f(b, a)").hash);
}

TEST(Lexer, functions_show_by_word_or_by_shape) {
  for (const auto& [path, line] :
       {std::pair{"a.py", "    def load(self):"},
        {"a.go", "func (s *Store) Load() {"},
        {"a.rs", "pub fn load(&self) -> u32 {"},
        {"a.js", "export function load() {"},
        {"a.c", "static int load(struct store *s, int key)"},
        {"a.cpp", "Result<int> Store::load(int key) const {"},
        {"A.java", "    public int load(String key) throws IOException {"}})
    EXPECT_TRUE(read(path, line).declares_function) << line;
  for (const auto& [path, line] : {std::pair{"a.c", "    load(store, 1);"},
                                   {"a.c", "    if (load(store) > 1) {"},
                                   {"a.cpp", "    return load(1);"},
                                   {"a.js", "cache.get(key);"},
                                   {"A.java", "    int x = load(1);"},
                                   {"a.c", "    while (x) {"}})
    EXPECT_FALSE(read(path, line).declares_function) << line;
}

TEST(Lexer, types_are_declared_before_a_name) {
  for (const auto& [path, line] : {std::pair{"a.py", "class Store(Base):"},
                                   {"a.go", "type Store struct {"},
                                   {"a.rs", "pub struct Store {"},
                                   {"a.c", "struct store {"},
                                   {"A.java", "public final class Store extends Base {"},
                                   {"a.ts", "export interface Store {"},
                                   {"a.cpp", "enum class Kind {"}})
    EXPECT_TRUE(read(path, line).declares_type) << line;
  for (const auto& [path, line] : {std::pair{"a.js", "  type: 'text',"},
                                   {"a.c", "struct store *find(int key) {"},
                                   {"a.c", "struct store s;"},
                                   {"a.js", "if (node.type === x) {"},
                                   {"a.py", "x = self.class_name"}})
    EXPECT_FALSE(read(path, line).declares_type) << line;
}

TEST(Lexer, public_declarations_are_told_as_each_language_tells_them) {
  EXPECT_TRUE(read("a.go", "func Load() {").is_visible);
  EXPECT_FALSE(read("a.go", "func load() {").is_visible);
  EXPECT_TRUE(read("a.py", "def load():").is_visible);
  EXPECT_FALSE(read("a.py", "def _load():").is_visible);
  EXPECT_TRUE(read("a.rs", "pub fn load() {").is_visible);
  EXPECT_FALSE(read("a.rs", "fn load() {").is_visible);
  EXPECT_TRUE(read("A.java", "public int load() {").is_visible);
  EXPECT_FALSE(read("A.java", "private int load() {").is_visible);
}

TEST(Lexer, parts_of_names_speak_in_any_language) {
  const WordSet permission = read("a.go", "checkPermission(user)").security;
  EXPECT_NE(permission, 0u);
  EXPECT_EQ(read("a.py", "permission = permission_of(user)").security, permission);
  EXPECT_NE(read("a.py", "escape_html(text)").security & ~permission, 0u);
  EXPECT_NE(read("a.go", "cachedRows := 1").performance, 0u);
  EXPECT_EQ(read("a.py", "authors = 1").security, 0u) << "a part is a whole part";
  EXPECT_EQ(read("a.py", "# password").security, 0u);
  EXPECT_EQ(read("a.py", "x = 'password'").security, 0u) << "texts are one token";
}

TEST(Lexer, imports_open_their_line) {
  EXPECT_TRUE(read("a.py", "from a import b").is_import);
  EXPECT_TRUE(read("a.c", "#include <a.h>").is_import);
  EXPECT_TRUE(read("a.rs", "use std::io;").is_import);
  EXPECT_FALSE(read("a.py", "x = import_all()").is_import);
}

// One sign a line: comment, code or text, blank.
std::string kinds_of(const std::vector<std::string_view>& lines, std::string_view above = "") {
  std::vector<std::uint64_t> names;
  Lexer lexer(language_of("a.py"), names);
  if (above.empty())
    lexer.begin(lines);
  else
    lexer.begin_behind(above, static_cast<int>(std::ranges::count(above, '\n')) + 1);
  std::vector<std::uint64_t> stream;
  std::string kinds;
  for (const std::string_view line : lines) {
    const LineFacts facts = lexer.read(line, stream);
    kinds += facts.is_comment ? 'c' : facts.is_blank ? ' ' : 't';
  }
  return kinds;
}

TEST(Lexer, a_docstring_is_a_comment_and_any_other_text_in_three_quotes_is_code) {
  EXPECT_EQ(kinds_of({"QUERY = '''", "SELECT id", "", "'''", "def f():"}), "tt tt");
  EXPECT_EQ(
      kinds_of({"def f():", "    '''What it does.", "", "    At length.", "    '''", "    g()"}),
      "tc cct");
  EXPECT_EQ(kinds_of({"return \"\"\"a", "''' b", "\"\"\"", "\"\"\"Docstring.\"\"\"", "x = 1"}),
            "tttct");
  EXPECT_EQ(kinds_of({"text = dedent(", "    \"\"\"", "    words", "    \"\"\")", "x = 1"}),
            "ttttt");
  EXPECT_EQ(
      kinds_of({"r'''Raw", "words", "'''", "x = f\"\"\"{a}", "\\\"\"\" b", "\"\"\"", "x = 1"}),
      "ccctttt");
  EXPECT_EQ(kinds_of({"x = \"\"\"one line\"\"\"", "y = \"'''\"  # \"\"\"", "z = 1"}), "ttt");
  const std::string long_line = "x = '''" + std::string(2000, 'x') + "'''";
  EXPECT_EQ(kinds_of({long_line, "y = 1", "'''Docstring.'''"}), "ttc");
}

TEST(Lexer, a_text_s_line_is_one_literal) {
  EXPECT_EQ(read("a.py", "x = '''if (a) and while (b)").control, 0);
  EXPECT_EQ(read("a.py", "x = '''if (a) and while (b)'''").tokens, read("a.py", "x = 'a'").tokens);
}

TEST(Lexer, a_hunk_that_begins_inside_three_quotes_is_read_as_what_they_hold) {
  EXPECT_EQ(kinds_of({"more of it.\"\"\"", "x = 1"}), "ct");
  EXPECT_EQ(kinds_of({"FROM users''', key)", "x = 1"}), "tt");
  EXPECT_EQ(kinds_of({"FROM users", "\"\"\") % table", "x = 1"}), "ttt");
  EXPECT_EQ(kinds_of({"call(key, \"\"\"", "FROM users", "\"\"\")", "x = 1"}), "tttt");
  EXPECT_EQ(kinds_of({"x = 1"}, "QUERY = '''\nSELECT id\n'''\n\n"), "t");
  EXPECT_EQ(kinds_of({"FROM users", "'''", "x = 1"}, "QUERY = '''\nSELECT id\n"), "ttt");
  EXPECT_EQ(kinds_of({"At length.", "'''", "x = 1"}, "'''Why.\n"), "cct");
}

TEST(Lexer, bytes_that_are_no_text_are_read_all_the_same) {
  const std::string bytes("\0\xff\xfe (\x80", 6);
  EXPECT_GT(read("a.go", bytes).length, 0u);
  EXPECT_GT(read("a.go", std::string(1 << 20, '\xff')).length, 0u);
}

TEST(Languages, are_found_by_extension_and_by_name) {
  EXPECT_EQ(language_of("src/A.JAVA").name, "Java");
  EXPECT_EQ(language_of("Dockerfile").name, "Dockerfile");
  EXPECT_EQ(language_of("deploy/Dockerfile.alpine").name, "Dockerfile");
  EXPECT_EQ(language_of("Makefile").name, "Makefile");
  EXPECT_EQ(language_of("a.unknown").name, "plain text");
  EXPECT_EQ(language_of("").name, "plain text");
}

TEST(Languages, no_extension_or_name_is_given_twice) {
  for (const Language& language : languages())
    for (const std::string_view list : {language.extensions, language.file_names})
      for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(' ', at), list.size());
        const std::string word(list.substr(at, end - at));
        const bool is_name = list.data() == language.file_names.data();
        EXPECT_EQ(language_of(is_name ? word : "x." + word).name, language.name) << word;
        at = end + 1;
      }
}

}  // namespace
}  // namespace sextant::scoring
