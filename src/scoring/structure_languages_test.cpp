// Every language with a grammar is read: one sample each, of the same shape.
#include <gtest/gtest.h>

#include "testing/scoring_structure.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One change in each language, of the same shape: `keep` gets another signature, `gone` goes,
// `fresh` comes with a loop, a branch in it and two calls, a type comes and a module, with
// comments.
struct Sample {
  std::string_view path;
  std::string_view before;
  std::string_view after;
  int functions_added = 1;
  int public_added = 0;
  int public_changed = 0;
  int public_removed = 0;
};

constexpr Sample samples[] = {
    {"a.py", R"(def keep(a):
    pass
def gone(a):
    return a
)",
     R"(import os.path
def keep(a: int, b=None) -> int:
    pass
class Fresh(Base):
    """Says what it is,
    in def two(): lines."""
def fresh(rows):
    # why
    for row in rows:
        if row:
            handle(row.value())
)",
     1, 2, 1, 1},
    {"a.js", R"(function keep(a) {
}
function gone(a) { return a; }
)",
     R"(import { x } from './module';
function keep(a, b = 2) {
}
/* comment
 * of two */
export class Fresh extends Base {
}
export const fresh = (rows) => {
  for (const row of rows) {
    if (row) {
      handle(row.value());
    }
  }
};
)",
     1, 2, 0, 0},
    {"a.ts", R"(function keep(a: string) {
}
function gone(a: string) { return a; }
)",
     R"(import { x } from './module';
function keep(a: string, b?: number): void {
}
// comment
// of two
export interface Fresh { a: string; }
export async function fresh(rows: Row[]): Promise<void> {
  for (const row of rows) {
    if (row) {
      handle(row.value());
    }
  }
}
)",
     1, 2, 0, 0},
    {"a.tsx", R"(function keep(a: string) {
}
function gone(a: string) { return a; }
)",
     R"(import { x } from './module';
function keep(a: string, b?: number) {
}
// comment
// of two
type Fresh = { a: string };
const fresh: React.FC = ({ rows }) => {
  for (const row of rows) {
    if (row) {
      handle(row.value());
    }
  }
  return <div className="a">{rows}</div>;
};
)",
     1, 0, 0, 0},
    {"a.go", R"(func Keep(a int) {
}
func gone(a int) int { return a }
)",
     R"(import "net/http"
func Keep(a int, b string) error {
}
// comment
// of two
type Fresh struct {
	A int
}
func (s *Server) fresh(rows []Row) {
	for _, row := range rows {
		if row.ok {
			handle(row.value())
		}
	}
}
)",
     1, 1, 1, 0},
    {"a.rs", R"(pub fn keep(a: u32) {
}
fn gone(a: u32) -> u32 { a }
)",
     R"(use std::collections::HashMap;
pub fn keep(a: u32, b: &str) -> Option<u32> {
}
/// comment
/* of two */
pub struct Fresh { a: u32 }
fn fresh<'a>(rows: &'a [Row]) {
    for row in rows {
        if row.ok {
            handle(row.value());
        }
    }
}
)",
     1, 1, 1, 0},
    {"A.java", R"(    public int keep(int a) {
    }
    int gone(int a) { return a; }
)",
     R"(import java.util.List;
    @Override
    public int keep(int a, String b) throws IOException {
    }
    /** comment
     * of two */
    private static class Fresh { int a; }
    public <T> void fresh(List<T> rows) {
        for (T row : rows) {
            if (row != null) {
                handle(row.value());
            }
        }
    }
)",
     1, 1, 1, 0},
    {"a.c", R"(static int keep(int a) {
}
int gone(int a) { return a; }
)",
     R"(#include "server.h"
static int keep(int a, const char *b) {
}
/* comment
 * of two */
struct fresh_rows { int a; };
static struct point *
fresh(struct row **rows, int n)
{
    for (int i = 0; i < n; i++) {
        if (rows[i]) {
            handle(value(rows[i]));
        }
    }
}
)",
     1, 0, 0, 0},
    {"a.cpp", R"(int Thing::keep(int a) const {
}
int gone(int a) { return a; }
)",
     R"(#include <vector>
