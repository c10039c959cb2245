#include "app/config_slots.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "scoring/glob.hpp"

namespace sextant::app {
namespace {

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

std::string show_duration(std::chrono::milliseconds duration) {
  const auto ms = duration.count();
  return ms % 1000 == 0 ? fmt::format("\"{}s\"", ms / 1000) : fmt::format("\"{}ms\"", ms);
}

// Dollars with up to six decimals, in millionths.
std::optional<std::int64_t> read_dollars(std::string_view text) {
  constexpr std::size_t decimals_most = 6;
  const auto point = text.find('.');
  std::string digits(text.substr(0, point));
  const std::string_view decimals = point == text.npos ? "" : text.substr(point + 1);
  if (digits.empty() || digits.size() > 9 || decimals.size() > decimals_most ||
      (point != text.npos && decimals.empty()))
    return std::nullopt;
  digits += decimals;
  digits.append(decimals_most - decimals.size(), '0');
  if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  return parse_integer(digits);
}

std::string show_dollars(std::int64_t micro_dollars) {
  std::string text = fmt::format("{}.{:06}", micro_dollars / million, micro_dollars % million);
  while (text.ends_with('0') && !text.ends_with(".00")) text.pop_back();
  return toml_string(text);
}

constexpr const char* takes_dollars = "an amount of dollars in quotes, as in \"0.25\"";

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out;
  json::append_string(out, text);  // a JSON string is a TOML basic string
  return out;
}

ConfigSlot text(std::string& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            target = std::get<std::string>(value);
            return std::nullopt;
          },
          .show = [&target] { return toml_string(target); }};
}

ConfigSlot path(std::filesystem::path& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            target = std::get<std::string>(value);
            return std::nullopt;
          },
          .show = [&target] { return toml_string(target.string()); }};
}

ConfigSlot secret(Secret& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            target = Secret(std::get<std::string>(value));
            return std::nullopt;
          },
          .show = [&target] { return toml_string(target.empty() ? "" : "***"); }};
}

ConfigSlot header_secret(Secret& target) {
  ConfigSlot slot = secret(target);
  slot.set = [set = slot.set](const ConfigValue& value) -> std::optional<std::string> {
    const bool is_plain = std::ranges::all_of(std::get<std::string>(value),
                                              [](char c) { return c > ' ' && c < '\x7f'; });
    return is_plain ? set(value) : "a key without spaces, line breaks or letters beyond ASCII";
  };
  return slot;
}

ConfigSlot url(std::string& target) {
  ConfigSlot slot = text(target);
  slot.set = [set = slot.set](const ConfigValue& value) -> std::optional<std::string> {
    const std::string& written = std::get<std::string>(value);
    const auto scheme = written.find("://");
    const bool is_http = written.starts_with("http://") || written.starts_with("https://");
    const bool is_plain = written.find_first_of("@?# \t\r\n") == written.npos;
    if (!written.empty() && (!is_http || !is_plain || scheme + 3 == written.size()))
      return "a URL that begins with https:// or http://, without user name or question mark";
    return set(value);
  };
  return slot;
}

ConfigSlot flag(bool& target) {
  return {.kind = ConfigKind::flag,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            target = std::get<bool>(value);
            return std::nullopt;
          },
          .show = [&target] { return std::string(target ? "true" : "false"); }};
}

ConfigSlot duration(std::chrono::milliseconds& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            const auto read = parse_duration(std::get<std::string>(value));
            if (!read || read->count() < 1 || read->count() > hour_ms)
              return "a duration from \"1ms\" to \"1h\", as in \"250ms\", \"30s\", \"5m\"";
            target = *read;
            return std::nullopt;
          },
          .show = [&target] { return show_duration(target); }};
}

ConfigSlot repeat(std::chrono::milliseconds& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            const std::string& written = std::get<std::string>(value);
            const auto read = written.empty()
                                  ? std::chrono::milliseconds{0}
                                  : parse_duration(written).value_or(std::chrono::milliseconds{-1});
            const bool is_off = read.count() == 0;
            if (!is_off && (read < std::chrono::minutes{1} || read > std::chrono::days{365}))
              return "a duration from \"1m\" to \"365d\", or \"0s\" for never";
            target = read;
            return std::nullopt;
          },
          .show = [&target] { return show_duration(target); }};
}

ConfigSlot list(std::vector<std::string>& target) {
  return {.kind = ConfigKind::list,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            target = std::get<std::vector<std::string>>(value);
            return std::nullopt;
          },
          .show =
              [&target] {
                std::vector<std::string> items;
                for (const std::string& item : target) items.push_back(toml_string(item));
                return fmt::format("[{}]", fmt::join(items, ", "));
              }};
}

ConfigSlot globs(std::vector<std::string>& target) {
  ConfigSlot slot = list(target);
  slot.set = [&target](const ConfigValue& value) -> std::optional<std::string> {
    target = std::get<std::vector<std::string>>(value);
    for (const std::string& glob : target)
      if (const auto checked = scoring::check_glob(glob); !checked)
        return "globs of paths: " + checked.error().message;
    return std::nullopt;
  };
  return slot;
}

ConfigSlot durations(std::vector<std::chrono::milliseconds>& target) {
  return {.kind = ConfigKind::list,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            std::vector<std::chrono::milliseconds> read;
            for (const std::string& item : std::get<std::vector<std::string>>(value)) {
              const auto wait = parse_duration(item);
              if (!wait || wait->count() < 1 || *wait > std::chrono::days{30})
                return "durations from \"1ms\" to \"30d\", as in \"5s\", \"5m\", \"2h\"";
              read.push_back(*wait);
            }
            target = std::move(read);
            return std::nullopt;
          },
          .show =
              [&target] {
                std::vector<std::string> items;
                for (const auto item : target) items.push_back(show_duration(item));
                return fmt::format("[{}]", fmt::join(items, ", "));
              }};
}

ConfigSlot dollars(std::int64_t& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            const auto read = read_dollars(std::get<std::string>(value));
            if (!read) return takes_dollars;
            target = *read;
            return std::nullopt;
          },
          .show = [&target] { return show_dollars(target); }};
}

ConfigSlot dollars(std::optional<std::int64_t>& target) {
  return {.kind = ConfigKind::text,
          .set = [&target](const ConfigValue& value) -> std::optional<std::string> {
            const std::string& written = std::get<std::string>(value);
            target = read_dollars(written);
            if (!target && !written.empty()) return takes_dollars;
            return std::nullopt;
          },
          .show = [&target] { return target ? show_dollars(*target) : toml_string(""); }};
}

ConfigSlot address(std::string& target) {
  ConfigSlot slot = text(target);
  slot.set = [set = slot.set](const ConfigValue& value) -> std::optional<std::string> {
    const std::string& written = std::get<std::string>(value);
    const auto colon = written.rfind(':');
    const auto port =
        colon == std::string::npos ? std::nullopt : parse_integer(written.substr(colon + 1));
    if (!port || *port < 0 || *port > 65'535 || colon == 0)
      return "an address and a port from 0 to 65535, as in \"127.0.0.1:8321\" or \"[::1]:8321\"";
    return set(value);
  };
  return slot;
}

}  // namespace sextant::app
