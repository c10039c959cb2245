#include "scoring/syntax.hpp"

#include <algorithm>

#include "scoring/parse.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t signature_bytes = 4096;
constexpr int depth_counted = 20;
constexpr std::uint64_t error_cost = 10'000;  // of one error, in tokens passed

bool is_blank(char c) {
  return c == ' ' || (c >= 9 && c <= 13);
}

// White space, separators and the style of quotes make no difference.
std::uint64_t hash_tokens(std::string_view text) {
  std::uint64_t hash = Vocabulary::seed;
  for (const char c : text) {
    if (is_blank(c) || c == ',' || c == ';') continue;
    hash = Vocabulary::extend(hash, static_cast<unsigned char>(c == '\'' ? '"' : c));
  }
  return hash;
}

class Walk {
 public:
  Walk(const Language& language, const Grammar& grammar, std::string_view text, bool is_header,
       SyntaxFacts& facts)
      : language_(language),
        vocabulary_(vocabulary_of(language)),
        grammar_(grammar),
        fields_(grammar.fields()),
        text_(text),
        is_header_(is_header),
        facts_(facts) {}

  void run(TSNode root) {
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    frames_.clear();
    for (bool is_done = false; !is_done;) {
      const TSNode node = ts_tree_cursor_current_node(&cursor);
      enter(cursor, node);
      if (ts_tree_cursor_goto_first_child(&cursor)) continue;
      read_leaf(node);
      leave();
      while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
        if (!ts_tree_cursor_goto_parent(&cursor)) {
          is_done = true;
          break;
        }
        leave();
      }
    }
    ts_tree_cursor_delete(&cursor);
  }

 private:
  struct Frame {
    TSNode node;
    TSNode last_child = {};  // that is behind
    Role role = 0;
    bool nests = false;
    bool is_function = false;
    bool is_error = false;
  };

  SyntaxRow& row_of(TSNode node) {
    return facts_
        .rows[std::min<std::size_t>(ts_node_start_point(node).row, facts_.rows.size() - 1)];
  }
  std::uint32_t index_of(TSNode node) {
    return static_cast<std::uint32_t>(&row_of(node) - facts_.rows.data());
  }
  std::string_view text_of(TSNode node) const {
    const std::uint32_t start = ts_node_start_byte(node);
    return text_.substr(start, ts_node_end_byte(node) - start);
  }
  bool has_kind(TSNode node, std::string_view kind) const { return kind == ts_node_type(node); }
  static TSNode child(TSNode node, std::uint16_t field) {
    return field == 0 ? TSNode{} : ts_node_child_by_field_id(node, field);
  }
  static bool is_there(TSNode node) { return node.id != nullptr; }

  void enter(TSTreeCursor& cursor, TSNode node) {
    Frame frame{.node = node};
    const std::uint16_t symbol = ts_node_symbol(node);
    frame.is_error = symbol == UINT16_MAX;
    frame.role = grammar_.role_of(symbol);
    if (frame.is_error) {
      const std::uint64_t skipped = ts_node_child_count(node);
      facts_.recovery += error_cost + skipped * skipped;
    }
    if (frame.role != 0) judge(cursor, frame);
    depth_ += frame.nests;
    functions_ += frame.is_function;
    frames_.push_back(frame);
  }

  void leave() {
    depth_ -= frames_.back().nests;
    functions_ -= frames_.back().is_function;
    const TSNode node = frames_.back().node;
    frames_.pop_back();
    if (!frames_.empty()) frames_.back().last_child = node;
  }

  Role parent_role() const { return frames_.empty() ? Role{0} : frames_.back().role; }
  bool in_error() const { return !frames_.empty() && frames_.back().is_error; }

  void judge(TSTreeCursor& cursor, Frame& frame) {
    const TSNode node = frame.node;
    if (frame.role & role::call) read_call(node);
    if (frame.role & (role::branch | role::chooser)) {
      // "else if" goes on with what it belongs to.
      const bool goes_on = fields_.alternative != 0 &&
                           ts_tree_cursor_current_field_id(&cursor) == fields_.alternative;
      weigh(node, goes_on || is_else(frames_) ? 0 : depth_, frame.role & role::branch);
      frame.nests = !goes_on && !is_else(frames_);
    }
    if (frame.role & role::arm) ++row_of(node).branches;
    if ((frame.role & role::decider) && ((parent_role() & role::operation) || in_error()))
      weigh(node, 0, true);
    if (frame.role & role::block) judge_block();
    if (frame.role & role::import) read_import(node);
    if (frame.role & role::closure) frame.nests = !read_named_closure(node);
    if (frame.role & role::function) frame.is_function = read_function(node);
    if (frame.role & role::type) read_type(node);
    if ((frame.role & role::prototype) && is_header_) read_prototype(node);
  }

  void judge_block() {
    const TSNode before = frames_.empty() ? TSNode{} : frames_.back().last_child;
    if (is_there(before) && has_kind(before, "expression_statement") &&
        text_of(before).ends_with(')'))
      facts_.has_loose_block = true;
  }

  // Where modules are loaded by a call.
  void read_call(TSNode node) {
    ++row_of(node).calls;
    const std::string_view text = text_of(node).substr(0, 256);
    const std::size_t word_end = std::min(text.find_first_of(" ("), text.size());
    const std::string_view word = text.substr(0, word_end);
    const bool is_shell = language_.grammar == GrammarName::bash;
    const bool loads = is_shell ? word == "source" || word == "." : word.starts_with("require");
    if (!loads || !(vocabulary_.find(Vocabulary::hash(word)) & word_class::import)) return;
    // What is called on the module is no module: "require('./app')(options)".
    const TSNode callee = child(node, fields_.function);
    if (is_there(callee) && text_of(callee) != word) return;
    facts_.imports.push_back({.row = index_of(node), .module = hash_tokens(text)});
  }

  bool is_else(const std::vector<Frame>& frames) const {
    return !frames.empty() && has_kind(frames.back().node, "else_clause");
  }

  void weigh(TSNode node, int depth, bool decides) {
    SyntaxRow& row = row_of(node);
    if (decides) ++row.branches;
    row.complexity = static_cast<std::uint16_t>(
        std::min(row.complexity + 1 + std::min(depth, depth_counted), UINT16_MAX + 0));
  }

  void read_leaf(TSNode node) {
    if (ts_node_is_missing(node)) {
      facts_.recovery += error_cost;
      return;
    }
    const std::uint32_t start = ts_node_start_byte(node);
    if (start == ts_node_end_byte(node)) return;
    const std::size_t first = ts_node_start_point(node).row;
    const std::size_t last = ts_node_end_point(node).row;
    const bool is_comment = frames_.back().role & role::comment;
    const bool is_lost = frames_.size() > 1 && frames_[frames_.size() - 2].is_error && !is_comment;
    for (std::size_t row = first; row <= last && row < facts_.rows.size(); ++row) {
      SyntaxRow& facts = facts_.rows[row];
      (is_comment ? facts.has_comment : facts.has_code) = true;
      facts.is_lost = facts.is_lost || is_lost;
    }
  }

  // Where the node that declares begins, with what stands around it: "export const".
  std::uint32_t beginning_of(TSNode node) const {
    std::uint32_t start = ts_node_start_byte(node);
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && (frame->role & role::wrapper);
         ++frame)
      start = ts_node_start_byte(frame->node);
    // Modifiers that the grammar takes for something else, outside of a class.
    const auto is_modifier = [](char c) { return c == ' ' || c == '\t' || (c >= 'a' && c <= 'z'); };
    while (start > 0 && is_modifier(text_[start - 1])) --start;
    return start;
  }

  bool is_public(TSNode node, TSNode name) const {
    const std::string_view word = text_of(name);
    if (functions_ > 0 || word.empty()) return false;
    const std::uint32_t from = beginning_of(node);
    const std::uint32_t to = std::max(from, ts_node_start_byte(name));
    const std::string_view before = text_.substr(from, std::min<std::size_t>(to - from, 512));
    bool is_shown = word.starts_with("exports.") || word.starts_with("module.exports");
    bool is_hidden = false;
    for (std::size_t at = 0; at < before.size();) {
      std::size_t end = at;
      while (end < before.size() && before[end] >= 'a' && before[end] <= 'z') ++end;
      const std::string_view each = before.substr(at, end - at);
      is_shown = is_shown || (vocabulary_.find(Vocabulary::hash(each)) & word_class::visible);
      is_hidden = is_hidden || each == "private" || each == "fileprivate";
      at = end + 1;
    }
    switch (language_.visibility) {
      case Visibility::by_word:
        return is_shown && !is_hidden;
      case Visibility::capital:
        return word.front() >= 'A' && word.front() <= 'Z';
      case Visibility::no_underscore:
        return word.front() != '_' && !is_hidden;
    }
    return false;
  }

  void declare(Declaration::Kind kind, TSNode node, TSNode name, bool is_public) {
    const std::uint32_t start = ts_node_start_byte(node);
    std::uint32_t end = ts_node_end_byte(node);
    if (const TSNode body = child(node, fields_.body); is_there(body))
      end = ts_node_start_byte(body);
    std::string_view signature =
        text_.substr(start, std::min<std::size_t>(end - start, signature_bytes));
    if (end == ts_node_end_byte(node)) signature = signature.substr(0, signature.find('{'));
    facts_.declarations.push_back({.kind = kind,
                                   .is_public = is_public,
                                   .row = index_of(name),
                                   .name = hash_tokens(text_of(name)),
                                   .signature = hash_tokens(signature)});
  }

  // A keyword where a name should be: the grammar lost its way.
  bool is_name(TSNode name) const {
    return is_there(name) && !ts_node_is_missing(name) &&
           ts_node_end_byte(name) > ts_node_start_byte(name) &&
           !(vocabulary_.find(Vocabulary::hash(text_of(name))) &
             (word_class::control | word_class::errors));
  }

  // Follows declarators inward: "(*name)(int)".
  TSNode declared_name(TSNode node, bool& is_callable) const {
    constexpr int declarators_max = 16;
    TSNode at = node;
    for (int i = 0; i < declarators_max; ++i) {
      const TSNode next = child(at, fields_.declarator);
      if (!is_there(next)) break;
      is_callable = is_callable || has_kind(next, "function_declarator");
      at = next;
    }
    return at;
  }

  bool read_function(TSNode node) {
    TSNode name = child(node, fields_.name);
    if (!is_there(name) && fields_.declarator != 0) {
      bool is_callable = false;
      name = declared_name(node, is_callable);
      if (!is_callable) return false;
      // "each(x) {" is a macro's loop; only constructors have no type.
      if (!is_there(child(node, fields_.type)) && !has_kind(name, "qualified_identifier") &&
          !has_kind(frames_.back().node, "field_declaration_list"))
        return false;
    }
    if (!is_there(name)) name = first_name(node);
    if (!is_name(name)) return false;
    declare(Declaration::Kind::function, node, name, is_public(node, name));
    return true;
  }

  // For grammars without fields, and for "init" and "constructor".
  TSNode first_name(TSNode node) const {
    const std::uint32_t children = std::min(ts_node_child_count(node), 16u);
    TSNode word{};
    for (std::uint32_t i = 0; i < children; ++i) {
      const TSNode each = ts_node_child(node, i);
      const std::string_view kind = ts_node_type(each);
      if (kind == "simple_identifier" || kind == "type_identifier" || kind == "identifier")
        return each;
      if (kind == "init" || kind == "deinit" || kind == "constructor") word = each;
    }
    return word;
  }

  // "const name = () => ..." and "exports.name = function ..."
  bool read_named_closure(TSNode node) {
    if (!(parent_role() & role::names_value)) return false;
    const TSNode parent = frames_.back().node;
    for (const std::uint16_t field : {fields_.name, fields_.left, fields_.key})
      if (const TSNode name = child(parent, field); is_name(name)) {
        const Frame kept = frames_.back();
        frames_.pop_back();
        declare(Declaration::Kind::function, node, name, is_public(parent, name));
        frames_.push_back(kept);
        return true;
      }
    return false;
  }

  void read_type(TSNode node) {
    const bool is_c = language_.declarations == Declarations::c_like && fields_.declarator != 0;
    const std::string_view kind = ts_node_type(node);
    if (is_c && kind.ends_with("_specifier")) {
      if (!is_there(child(node, fields_.body)) || has_kind(frames_.back().node, "type_definition"))
        return;
    }
    TSNode name = child(node, fields_.name);
    if (!is_there(name) && kind == "type_definition") {
      bool is_callable = false;
      name = declared_name(node, is_callable);
    }
    if (!is_there(name)) name = first_name(node);
    if (is_name(name))
      declare(Declaration::Kind::type, node, name, is_header_ || is_public(node, name));
  }

  void read_prototype(TSNode node) {
    bool is_callable = false;
    const TSNode name = declared_name(node, is_callable);
    if (is_callable && functions_ == 0 && is_name(name))
      declare(Declaration::Kind::prototype, node, name, true);
  }

  void read_import(TSNode node) {
    TSNode module{};
    for (const std::uint16_t field : {fields_.source, fields_.path, fields_.module_name})
      if (!is_there(module)) module = child(node, field);
    std::string_view text = text_of(is_there(module) ? module : node);
    if (!is_there(module)) text = text.substr(0, text.find_first_of("{*"));
    facts_.imports.push_back({.row = static_cast<std::uint32_t>(&row_of(node) - facts_.rows.data()),
                              .module = hash_tokens(text)});
  }

  const Language& language_;
  const Vocabulary& vocabulary_;
  const Grammar& grammar_;
  const Grammar::Fields& fields_;
  std::string_view text_;
  bool is_header_;
  SyntaxFacts& facts_;
  std::vector<Frame> frames_;
  int depth_ = 0;
  int functions_ = 0;
};

}  // namespace

bool read_syntax(const Language& language, std::string_view text, bool is_header,
                 std::uint64_t work_most, SyntaxFacts& facts) {
  const ParsedText parsed = parse(language.grammar, text, work_most);
  facts.work = parsed.work;
  if (!parsed.tree) return false;
  facts.rows.assign(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1, {});
  facts.declarations.clear();
  facts.imports.clear();
  facts.recovery = 0;
  facts.has_loose_block = false;
  Walk(language, grammar_of(language.grammar), text, is_header, facts)
      .run(ts_tree_root_node(parsed.tree.get()));
  return true;
}

}  // namespace sextant::scoring
