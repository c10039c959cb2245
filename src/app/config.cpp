#include "app/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
// Malformed keys trip assertions of toml++ 3.3; without them (and without assuming that they hold,
// as it does where NDEBUG is set) it reports an error.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "app/config_keys.hpp"
#include "base/text.hpp"

namespace sextant::app {
namespace {

using Mistakes = std::vector<std::string>;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

struct Nearest {
  std::string name;
  std::size_t distance = 0;
};

template <typename Name>
Nearest nearest(std::string_view written, Name name) {
  Nearest best{.name = {}, .distance = std::string::npos};
  for (const ConfigKey& key : config_keys()) {
    const std::string candidate(name(key));
    const std::size_t distance = edit_distance(written, candidate);
    if (distance < best.distance) best = {candidate, distance};
  }
  return best;
}

std::string_view article_and_name(ConfigKind kind) {
  switch (kind) {
    case ConfigKind::text:
      return "a text in quotes";
    case ConfigKind::integer:
      return "a whole number";
    case ConfigKind::flag:
      return "true or false";
    case ConfigKind::list:
      return "a list of texts";
  }
  return "";
}

// Nothing where the node is of another kind.
std::optional<ConfigValue> read_node(const toml::node& node, ConfigKind kind) {
  if (kind == ConfigKind::text && node.is_string()) return node.as_string()->get();
  if (kind == ConfigKind::integer && node.is_integer()) return node.as_integer()->get();
  if (kind == ConfigKind::flag && node.is_boolean()) return node.as_boolean()->get();
  if (kind != ConfigKind::list || !node.is_array()) return std::nullopt;
  std::vector<std::string> items;
  for (const toml::node& item : *node.as_array()) {
    if (!item.is_string()) return std::nullopt;
    items.push_back(item.as_string()->get());
  }
  return items;
}

std::optional<ConfigValue> read_variable(const std::string& text, ConfigKind kind) {
  if (kind == ConfigKind::text) return text;
  if (kind == ConfigKind::flag && (text == "true" || text == "1")) return true;
  if (kind == ConfigKind::flag && (text == "false" || text == "0")) return false;
  if (kind == ConfigKind::integer)
    if (const auto number = parse_integer(text)) return *number;
  if (kind != ConfigKind::list) return std::nullopt;
  std::vector<std::string> items;
  for (const std::string_view item : split(text, ','))
    if (!trim(item).empty()) items.emplace_back(trim(item));
  return items;
}

// Sets what `value` holds and adds what is wrong with it to the mistakes.
void set(Config& config, const ConfigKey& key, std::string_view where, std::string_view name,
         const std::optional<ConfigValue>& value, Mistakes& mistakes) {
  const ConfigSlot slot = key.slot(config);
  const std::optional<std::string> wanted =
      value ? slot.set(*value) : std::string(article_and_name(slot.kind));
  if (wanted) mistakes.push_back(fmt::format("{}{} takes {}", where, name, *wanted));
}

// A key of the file with its whole path.
struct Entry {
  std::string path;
  const toml::node* node = nullptr;
};

void collect(const toml::table& table, const std::string& prefix, std::vector<Entry>& entries) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    if (const auto* section = node.as_table())
      collect(*section, path + '.', entries);
    else
      entries.push_back({path, &node});
  }
}

void read_file(Config& config, const toml::table& table, std::string_view name,
               Mistakes& mistakes) {
  std::vector<Entry> entries;
  collect(table, "", entries);
  std::ranges::stable_sort(entries, {},
                           [](const Entry& entry) { return entry.node->source().begin.line; });
  for (const auto& [path, node] : entries) {
    const std::string where = fmt::format("{}:{}: ", name, node->source().begin.line);
    const auto key = std::ranges::find(config_keys(), path, &ConfigKey::path);
    if (key != config_keys().end()) {
      set(config, *key, where, path, read_node(*node, key->slot(config).kind), mistakes);
      continue;
    }
    const Nearest best = nearest(path, [](const ConfigKey& k) { return k.path; });
    mistakes.push_back(
        where + path + " is no setting" +
        (best.distance <= path.size() / 3 + 1 ? "; did you mean " + best.name + "?" : ""));
  }
}

