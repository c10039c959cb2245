#include "scoring/structure.hpp"

#include <algorithm>
#include <vector>

#include "scoring/declarations.hpp"
#include "scoring/fragment.hpp"
#include "scoring/syntax.hpp"

namespace sextant::scoring {
namespace {

// All grammars together read so much of one change.
constexpr std::size_t change_bytes_max = 4u << 20;
// So much of the parser's work takes two seconds or so; a byte of code takes 40 on average. A piece
// that needs more than its part is no code and is given up, but may have taken more by then.
constexpr std::uint64_t change_work_max = 300'000'000;
constexpr std::uint64_t piece_work_max = 16'000'000;
// Where a piece has errors, the parser tries what might stand there, which takes time and hardly
// any memory: it counts twice, and so much more for each byte.
constexpr std::uint64_t error_work_of_byte = 1000;
// So much recovering from errors, which takes time beside memory, a third of a second or so.
constexpr std::uint64_t change_recovery_max = 50'000'000;

bool is_header(std::string_view path) {
  const std::string_view ending = path.substr(std::min(path.rfind('.'), path.size()));
  return ending == ".h" || ending == ".hh" || ending == ".hpp" || ending == ".hxx";
}

class StructureReader {
 public:
  StructureReader(EffectiveChange& change, const std::vector<std::uint64_t>& names)
      : change_(change), names_(names) {}

  // Where a hunk has both sides they are held against each other, so both are read alike; where it
  // only takes away, its declarations alone matter.
  void read() {
    for (const ChangedHunk& hunk : change_.hunks)
      read_side(hunk, middle_of(hunk), hunk.last, lines_of(hunk).added);
    for (const FoundDeclaration& each : found_.added) declared_.push_back(each.declaration.name);
    std::sort(declared_.begin(), declared_.end());
    for (const ChangedHunk& hunk : change_.hunks) {
      const std::uint32_t middle = middle_of(hunk);
      if (counts(middle, hunk.last) || may_declare(hunk.first, middle))
        read_side(hunk, hunk.first, middle, lines_of(hunk).removed);
    }
    compare_sides(found_, change_.lines);
  }

 private:
  const git::Hunk& lines_of(const ChangedHunk& hunk) const {
    return change_.files[hunk.file].file->hunks[hunk.index];
  }

  std::uint32_t middle_of(const ChangedHunk& hunk) const {
    std::uint32_t middle = hunk.first;
    while (middle < hunk.last && !change_.lines[middle].is_added) ++middle;
    return middle;
  }

  bool counts(std::uint32_t first, std::uint32_t last) const {
    return std::any_of(change_.lines.begin() + first, change_.lines.begin() + last,
                       [](const ChangedLine& line) { return line.fate == LineFate::counts; });
  }

  // By the lexer's word, or since it speaks of what the added side declares.
  bool may_declare(std::uint32_t first, std::uint32_t last) const {
    for (std::uint32_t i = first; i < last; ++i) {
      const ChangedLine& line = change_.lines[i];
      if (line.fate != LineFate::counts) continue;
      if (line.facts.may_declare) return true;
      for (std::uint32_t at = i == 0 ? 0 : change_.lines[i - 1].names_end; at < line.names_end;
           ++at)
        if (std::binary_search(declared_.begin(), declared_.end(), names_[at])) return true;
    }
    return false;
  }

  void read_side(const ChangedHunk& hunk, std::uint32_t first, std::uint32_t last,
                 const std::vector<std::string_view>& texts) {
    const std::uint32_t index = hunk.file;
    const EffectiveFile& file = change_.files[index];
    if (!counts(first, last)) return;
    code_.clear();
    for (std::uint32_t i = first; i < last; ++i) {
      const LineFacts& facts = change_.lines[i].facts;
      code_.push_back(facts.is_comment && facts.opens_above ? std::string_view()
                                                            : texts[i - first]);
    }
    Fragment fragment(*file.language);
    for (std::size_t at = 0; at < code_.size();) {
      const std::uint32_t begin = first + static_cast<std::uint32_t>(at);
      const SyntaxFacts* facts = nullptr;
      if (file.language->grammar == GrammarName::none) {
        at = code_.size();
      } else {
        at = fragment.mend(code_, at);
        facts = parse(file, fragment);
      }
      take(facts, index, begin, first + static_cast<std::uint32_t>(at));
    }
  }

