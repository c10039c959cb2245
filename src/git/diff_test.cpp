#include "git/diff.hpp"

#include <gtest/gtest.h>

#include "git/diff_parser.hpp"

namespace sextant::git {
namespace {

using Lines = std::vector<std::string_view>;

Diff parse(std::string_view text, const DiffLimits& limits = {}) {
  auto diff = parse_diff(text, limits);
  EXPECT_TRUE(diff) << diff.error().message;
  return diff ? *diff : Diff{};
}

std::string error_of(std::string_view text) {
  const auto diff = parse_diff(text);
  return diff ? "no error" : diff.error().message;
}

constexpr std::string_view edit_without_context =
    "diff --git a/main.c b/main.c\n"
    "index 1111111..2222222 100644\n"
    "--- a/main.c\n"
    "+++ b/main.c\n"
    "@@ -3 +3,2 @@ int main()\n"
    "-three\n"
    "+drei\n"
    "+vier\n"
    "@@ -6,0 +8 @@ int main()\n"
    "+neun\n"
    "@@ -9 +10,0 @@ int main()\n"
    "-zehn\n";

constexpr std::string_view edit_with_context =
    "diff --git a/main.c b/main.c\n"
    "index 1111111..2222222 100644\n"
    "--- a/main.c\n"
    "+++ b/main.c\n"
    "@@ -1,10 +1,11 @@\n"
    " one\n"
    "\n"
    "-three\n"
    "+drei\n"
    "+vier\n"
    " four\n"
    " five\n"
    " six\n"
    "+neun\n"
    " seven\n"
    " eight\n"
    "-zehn\n"
    " ten\n";

TEST(ParseDiff, GivesTheChangedLinesOfAnEdit) {
  const Diff diff = parse(edit_without_context);
  ASSERT_EQ(diff.files.size(), 1u);
  const FileChange& file = diff.files[0];
  EXPECT_EQ(file.path, "main.c");
  EXPECT_EQ(file.old_path, "main.c");
  EXPECT_EQ(file.status, FileStatus::modified);
  ASSERT_EQ(file.hunks.size(), 3u);
  EXPECT_EQ(file.hunks[0].old_line, 3);
  EXPECT_EQ(file.hunks[0].new_line, 3);
  EXPECT_EQ(file.hunks[0].removed, Lines{"three"});
  EXPECT_EQ(file.hunks[0].added, (Lines{"drei", "vier"}));
  EXPECT_EQ(file.hunks[1].old_line, 6);
  EXPECT_EQ(file.hunks[1].new_line, 8);
  EXPECT_EQ(file.hunks[2].old_line, 9);
  EXPECT_EQ(file.hunks[2].new_line, 10);
  EXPECT_EQ(diff.lines_added(), 3);
  EXPECT_EQ(diff.lines_removed(), 2);
}

TEST(ParseDiff, GivesTheSameWithAndWithoutContext) {
  EXPECT_EQ(canonical_text(parse(edit_without_context)), canonical_text(parse(edit_with_context)));
}

TEST(ParseDiff, KeepsLinesThatLookLikeHeaders) {
  const Diff diff = parse(
      "diff --git a/notes.sql b/notes.sql\n"
      "--- a/notes.sql\n"
      "+++ b/notes.sql\n"
      "@@ -1,2 +1,2 @@\n"
      "--- a comment\n"
      "-@@ -1 +1 @@\n"
      "+++ more\n"
      "+diff --git a/x b/x\n");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_EQ(diff.files[0].hunks[0].removed, (Lines{"-- a comment", "@@ -1 +1 @@"}));
  EXPECT_EQ(diff.files[0].hunks[0].added, (Lines{"++ more", "diff --git a/x b/x"}));
}

TEST(ParseDiff, KnowsNewDeletedRenamedAndCopiedFiles) {
  const Diff diff = parse(
      "diff --git a/new.txt b/new.txt\nnew file mode 100644\nindex 0000000..e69de29\n"
      "diff --git a/old.txt b/old.txt\ndeleted file mode 100644\nindex 257cc56..0000000\n"
      "--- a/old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-foo\n"
      "diff --git a/a b.txt b/c d.txt\nsimilarity index 100%\nrename from a b.txt\nrename to c "
      "d.txt\n"
      "diff --git a/x b/y\nsimilarity index 90%\ncopy from x\ncopy to y\n"
      "--- a/x\n+++ b/y\n@@ -1 +1 @@\n-1\n+2\n");
  ASSERT_EQ(diff.files.size(), 4u);
  EXPECT_EQ(diff.files[0].status, FileStatus::added);
  EXPECT_EQ(diff.files[0].path, "new.txt");
  EXPECT_EQ(diff.files[0].old_path, "");
  EXPECT_EQ(diff.files[1].status, FileStatus::deleted);
  EXPECT_EQ(diff.files[1].path, "old.txt");
  EXPECT_EQ(diff.files[2].status, FileStatus::renamed);
  EXPECT_EQ(diff.files[2].old_path, "a b.txt");
  EXPECT_EQ(diff.files[2].path, "c d.txt");
  EXPECT_EQ(diff.files[3].status, FileStatus::copied);
  EXPECT_EQ(diff.files[3].old_path, "x");
  EXPECT_EQ(diff.files[3].hunks.size(), 1u);
}

TEST(ParseDiff, ReadsNamesWithBlanksQuotesAndUmlauts) {
  const Diff diff = parse(
      "diff --git a/two words b/two words\nold mode 100644\nnew mode 100755\n"
      "diff --git \"a/gr\\303\\274n\\t\\\"x\\\".c\" \"b/gr\\303\\274n\\t\\\"x\\\".c\"\n"
      "--- \"a/gr\\303\\274n\\t\\\"x\\\".c\"\n+++ \"b/gr\\303\\274n\\t\\\"x\\\".c\"\n"
      "@@ -0,0 +1 @@\n+x\n"
      "diff --git a/with tab b/with tab\n--- a/with tab\t\n+++ b/with tab\t\n@@ -0,0 +1 @@\n+x\n");
  ASSERT_EQ(diff.files.size(), 3u);
  EXPECT_EQ(diff.files[0].path, "two words");
  EXPECT_EQ(diff.files[1].path, "gr\xC3\xBCn\t\"x\".c");
  EXPECT_EQ(diff.files[2].path, "with tab");
}

TEST(ParseDiff, ReadsNamesWithoutAndWithOtherPrefixes) {
  const Diff diff = parse(
      "diff --git src/a.c src/a.c\n--- src/a.c\n+++ src/a.c\n@@ -1 +1 @@\n-a\n+b\n"
      "diff --git i/a.c w/a.c\n--- i/a.c\n+++ w/a.c\n@@ -1 +1 @@\n-a\n+b\n"
      "--- old/a.c\t2024-01-01\n+++ new/a.c\t2024-01-02\n@@ -1 +1 @@\n-a\n+b\n");
  ASSERT_EQ(diff.files.size(), 3u);
  EXPECT_EQ(diff.files[0].path, "src/a.c");
  EXPECT_EQ(diff.files[1].path, "a.c");
  EXPECT_EQ(diff.files[2].old_path, "old/a.c");
  EXPECT_EQ(diff.files[2].path, "new/a.c");
}

TEST(ParseDiff, KnowsBinariesSubmodulesAndSymlinks) {
  const Diff diff = parse(
      "diff --git a/p.png b/p.png\nindex 1..2 100644\nBinary files a/p.png and b/p.png differ\n"
      "diff --git a/q.png b/q.png\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n\n"
      "diff --git a/lib b/lib\nindex 1..2 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n"
      "-Subproject commit 1\n+Subproject commit 2\n"
      "diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n"
      "+target\n\\ No newline at end of file\n");
  ASSERT_EQ(diff.files.size(), 4u);
  EXPECT_TRUE(diff.files[0].is_binary);
  EXPECT_TRUE(diff.files[1].is_binary);
  EXPECT_TRUE(diff.files[2].is_submodule);
  EXPECT_TRUE(diff.files[3].is_symlink);
  EXPECT_EQ(diff.files[3].lines_added, 1);
}

TEST(ParseDiff, JoinsAChangeOfTypeIntoOneFile) {
  const Diff diff = parse(
      "diff --git a/x b/x\ndeleted file mode 120000\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-t\n"
      "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+t\n");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_EQ(diff.files[0].status, FileStatus::type_changed);
  EXPECT_TRUE(diff.files[0].is_symlink);
  EXPECT_EQ(diff.files[0].hunks.size(), 2u);
  EXPECT_EQ(diff.lines_added(), 1);
  EXPECT_EQ(diff.lines_removed(), 1);
}

TEST(ParseDiff, KeepsCarriageReturnsInLinesButNotInHeaders) {
  const Diff diff =
      parse("diff --git a/x b/x\r\n--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_EQ(diff.files[0].path, "x");
  EXPECT_EQ(diff.files[0].hunks[0].added, Lines{"b\r"});
}

TEST(ParseDiff, PassesOverWhatSurroundsThePatch) {
  const Diff diff = parse(
      "From 1234 Mon Sep 17 00:00:00 2001\nSubject: x\n\n---\n x | 2 +-\n@@ nothing @@\n\n"
      "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.39.5\n");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_EQ(diff.lines_added(), 1);
  EXPECT_EQ(diff.lines_removed(), 1);
  EXPECT_TRUE(parse("").files.empty());
}

TEST(ParseDiff, NamesTheLineThatCannotBe) {
  const std::string head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";
  EXPECT_EQ(error_of(head + "@@ -1 +1\n"),
            "diff, line 4: a hunk begins with '@@ -LINE,COUNT +LINE,COUNT @@'");
  EXPECT_EQ(error_of(head + "@@ -1 +1 @@\n-a\n-b\n"),
            "diff, line 6: the hunk has more removed lines than its header says");
  EXPECT_EQ(error_of(head + "@@ -1,2 +1 @@\n-a\nx\n"),
            "diff, line 6: a line of a hunk begins with ' ', '+', '-' or '\\'; with --word-diff or "
            "--color it does not");
  EXPECT_EQ(error_of(head + "@@ -99999999999999999999 +1 @@\n"),
            "diff, line 4: a hunk begins with '@@ -LINE,COUNT +LINE,COUNT @@'");
  EXPECT_EQ(error_of("diff --git \"a/x b/x\n"), "diff, line 1: no two file names");
  EXPECT_EQ(error_of("diff --git \"a/\\q\" \"b/\\q\"\n"),
            "diff, line 1: a quoted name that does not end or has an unknown escape");
  EXPECT_EQ(error_of("diff --cc x\n"),
            "diff, line 1: a combined diff, of a merge against several parents, cannot be read");
}

TEST(ParseDiff, NamesTheFormThatItCannotRead) {
  const std::string head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";
  EXPECT_EQ(error_of("commit 1234\n\n\x1b[1mdiff --git a/x b/x\x1b[m\n"),
            "diff, line 3: it is in colours; `git diff --no-color` gives what can be read");
  EXPECT_EQ(
      error_of(head + "@@ -1,2 +1,2 @@\n  call([-a-]{+b+})\n  done()\n"),
      "diff, line 6: this hunk shows words; `git diff --word-diff=none` gives what can be read");
  EXPECT_TRUE(
      error_of(head + "@@ -1,2 +1,2 @@\n call(\n-a\n+b\n )\n~\n").starts_with("diff, line 9"));
  EXPECT_EQ(
      error_of(std::string("\xFF\xFE"
                           "d\0i\0",
                           6)),
      "the diff is in UTF-16, as PowerShell's > writes it; `git diff --output=FILE` writes it as "
      "it is");
  EXPECT_EQ(parse("\xEF\xBB\xBF" + head + "@@ -1 +1 @@\n-a\n+b\n").lines_added(), 1);
}

TEST(ParseDiff, KnowsThePrefixesThatGitWasToldToWrite) {
  const auto paths = [](const std::string& text) {
    const Diff diff = parse(text);
    EXPECT_EQ(diff.files.size(), 1u);
    return diff.files.at(0).old_path + " " + diff.files.at(0).path;
  };
  const std::string hunk = "@@ -1 +1 @@\n-a\n+b\n";
  EXPECT_EQ(paths("diff --git foo/lib/x.c bar/lib/x.c\n--- foo/lib/x.c\n+++ bar/lib/x.c\n" + hunk),
            "lib/x.c lib/x.c");
  EXPECT_EQ(paths("diff --git src://lib/x.c dst://lib/x.c\n--- src://lib/x.c\n+++ dst://lib/x.c\n" +
                  hunk),
            "lib/x.c lib/x.c");
  EXPECT_EQ(paths("diff --git foo/x.png bar/x.png\nBinary files foo/x.png and bar/x.png differ\n"),
            "x.png x.png");
  EXPECT_EQ(paths("diff --git \"foo/\\303\\251.c\" \"bar/\\303\\251.c\"\n--- \"foo/\\303\\251.c\"\n"
                  "+++ \"bar/\\303\\251.c\"\n" +
                  hunk),
            "\u00e9.c \u00e9.c");
  EXPECT_EQ(
      paths("diff --git foo/new.c bar/new.c\nnew file mode 100644\n--- /dev/null\n+++ bar/new.c\n"
            "@@ -0,0 +1 @@\n+b\n"),
      " new.c");
  // A move says its names itself, and may look like prefixes.
  const std::string moved = "similarity index 90%\nrename from src/x.c\nrename to lib/x.c\n";
  EXPECT_EQ(paths("diff --git src/x.c lib/x.c\n" + moved + "--- src/x.c\n+++ lib/x.c\n" + hunk),
            "src/x.c lib/x.c");
  EXPECT_EQ(
      paths("diff --git a/src/x.c b/lib/x.c\n" + moved + "--- a/src/x.c\n+++ b/lib/x.c\n" + hunk),
      "src/x.c lib/x.c");
}

TEST(ParseDiff, TakesTheTabBehindAQuotedNameWithABlank) {
  const Diff diff = parse(
      "diff --git \"a/my r\\303\\251sum\\303\\251.py\" \"b/my r\\303\\251sum\\303\\251.py\"\n"
      "--- \"a/my r\\303\\251sum\\303\\251.py\"\t\n+++ \"b/my r\\303\\251sum\\303\\251.py\"\t\n"
      "@@ -1 +1 @@\n-a\n+b\n");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_EQ(diff.files[0].path, "my r\u00e9sum\u00e9.py");
  EXPECT_EQ(diff.files[0].hunks[0].added, Lines{"b"});
}

TEST(ParseDiff, MarksAFileThatWasCutOff) {
  const Diff diff = parse("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n a\n-b\n+c");
  ASSERT_EQ(diff.files.size(), 1u);
  EXPECT_TRUE(diff.files[0].truncated);
  EXPECT_EQ(diff.files[0].hunks[0].added, Lines{"c"});
}

TEST(ParseDiff, CountsWhatItDoesNotKeep) {
  const std::string head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1,3 @@\n";
  const std::string three = head + "+one\n+two\n+three\n";
  const std::string two_files = three + "diff --git a/y b/y\nnew file mode 100644\n";
  const Diff diff = parse(two_files, {.bytes = head.size() + 8});
  ASSERT_EQ(diff.files.size(), 2u);
  EXPECT_TRUE(diff.files[0].truncated);
  EXPECT_EQ(diff.files[0].hunks[0].added, Lines{"one"});
  EXPECT_EQ(diff.files[0].lines_added, 3);
  EXPECT_FALSE(diff.files[1].truncated);

  const Diff cut = parse(three, {.line_bytes = 2});
  EXPECT_EQ(cut.files[0].hunks[0].added, (Lines{"on", "tw", "th"}));
  EXPECT_TRUE(cut.files[0].truncated);

  const Diff few = parse(head + "+1\n+2\n+3\n" + head + "+4\n+5\n+6\n", {.files = 1});
  EXPECT_EQ(few.files_unread, 1);
  ASSERT_EQ(few.files.size(), 1u);
  EXPECT_EQ(few.lines_added(), 6);
  EXPECT_TRUE(few.files[0].truncated);
}

TEST(CanonicalText, OrdersFilesByPathAndTellsDifferentChangesApart) {
  const std::string x = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
  const std::string y = "diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n";
  EXPECT_EQ(canonical_text(parse(x + y)), canonical_text(parse(y + x)));
  EXPECT_NE(canonical_text(parse(x)), canonical_text(parse(y)));
  EXPECT_EQ(canonical_text(Diff{}), "");
}

}  // namespace
}  // namespace sextant::git