// The line of a byte beyond ASCII outside strings and comments. TOML allows it nowhere, and
// toml++ 3.3 has no defined answer to it.
std::optional<int> stray_line(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  int line = 1;
  std::string_view quote;  // what ends the string we are in
  for (std::size_t at = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
       at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quote.empty()) {
      if (c == '#') at = std::min(text.find('\n', at), text.size()) - 1;
      if ((c & 0x80) != 0) return line;
      if (c != '"' && c != '\'') continue;
      quote = text.substr(at, text.substr(at, 3) == std::string(3, c) ? 3 : 1);
      at += quote.size() - 1;
    } else if (quote.size() == 1 && c == '\n') {
      quote = {};
    } else if (quote[0] == '"' && c == '\\' && at + 1 < text.size() && text[at + 1] != '\n') {
      ++at;
    } else if (text.substr(at).starts_with(quote)) {
      at += quote.size() - 1;
      // A long string may end in one or two quotes of its own.
      for (int own = 0; own < 2 && quote.size() == 3 && text.substr(at + 1).starts_with(quote[0]);
           ++own)
        ++at;
      quote = {};
    }
  }
  return std::nullopt;
}

void read_environment(Config& config, const Environment& environment, Mistakes& mistakes) {
  std::set<std::string> known;
  for (const ConfigKey& key : config_keys()) {
    const std::string name = key.variable();
    known.insert(name);
    if (const auto found = environment.find(name); found != environment.end())
      set(config, key, "", name, read_variable(found->second, key.slot(config).kind), mistakes);
  }
  // Other programs and other versions have SEXTANT_ variables too: only a near miss is a mistake.
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("SEXTANT_") || known.contains(name)) continue;
    const Nearest best = nearest(name, [](const ConfigKey& key) { return key.variable(); });
    if (best.distance <= 2)
      mistakes.push_back(name + " is no setting; did you mean " + best.name + "?");
  }
}

std::filesystem::path default_data_directory(const Environment& environment) {
  const auto value = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::filesystem::path()
                                      : std::filesystem::path(found->second);
  };
  if (const auto data_home = value("XDG_DATA_HOME"); data_home.is_absolute())
    return data_home / "sextant";
  if (const auto home = value("HOME"); !home.empty()) return home / ".local/share/sextant";
  return "/var/lib/sextant";
}

Result<Config> finish(Config config, const Environment& environment, Mistakes mistakes) {
  read_environment(config, environment, mistakes);
  if (config.http.tls_certificate.empty() != config.http.tls_key.empty())
    mistakes.emplace_back(
        "http.tls_certificate and http.tls_key belong together: give both or neither");
  if (!mistakes.empty())
    return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(mistakes, "\n")));
  if (config.data.empty()) config.data = default_data_directory(environment);
  return config;
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == text.npos) continue;
    const std::string_view name = text.substr(0, equals);
    if (name.starts_with("SEXTANT_") || name == "HOME" || name == "XDG_DATA_HOME")
      environment.emplace(name, text.substr(equals + 1));
  }
  return environment;
}

Result<Config> parse_config(std::string_view content, std::string_view name,
                            const Environment& environment) {
  Config config;
  Mistakes mistakes;
  if (const auto line = stray_line(content)) {
    mistakes.push_back(fmt::format("{}:{}: a letter like this must stand in quotes", name, *line));
  } else if (const toml::parse_result parsed = toml::parse(content, name)) {
    read_file(config, parsed.table(), name, mistakes);
  } else {
    const toml::parse_error& error = parsed.error();
    mistakes.push_back(
        fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
  return finish(std::move(config), environment, std::move(mistakes));
}

Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                           const Environment& environment) {
  if (!file) return finish({}, environment, {});
  std::ifstream in(*file, std::ios::binary);
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(*file, ignored))
    return fail(ErrorKind::invalid, "cannot read the settings in " + file->string());
  const std::string content(std::istreambuf_iterator<char>(in), {});
  return parse_config(content, file->string(), environment);
}

std::string example_config() {
  std::string out =
      "# Every setting with its default. A variable SEXTANT_<SECTION>_<KEY> in the environment "
      "wins over this\n"
      "# file: SEXTANT_VELOCITY_RATE_PER_MINUTE=120, SEXTANT_SCORING_IGNORE='docs/**,*.snap'.\n";
  Config defaults;
  std::string_view section;
  for (const ConfigKey& key : config_keys()) {
    const auto dot = key.path.find('.');
    const std::string_view own = dot == key.path.npos ? "" : key.path.substr(0, dot);
    if (own != section)
      out += fmt::format("\n[{}]\n", section = own);
    else if (own.empty())
      out += '\n';
    if (!key.meaning.empty())
      for (const std::string_view line : split(key.meaning, '\n'))
        out += fmt::format("# {}\n", line);
    const std::string_view name = dot == key.path.npos ? key.path : key.path.substr(dot + 1);
    out += fmt::format("{} = {}\n", name, key.slot(defaults).show());
  }
  return out;
}

}  // namespace sextant::app
