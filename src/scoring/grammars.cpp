#include "scoring/grammars.hpp"

#include <tree_sitter/api.h>

#include <string_view>
#include <unordered_map>

#include "base/text.hpp"

extern "C" {
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_c_sharp();
const TSLanguage* tree_sitter_go();
const TSLanguage* tree_sitter_java();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_kotlin();
const TSLanguage* tree_sitter_php_only();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_rust();
const TSLanguage* tree_sitter_scala();
const TSLanguage* tree_sitter_swift();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_typescript();
}

namespace sextant::scoring {
namespace {

struct Kinds {
  Role role;
  std::string_view named;
  std::string_view anonymous = "";
};

constexpr Kinds kinds[] = {
    {role::comment,
     "comment line_comment block_comment multiline_comment html_comment hash_bang_line"},
    {role::function,
     "function_definition function_declaration generator_function_declaration method_definition "
     "method_declaration constructor_declaration compact_constructor_declaration "
     "destructor_declaration "
     "operator_declaration conversion_operator_declaration local_function_statement function_item "
     "function_signature_item method singleton_method function_signature method_signature "
     "abstract_method_signature init_declaration deinit_declaration protocol_function_declaration "
     "secondary_constructor method_elem"},
    {role::closure,
     "lambda lambda_expression arrow_function function_expression generator_function func_literal "
     "closure_expression lambda_literal anonymous_function anonymous_method_expression do_block"},
    {role::names_value,
     "variable_declarator assignment_expression assignment pair field_definition "
     "public_field_definition"},
    {role::type,
     "class_declaration class_definition interface_declaration enum_declaration record_declaration "
     "annotation_type_declaration struct_declaration struct_specifier union_specifier "
     "enum_specifier "
     "class_specifier type_definition type_spec type_alias struct_item enum_item union_item "
     "trait_item "
     "type_item class module trait_declaration object_declaration protocol_declaration "
     "typealias_declaration trait_definition object_definition enum_definition "
     "abstract_class_declaration type_alias_declaration alias_declaration concept_definition "
     "delegate_declaration"},
    {role::call,
     "call_expression call method_invocation object_creation_expression "
     "explicit_constructor_invocation "
     "invocation_expression implicit_object_creation_expression new_expression "
     "function_call_expression "
     "member_call_expression nullsafe_member_call_expression scoped_call_expression "
     "macro_invocation command"},
    {role::import,
     "import_statement import_from_statement future_import_statement import_declaration "
     "import_spec "
     "import_header using_directive use_declaration extern_crate_declaration "
     "namespace_use_declaration "
     "preproc_include include_expression include_once_expression require_expression "
     "require_once_expression"},
    {role::branch,
     "if_statement if_expression if unless if_modifier unless_modifier for_statement "
     "for_in_statement "
     "for_range_loop foreach_statement enhanced_for_statement for_expression c_style_for_statement "
     "for "
     "while_statement while_expression while until while_modifier until_modifier do_statement "
     "do_while_statement do_while_expression repeat_while_statement loop_expression catch_clause "
     "except_clause except_group_clause rescue catch_block seh_except_clause guard_statement "
     "conditional_expression ternary_expression conditional"},
    {role::chooser,
     "switch_statement switch_expression expression_switch_statement type_switch_statement "
     "select_statement match_statement match_expression case case_match when_expression"},
    {role::arm,
     "case_statement switch_case switch_label switch_section switch_expression_arm expression_case "
     "type_case communication_case match_arm when in_clause case_clause when_entry switch_entry "
     "match_conditional_expression case_item elif_clause else_if_clause elsif for_in_clause "
     "if_clause"},
    {role::operation,
     "binary_expression boolean_operator binary conjunction_expression disjunction_expression "
     "list"},
    {role::decider, "", "&& || and or"},
    {role::prototype, "declaration field_declaration"},
    {role::block, "statement_block"},
    {role::wrapper,
     "export_statement lexical_declaration variable_declaration variable_declarator "
     "ambient_declaration"},
};

// Where a grammar means something else by a kind.
struct Exception {
  GrammarName grammar;
  std::string_view kind;
  Role role;
};
constexpr Exception exceptions[] = {
    {GrammarName::bash, "case_statement", role::chooser},
    {GrammarName::go, "import_declaration", 0},
    {GrammarName::java, "field_declaration", 0},
    {GrammarName::swift, "do_statement", 0},
    {GrammarName::scala, "type_definition", role::type},
};

using Meaning = std::unordered_map<std::string_view, Role>;

Meaning make_meaning(std::string_view Kinds::* column) {
  Meaning meaning;
  for (const Kinds& row : kinds)
    for (const std::string_view kind : split(row.*column, ' '))
      if (!kind.empty()) meaning[kind] |= row.role;
  return meaning;
}

std::uint16_t field(const TSLanguage* language, std::string_view name) {
  return ts_language_field_id_for_name(language, name.data(),
                                       static_cast<std::uint32_t>(name.size()));
}

const TSLanguage* language_named(GrammarName name) {
  switch (name) {
    case GrammarName::none:
      return nullptr;
    case GrammarName::bash:
      return tree_sitter_bash();
    case GrammarName::c:
      return tree_sitter_c();
    case GrammarName::cpp:
      return tree_sitter_cpp();
    case GrammarName::c_sharp:
      return tree_sitter_c_sharp();
    case GrammarName::go:
      return tree_sitter_go();
    case GrammarName::java:
      return tree_sitter_java();
    case GrammarName::javascript:
      return tree_sitter_javascript();
    case GrammarName::kotlin:
      return tree_sitter_kotlin();
    case GrammarName::php:
      return tree_sitter_php_only();
    case GrammarName::python:
      return tree_sitter_python();
    case GrammarName::ruby:
      return tree_sitter_ruby();
    case GrammarName::rust:
      return tree_sitter_rust();
    case GrammarName::scala:
      return tree_sitter_scala();
    case GrammarName::swift:
      return tree_sitter_swift();
    case GrammarName::tsx:
      return tree_sitter_tsx();
    case GrammarName::typescript:
      return tree_sitter_typescript();
  }
  return nullptr;
}

}  // namespace

Grammar::Grammar(GrammarName name) : language_(language_named(name)) {
  static const Meaning named = make_meaning(&Kinds::named);
  static const Meaning anonymous = make_meaning(&Kinds::anonymous);
  roles_.resize(ts_language_symbol_count(language_));
  for (std::uint16_t symbol = 0; symbol < roles_.size(); ++symbol) {
    const TSSymbolType type = ts_language_symbol_type(language_, symbol);
    if (type == TSSymbolTypeAuxiliary) continue;
    const std::string_view kind = ts_language_symbol_name(language_, symbol);
    const Meaning& meaning = type == TSSymbolTypeRegular ? named : anonymous;
    if (const auto found = meaning.find(kind); found != meaning.end())
      roles_[symbol] = found->second;
    if (type != TSSymbolTypeRegular) continue;
    for (const Exception& exception : exceptions)
      if (exception.grammar == name && exception.kind == kind) roles_[symbol] = exception.role;
  }
  fields_ = {.name = field(language_, "name"),
             .declarator = field(language_, "declarator"),
             .alternative = field(language_, "alternative"),
             .body = field(language_, "body"),
             .type = field(language_, "type"),
             .left = field(language_, "left"),
             .key = field(language_, "key"),
             .source = field(language_, "source"),
             .path = field(language_, "path"),
             .module_name = field(language_, "module_name"),
             .function = field(language_, "function")};
}

const Grammar& grammar_of(GrammarName name) {
  static const std::vector<Grammar> all = [] {
    std::vector<Grammar> grammars;
    for (auto i = 1; i <= static_cast<int>(GrammarName::typescript); ++i)
      grammars.emplace_back(static_cast<GrammarName>(i));
    return grammars;
  }();
  return all[static_cast<std::size_t>(name) - 1];
}

}  // namespace sextant::scoring
