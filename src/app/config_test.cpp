#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/config_keys.hpp"

namespace sextant::app {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path example = SEXTANT_SOURCE_DIR "/config/sextant.example.toml";

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> shown(Config config) {
  std::map<std::string, std::string> values;
  for (const ConfigKey& key : config_keys())
    values[std::string(key.path)] = key.slot(config).show();
  return values;
}

Config parsed(std::string_view file, const Environment& environment = {}) {
  const auto config = parse_config(file, "sextant.toml", environment);
  EXPECT_TRUE(config) << config.error().message;
  return config.value_or(Config{});
}

std::string mistakes(std::string_view file, const Environment& environment = {}) {
  const auto config = parse_config(file, "sextant.toml", environment);
  EXPECT_FALSE(config);
  return config ? "" : config.error().message;
}

TEST(Config, TheExampleShowsEveryKeyWithItsDefault) {
  EXPECT_EQ(content(example), example_config());
}

TEST(Config, TheExampleLoadsToExactlyTheDefaults) {
  const auto config = load_config(example, {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(shown(*config), shown(*load_config(std::nullopt, {})));
}

TEST(Config, FileWinsOverDefaultAndEnvironmentOverFile) {
  constexpr std::string_view file = "[velocity]\nrate_per_minute = 7\nrate_per_day = 8\n";
  const Config config = parsed(file, {{"SEXTANT_VELOCITY_RATE_PER_DAY", "9"}});
  EXPECT_EQ(config.rates.per_minute, 7);
  EXPECT_EQ(config.rates.per_day, 9);
  EXPECT_EQ(Config{}.rates.per_minute, 60);
}

TEST(Config, ReadsEveryKindFromTheFile) {
  const Config config = parsed(R"(
data = "/srv/sextant"
log_level = "warning"
[http]
header_timeout = "250ms"
header_bytes = 32768
[scoring]
effort_scale = "smooth"
ignore = ["docs/**", "*.snap"]
[velocity]
field_selection = true
score_direct_commits = "off"
)");
  EXPECT_EQ(config.data, "/srv/sextant");
  EXPECT_EQ(config.log_level, log::Level::warning);
  EXPECT_EQ(config.http.header_timeout, milliseconds{250});
  EXPECT_EQ(config.http.header_bytes, 32768u);
  EXPECT_EQ(config.scoring.effort_scale, scoring::EffortScale::smooth);
  EXPECT_THAT(config.scoring.ignore, ::testing::ElementsAre("docs/**", "*.snap"));
  EXPECT_TRUE(config.velocity.field_selection);
  EXPECT_EQ(config.velocity.score_direct_commits, velocity::DirectCommits::off);
}

TEST(Config, ReadsEveryKindFromTheEnvironment) {
  const Config config = parsed("", {{"SEXTANT_DATA", "/srv/sextant"},
                                    {"SEXTANT_LISTEN", "[::1]:0"},
                                    {"SEXTANT_SECRET_KEY", "a long secret"},
                                    {"SEXTANT_DATABASE_URL", "postgresql://localhost/sextant"},
                                    {"SEXTANT_HTTP_LOOPS", "1"},
                                    {"SEXTANT_HTTP_IDLE_TIMEOUT", "5m"},
                                    {"SEXTANT_VELOCITY_FIELD_SELECTION", "1"},
                                    {"SEXTANT_VELOCITY_BOTS", "ci, robot@example.com,"}});
  EXPECT_EQ(config.data, "/srv/sextant");
  EXPECT_EQ(config.http.listen, "[::1]:0");
  EXPECT_EQ(config.secret_key.reveal(), "a long secret");
  EXPECT_EQ(config.database.url.reveal(), "postgresql://localhost/sextant");
  EXPECT_EQ(config.http.loops, 1);
  EXPECT_EQ(config.http.idle_timeout, std::chrono::minutes{5});
  EXPECT_TRUE(config.velocity.field_selection);
  EXPECT_THAT(config.velocity.bots, ::testing::ElementsAre("ci", "robot@example.com"));
}

TEST(Config, TellsEveryMistakeAtOnceWithItsLine) {
  const std::string text = mistakes(
      "log_level = \"loud\"\n"
      "[velocity]\n"
      "rate_per_minut = 5\n"
      "rate_per_day = 0\n"
      "field_selection = \"yes\"\n"
      "bots = [1]\n"
      "[http]\n"
      "header_timeout = \"ten\"\n",
      {{"SEXTANT_HTTP_LOOPS", "many"}, {"SEXTANT_LISTEN", "8321"}});
  EXPECT_EQ(
      text,
      "sextant.toml:1: log_level takes one of debug, info, warning, error, off\n"
      "sextant.toml:3: velocity.rate_per_minut is no setting; did you mean "
      "velocity.rate_per_minute?\n"
      "sextant.toml:4: velocity.rate_per_day takes a number from 1 to 1000000000\n"
      "sextant.toml:5: velocity.field_selection takes true or false\n"
      "sextant.toml:6: velocity.bots takes a list of texts\n"
      "sextant.toml:8: http.header_timeout takes a duration from \"1ms\" to \"1h\", as in "
      "\"250ms\", \"30s\", "
      "\"5m\"\n"
      "SEXTANT_LISTEN takes an address and a port from 0 to 65535, as in \"127.0.0.1:8321\" or "
      "\"[::1]:8321\"\n"
      "SEXTANT_HTTP_LOOPS takes a whole number");
}

TEST(Config, RefusesGlobsThatNoPathCanMeet) {
  EXPECT_THAT(mistakes("[scoring]\nignore = [\"gen\", \"./src\"]\n"),
              HasSubstr("sextant.toml:2: scoring.ignore takes globs of paths: \"./src\" can match "
                        "nothing"));
  EXPECT_THAT(mistakes("", {{"SEXTANT_SCORING_IGNORE", "gen,../x"}}),
              HasSubstr("SEXTANT_SCORING_IGNORE takes globs of paths: \"../x\""));
}

TEST(Config, RefreshesNeverUnlessItIsSaidHowOften) {
  const auto every = [](const std::string& written) {
    return parsed("[velocity]\nrefresh_every = \"" + written + "\"\n").velocity.refresh_every;
  };
  EXPECT_EQ(Config{}.velocity.refresh_every, milliseconds{0});
  EXPECT_EQ(every(""), milliseconds{0});
  EXPECT_EQ(every("0s"), milliseconds{0});
  EXPECT_EQ(every("1m"), std::chrono::minutes{1});
  EXPECT_EQ(every("30d"), std::chrono::days{30});
  for (const char* written : {"59s", "366d", "often"})
    EXPECT_EQ(mistakes("[velocity]\nrefresh_every = \"" + std::string(written) + "\"\n"),
              "sextant.toml:2: velocity.refresh_every takes a duration from \"1m\" to \"365d\", or "
              "\"0s\" for never");
}

TEST(Config, NamesNoNeighbourForAKeyThatIsLikeNone) {
  EXPECT_EQ(mistakes("[weather]\ntemperature_outside = 5\n"),
            "sextant.toml:2: weather.temperature_outside is no setting");
}

TEST(Config, AVariableIsAMistakeOnlyWhenItIsNearlyASetting) {
  EXPECT_EQ(mistakes("", {{"SEXTANT_LISTN", "127.0.0.1:1"}}),
            "SEXTANT_LISTN is no setting; did you mean SEXTANT_LISTEN?");
  EXPECT_TRUE(
      parse_config("", "", {{"SEXTANT_GITHUB_API_URL", "http://127.0.0.1"}, {"LISTEN", "x"}}));
}

TEST(Config, SaysWhereAFileIsNoToml) {
  EXPECT_THAT(mistakes("listen = \"127.0.0.1:1\"\n[http\n"),
              ::testing::StartsWith("sextant.toml:2: "));
  EXPECT_THAT(mistakes("[<section>]\n"), ::testing::StartsWith("sextant.toml:1: "));
  EXPECT_THAT(mistakes(std::string("a = 1\0", 6)), ::testing::StartsWith("sextant.toml:1: "));
}

TEST(Config, LettersBeyondAsciiBelongIntoQuotesAndComments) {
  EXPECT_THAT(mistakes("# Größe\nlog_level = größer\n"), ::testing::StartsWith("sextant.toml:2: "));
  EXPECT_THAT(mistakes("-=0;==i='\uFCFF"), ::testing::StartsWith("sextant.toml:1: "));
  EXPECT_EQ(parsed("\xEF\xBB\xBF"
                   "data = \"/srv/größe\" # ö\n")
                .data,
            "/srv/größe");
  EXPECT_EQ(parsed("data = \"\"\"/srv/\"ö\\\"\"\"\"\" # ö\n").data, "/srv/\"ö\"\"");
  EXPECT_EQ(parsed("data = '/srv\\'\nsecret_key = 'ö'\n").data, "/srv\\");
}

TEST(Config, AMissingFileIsAMistakeThatNamesIt) {
  const auto config = load_config("/nowhere/sextant.toml", {});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::invalid);
  EXPECT_THAT(config.error().message, HasSubstr("/nowhere/sextant.toml"));
  EXPECT_FALSE(load_config("/", {}));
}

TEST(Config, CertificateAndKeyBelongTogether) {
  EXPECT_THAT(mistakes("[http]\ntls_key = \"key.pem\"\n"), HasSubstr("belong together"));
  EXPECT_TRUE(parse_config("[http]\ntls_key = \"k\"\ntls_certificate = \"c\"\n", "", {}));
}

TEST(Config, AModelNeedsItsNameAndItsKey) {
  const auto of = [](const std::string& lines) { return mistakes("[llm]\n" + lines); };
  EXPECT_EQ(of("provider = \"anthropic\"\n"),
            "llm.provider is \"anthropic\", so llm.model is needed: the name of the model to ask\n"
            "llm.provider is \"anthropic\", so llm.api_key is needed");
  EXPECT_THAT(of("provider = \"openai\"\nmodel = \"m\"\n"),
              HasSubstr("llm.api_key is needed; a server of your own, in llm.base_url"));
  EXPECT_EQ(of("provider = \"oracle\"\n"),
            "sextant.toml:2: llm.provider takes one of none, anthropic, openai");
  const Config local = parsed(
      "[llm]\nprovider = \"openai\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:8080/v1\"\n");
  EXPECT_EQ(local.llm.url(), "http://127.0.0.1:8080/v1/chat/completions");
  const Config ours = parsed("", {{"SEXTANT_LLM_PROVIDER", "anthropic"},
                                  {"SEXTANT_LLM_API_KEY", "sk-1"},
                                  {"SEXTANT_LLM_MODEL", "m"},
                                  {"SEXTANT_LLM_MODE", "replace"}});
  EXPECT_EQ(ours.llm.api_key.reveal(), "sk-1");
  EXPECT_EQ(ours.llm.mode, scoring::ModelMode::replace);
  EXPECT_EQ(ours.llm.url(), "https://api.anthropic.com/v1/messages");
}

TEST(Config, AModelsAddressAndKeyFitIntoARequest) {
  for (const char* url :
       {"ftp://x", "x", "https://", "https://me:pw@x", "https://x?a=b", "https://x y"})
    EXPECT_THAT(mistakes("[llm]\nbase_url = \"" + std::string(url) + "\"\n"),
                HasSubstr("llm.base_url takes a URL"))
        << url;
  const std::string text = mistakes("[llm]\napi_key = \"hush\\r\\nX-Other: 1\"\n");
  EXPECT_THAT(text, HasSubstr("llm.api_key takes a key without spaces"));
  EXPECT_THAT(text, Not(HasSubstr("hush")));
}

TEST(Config, PricesAreDollars) {
  const auto price = [](const std::string& written) {
    return parsed("[llm]\ninput_price = \"" + written + "\"\n").llm.prices.input;
  };
  EXPECT_EQ(price("3"), 3'000'000);
  EXPECT_EQ(price("0.25"), 250'000);
  EXPECT_EQ(price("15.000001"), 15'000'001);
  for (const char* written : {"", "-1", "1.", ".5", "1e3", "1.0000001", "$3", "9999999999"})
    EXPECT_THAT(mistakes("[llm]\ninput_price = \"" + std::string(written) + "\"\n"),
                HasSubstr("llm.input_price takes an amount of dollars"))
        << written;
  EXPECT_EQ(parsed("[llm]\ncached_input_price = \"\"\n").llm.prices.cached_input, std::nullopt);
  EXPECT_EQ(parsed("[llm]\ncached_input_price = \"0.3\"\n").llm.prices.cached_input, 300'000);
  EXPECT_EQ(shown(parsed("[llm]\ndollars_per_day = \"2.5\"\n"))["llm.dollars_per_day"], "\"2.5\"");
}

TEST(Config, DataGoesWhereTheDesktopRulesSay) {
  EXPECT_EQ(parsed("", {{"XDG_DATA_HOME", "/data"}, {"HOME", "/home/ada"}}).data, "/data/sextant");
  EXPECT_EQ(parsed("", {{"XDG_DATA_HOME", "data"}, {"HOME", "/home/ada"}}).data,
            "/home/ada/.local/share/sextant");
  EXPECT_EQ(parsed("", {{"SEXTANT_DATA", "/mine"}, {"HOME", "/home/ada"}}).data, "/mine");
}

TEST(Config, NeitherMistakesNorTheExampleShowASecret) {
  EXPECT_THAT(mistakes("secret_key = \"hush\"\nlog_level = \"x\"\n"), Not(HasSubstr("hush")));
  EXPECT_THAT(mistakes("[database]\nurl = 5\n", {{"SEXTANT_SECRET_KEY", "hush"}}),
              Not(HasSubstr("hush")));
  EXPECT_EQ(shown(parsed("secret_key = \"hush\"\n"))["secret_key"], "\"***\"");
}

}  // namespace
}  // namespace sextant::app