  const SyntaxFacts* parse(const EffectiveFile& file, const Fragment& fragment) {
    const std::size_t bytes = fragment.text().size();
    if (!fragment.is_readable() || bytes_read_ + bytes > change_bytes_max) return nullptr;
    bytes_read_ += bytes;
    if (!read_piece(file, fragment.text(), facts_)) return nullptr;
    if (facts_.recovery == 0 && !facts_.has_loose_block) return &facts_;
    // Perhaps its lines come from within a class.
    const std::string in_class = fragment.in_class();
    if (in_class.empty() || !read_piece(file, in_class, facts_in_class_)) return &facts_;
    std::erase_if(facts_in_class_.declarations, [](const Declaration& each) {
      return each.name == Vocabulary::hash(Fragment::class_name);
    });
    bytes_read_ += bytes;
    const bool is_better = facts_in_class_.recovery < facts_.recovery ||
                           (facts_in_class_.recovery == 0 && facts_.has_loose_block);
    return is_better ? &facts_in_class_ : &facts_;
  }

  bool read_piece(const EffectiveFile& file, std::string_view text, SyntaxFacts& facts) {
    const std::uint64_t most = std::min(piece_work_max, change_work_max - work_);
    facts.work = 0;
    const bool is_read = most > 0 && recovery_ <= change_recovery_max &&
                         read_syntax(*file.language, text, is_header(file.file->path), most, facts);
    const bool has_errors = !is_read || facts.recovery > 0;
    const std::uint64_t work =
        has_errors ? 2 * facts.work + error_work_of_byte * text.size() : facts.work;
    work_ += std::min(work, change_work_max - work_);
    if (is_read) recovery_ += facts.recovery;
    return is_read;
  }

  void take(const SyntaxFacts* facts, std::uint32_t file, std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t i = first; i < last; ++i) {
      const SyntaxRow* row = facts ? &facts->rows[i - first] : nullptr;
      // A row without anything was too long for the grammar, or no more than a bracket.
      if (row && !row->has_code && !row->has_comment) row = nullptr;
      if (row) refine(change_.lines[i], *row);
      if (!row || row->is_lost) add_lexical(change_.lines[i], file, i);
    }
    if (facts) add_found(*facts, file, first, last);
  }

  static void refine(ChangedLine& line, const SyntaxRow& row) {
    LineFacts& facts = line.facts;
    if (line.fate == LineFate::counts && row.has_comment && !row.has_code) {
      line.fate = LineFate::comment;
      facts.is_comment = true;
    }
    facts.is_parsed = !row.is_lost;
    if (row.is_lost) {
      facts.branches = std::max(facts.branches, row.branches);
      facts.complexity = std::max(facts.complexity, row.complexity);
      return;
    }
    facts.calls = row.calls;
    facts.branches = row.branches;
    facts.complexity = row.complexity;
    facts.is_import = false;
  }

  std::vector<FoundDeclaration>& declarations(bool is_added) {
    return is_added ? found_.added : found_.removed;
  }
  std::vector<FoundImport>& modules(bool is_added) {
    return is_added ? found_.modules_added : found_.modules_removed;
  }

  void add_lexical(const ChangedLine& line, std::uint32_t file, std::uint32_t index) {
    if (line.fate != LineFate::counts) return;
    const LineFacts& facts = line.facts;
    if (facts.is_import) modules(line.is_added).push_back({facts.hash, file, index});
    if (!facts.declares_function && !facts.declares_type) return;
    Declaration declaration{
        .is_public = facts.is_visible, .name = facts.declared, .signature = facts.hash};
    if (!facts.declares_function) declaration.kind = Declaration::Kind::type;
    declarations(line.is_added).push_back({declaration, file, index});
  }

  void add_found(const SyntaxFacts& facts, std::uint32_t file, std::uint32_t first,
                 std::uint32_t last) {
    for (const Declaration& each : facts.declarations) {
      const std::uint32_t line = first + each.row;
      if (line >= last || facts.rows[each.row].is_lost ||
          change_.lines[line].fate != LineFate::counts)
        continue;
      declarations(change_.lines[line].is_added).push_back({each, file, line});
    }
    for (const Import& each : facts.imports) {
      const std::uint32_t line = first + each.row;
      if (line >= last || facts.rows[each.row].is_lost ||
          change_.lines[line].fate != LineFate::counts)
        continue;
      change_.lines[line].facts.is_import = true;
      modules(change_.lines[line].is_added).push_back({each.module, file, line});
    }
  }

  EffectiveChange& change_;
  const std::vector<std::uint64_t>& names_;
  std::vector<std::uint64_t> declared_;  // by the added side
  Found found_;
  std::vector<std::string_view> code_;
  SyntaxFacts facts_;
  SyntaxFacts facts_in_class_;
  std::size_t bytes_read_ = 0;
  std::uint64_t work_ = 0;
  std::uint64_t recovery_ = 0;
};

}  // namespace

void read_structure(EffectiveChange& change, const std::vector<std::uint64_t>& names) {
  StructureReader(change, names).read();
}

}  // namespace sextant::scoring