int Thing::keep(int a, std::string_view b) const noexcept {
}
// comment
// of two
class Fresh : public Base { int a = 0; };
template <typename T>
void fresh(const std::vector<T>& rows) {
  for (const auto& row : rows) {
    if (row) {
      handle(row.value());
    }
  }
}
)",
     1, 0, 0, 0},
    {"a.rb", R"(  def keep(a)
  end
  def gone(a)
    a
  end
)",
     R"(require 'json'
  def keep(a, b: nil)
  end
  # comment
  # of two
  class Fresh < Base
  end
  def fresh(rows)
    for row in rows do
      if row
        handle(row.value())
      end
    end
  end
)",
     1, 2, 1, 1},
    {"a.php", R"(    public function keep($a) {
    }
    private function gone($a) { return $a; }
)",
     R"(use App\Models\User;
    public function keep(int $a, ?string $b = null): int {
    }
    // comment
    # of two
    public function fresh(array $rows) {
        foreach ($rows as $row) {
            if ($row) {
                $this->handle($row->value());
            }
        }
    }
)",
     1, 1, 1, 0},
    {"a.cs", R"(    public int Keep(int a) {
    }
    private int Gone(int a) { return a; }
)",
     R"(using System.Linq;
    public async Task<int> Keep(int a, string b) {
    }
    /// comment
    // of two
    public record Fresh(int A);
    internal void FreshRows(List<Row> rows) {
        foreach (var row in rows) {
            if (row != null) {
                Handle(row.Value());
            }
        }
    }
)",
     1, 2, 1, 0},
    {"a.kt", R"(    fun keep(a: Int) {
    }
    private fun gone(a: Int): Int { return a }
)",
     R"(import java.util.Date
    fun keep(a: Int, b: String? = null): Int {
    }
    // comment
    // of two
    data class Fresh(val a: Int)
    private fun fresh(rows: List<Row>) {
        for (row in rows) {
            if (row.ok) {
                handle(row.value())
            }
        }
    }
)",
     1, 1, 1, 0},
    {"a.swift", R"(    public func keep(a: Int) {
    }
    func gone(a: Int) -> Int { return a }
)",
     R"(import Foundation
    public func keep(a: Int, b: String?) throws -> Int {
    }
    // comment
    // of two
    struct Fresh { var a: Int }
    func fresh(_ rows: [Row]) {
        for row in rows {
            if row.ok {
                handle(row.value())
            }
        }
    }
)",
     1, 0, 1, 0},
    {"a.scala", R"(  def keep(a: Int): Unit = {
  }
  private def gone(a: Int): Int = a
)",
     R"(import scala.collection.mutable
  def keep(a: Int, b: String): Unit = {
  }
  // comment
  // of two
  case class Fresh(a: Int)
  private def fresh(rows: Seq[Row]): Unit = {
    while (rows.ok) {
      if (rows.more) {
        handle(rows.value())
      }
    }
  }
)",
     1, 1, 1, 0},
    {"a.sh", R"(keep() { echo 1; }
gone() { echo 2; }
)",
     R"(. ./lib.sh
keep() { echo 3; }
# comment
# of two
fresh() {
  for row in $rows; do
    if [ -n "$row" ]; then
      handle $(value $row)
    fi
  done
}
)",
     1, 0, 0, 0},
};

TEST(Structure, sees_what_a_change_declares_and_decides_in_every_language_with_a_grammar) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.path);
    const auto counts = testing::structure_of(
        DiffText().change(sample.path, 7, lines_of(sample.before), lines_of(sample.after)));
    EXPECT_EQ(counts.functions_added, sample.functions_added);
    EXPECT_EQ(counts.functions_changed, 1);
    EXPECT_EQ(counts.functions_removed, 1);
    EXPECT_EQ(counts.types_added, sample.path == "a.sh" || sample.path == "a.php" ? 0 : 1);
    EXPECT_EQ(counts.types_removed + counts.types_changed, 0);
    EXPECT_EQ(counts.public_added, sample.public_added);
    EXPECT_EQ(counts.public_changed, sample.public_changed);
    EXPECT_EQ(counts.public_removed, sample.public_removed);
    EXPECT_EQ(counts.modules_added, 1);
    EXPECT_EQ(counts.branches, 2);
    EXPECT_EQ(counts.complexity, 3) << "the inner one lies a level deeper";
    EXPECT_GE(counts.calls, 2);
    EXPECT_EQ(counts.lexical, 0);
  }
}

}  // namespace
}  // namespace sextant::scoring
