#include "app/config_keys.hpp"

#include "app/config_slots.hpp"

namespace sextant::app {
namespace {

constexpr std::int64_t thousand = 1000;
constexpr std::int64_t million = thousand * thousand;

constexpr Choice<log::Level> levels[] = {{"debug", log::Level::debug},
                                         {"info", log::Level::info},
                                         {"warning", log::Level::warning},
                                         {"error", log::Level::error},
                                         {"off", log::Level::off}};
constexpr Choice<scoring::EffortScale> effort_scales[] = {{"tiers", scoring::EffortScale::tiers},
                                                          {"smooth", scoring::EffortScale::smooth},
                                                          {"off", scoring::EffortScale::off}};
constexpr Choice<scoring::ModelProvider> providers[] = {
    {"none", scoring::ModelProvider::none},
    {"anthropic", scoring::ModelProvider::anthropic},
    {"openai", scoring::ModelProvider::openai}};
constexpr Choice<scoring::ModelMode> model_modes[] = {{"adjust", scoring::ModelMode::adjust},
                                                      {"replace", scoring::ModelMode::replace}};
constexpr Choice<velocity::DirectCommits> direct_commits[] = {
    {"auto", velocity::DirectCommits::automatic},
    {"on", velocity::DirectCommits::on},
    {"off", velocity::DirectCommits::off}};

constexpr ConfigKey keys[] = {
    {"data",
     "Where the store, the clones and the secret key are kept. Empty: $XDG_DATA_HOME/sextant, "
     "else\n"
     "~/.local/share/sextant.",
     [](Config& c) { return path(c.data); }},
    {"listen", "Address and port to serve on; port 0 takes a free one.",
     [](Config& c) { return address(c.http.listen); }},
    {"secret_key",
     "What cursors are sealed with. Empty: made at the first start and kept in the data directory. "
     "Nodes that\n"
     "share a database need the same one.",
     [](Config& c) { return secret(c.secret_key); }},
    {"log_level", "The least that is logged: debug, info, warning, error, or off.",
     [](Config& c) { return choice(c.log_level, levels); }},

    {"database.url",
     "Empty: an SQLite file in the data directory. Else a PostgreSQL database, 13 or later, that "
     "any number of\n"
     "nodes may share: \"postgresql://user:password@host:5432/name?sslmode=verify-full\".",
     [](Config& c) { return secret(c.database.url); }},
    {"database.busy_timeout", "How long a writer waits for one in another process.",
     [](Config& c) { return duration(c.database.busy_timeout); }},
    {"database.connections",
     "To PostgreSQL, from this process, at most; a quarter of them are for writing.",
     [](Config& c) { return integer(c.database.connections, 2, 1000); }},
    {"database.connection_wait",
     "How long a request waits for a free one before it is answered 503.",
     [](Config& c) { return duration(c.database.connection_wait); }},
    {"database.connect_timeout", "How long PostgreSQL may take to accept one, for each host.",
     [](Config& c) { return duration(c.database.connect_timeout); }},
    {"database.statement_timeout", "How long PostgreSQL may work on one statement.",
     [](Config& c) { return duration(c.database.statement_timeout); }},

    {"jobs.workers", "How many background jobs, such as imports, a node does at a time.",
     [](Config& c) { return integer(c.jobs.workers, 1, 64); }},

    {"http.loops", "Event loops; 0 is one a core.",
     [](Config& c) { return integer(c.http.loops, 0, 1024); }},
    {"http.workers", "Threads for long answers, such as CSV.",
     [](Config& c) { return integer(c.http.workers, 1, 1024); }},
    {"http.connections", "Open at once; more wait to be accepted.",
     [](Config& c) { return integer(c.http.connections, 1, million); }},
    {"http.header_bytes", "Longest request line with its headers; more is answered 414 or 431.",
     [](Config& c) { return integer(c.http.header_bytes, thousand, million); }},
    {"http.body_bytes", "Longest body of a request; more is answered 413.",
     [](Config& c) { return integer(c.http.body_bytes, 0, thousand * million); }},
    {"http.header_timeout", "From a request's first byte to the end of its headers.",
     [](Config& c) { return duration(c.http.header_timeout); }},
    {"http.body_timeout", "From there to the end of its body.",
     [](Config& c) { return duration(c.http.body_timeout); }},
    {"http.idle_timeout", "Between two requests of a connection.",
     [](Config& c) { return duration(c.http.idle_timeout); }},
    {"http.write_timeout", "For a client that takes nothing of its answer.",
     [](Config& c) { return duration(c.http.write_timeout); }},
    {"http.stream_bytes_per_second",
     "A reader of a long answer slower than this over a minute is cut off, since what it reads "
     "holds the\n"
     "store's log back.",
     [](Config& c) { return integer(c.http.stream_bytes_per_second, 0, thousand * million); }},
    {"http.tls_certificate", "PEM files; both or neither.",
     [](Config& c) { return text(c.http.tls_certificate); }},
    {"http.tls_key", "", [](Config& c) { return text(c.http.tls_key); }},

    {"scoring.effort_scale",
     "How size scales a score: \"tiers\" (six steps), \"smooth\" (a curve through them, without "
     "cliffs) or\n"
     "\"off\" (the base score alone).",
     [](Config& c) { return choice(c.scoring.effort_scale, effort_scales); }},
    {"scoring.ignore",
     "Globs of paths that do not count, beside vendored, generated and locked files.",
     [](Config& c) { return globs(c.scoring.ignore); }},

    {"llm.provider",
     "The language model that `sextant score --scorer llm` asks: \"none\", \"anthropic\" "
     "(Messages), or\n"
     "\"openai\" (chat completions, which most local model servers speak too). See "
     "docs/models.md.",
     [](Config& c) { return choice(c.llm.provider, providers); }},
    {"llm.base_url",
     "Empty: the provider's own. Else where /v1/messages (anthropic) or /chat/completions "
     "(openai) are:\n"
     "\"http://127.0.0.1:8080/v1\".",
     [](Config& c) { return url(c.llm.base_url); }},
    {"llm.api_key", "", [](Config& c) { return header_secret(c.llm.api_key); }},
    {"llm.model", "Its name, as the provider spells it.",
     [](Config& c) { return text(c.llm.model); }},
    {"llm.mode",
     "What its opinion does: \"adjust\" moves each static sub-score by at most adjust_max "
     "points,\n"
     "\"replace\" puts its own in their place.",
     [](Config& c) { return choice(c.llm.mode, model_modes); }},
    {"llm.adjust_max", "", [](Config& c) { return integer(c.llm.adjust_max, 0, 20); }},
    {"llm.diff_bytes",
     "How much of a change it is shown; a longer one is cut, and the score says so.",
     [](Config& c) { return integer(c.llm.diff_bytes, thousand, 4 * million); }},
    {"llm.answer_tokens", "The longest answer.",
     [](Config& c) { return integer(c.llm.answer_tokens, 256, 100 * thousand); }},
    {"llm.timeout", "For one request, and for one score with all its retries.",
     [](Config& c) { return duration(c.llm.timeout); }},
    {"llm.deadline", "", [](Config& c) { return duration(c.llm.deadline); }},
    {"llm.attempts",
     "How often it is asked before the static score stands, and the wait after the first failure;\n"
     "then it doubles. What the server says in Retry-After is kept to.",
     [](Config& c) { return integer(c.llm.attempts, 1, 20); }},
    {"llm.retry_wait", "", [](Config& c) { return duration(c.llm.retry_wait); }},
    {"llm.concurrency", "Questions of one organisation under way at once, over all nodes.",
     [](Config& c) { return integer(c.llm.limits.concurrency, 1, 64); }},
    {"llm.tokens_per_day",
     "What one organisation may spend in a day (UTC); beyond, the static score stands. The second "
     "limit\n"
     "needs the prices.",
     [](Config& c) { return integer(c.llm.limits.tokens_per_day, 0, million * million); }},
    {"llm.dollars_per_day", "",
     [](Config& c) { return dollars(c.llm.limits.micro_dollars_per_day); }},
    {"llm.input_price",
     "Dollars for a million tokens, as the provider's price list has them. The last two, empty: as "
     "input.",
     [](Config& c) { return dollars(c.llm.prices.input); }},
    {"llm.output_price", "", [](Config& c) { return dollars(c.llm.prices.output); }},
    {"llm.cached_input_price", "", [](Config& c) { return dollars(c.llm.prices.cached_input); }},
    {"llm.cache_write_price", "", [](Config& c) { return dollars(c.llm.prices.cache_write); }},

    {"velocity.rate_per_minute", "Requests of one organisation to one endpoint.",
     [](Config& c) { return integer(c.rates.per_minute, 1, thousand * million); }},
    {"velocity.rate_per_day", "",
     [](Config& c) { return integer(c.rates.per_day, 1, thousand * million); }},
    {"velocity.field_selection",
     "Whether the parameter `fields` selects; otherwise it is accepted and every field returned.",
     [](Config& c) { return flag(c.velocity.field_selection); }},
    {"velocity.score_direct_commits",
     "Whether commits without a pull request are scored: \"on\", \"off\", or \"auto\" (in "
     "repositories that\n"
     "hold no pull requests at all). Decided at a repository's first import.",
     [](Config& c) { return choice(c.velocity.score_direct_commits, direct_commits); }},
    {"velocity.bots", "Logins, names or addresses of bots, beside those that are known.",
     [](Config& c) { return list(c.velocity.bots); }},
    {"velocity.refresh_every",
     "How often repositories that were imported by URL are imported again by themselves; \"0s\" is "
     "never.",
     [](Config& c) { return repeat(c.velocity.refresh_every); }},

    {"leads.delete_on_unstar", "Whether a star that is taken back takes its lead along.",
     [](Config& c) { return flag(c.leads.delete_on_unstar); }},
    {"leads.announce_backfill",
     "Whether leads from archives are announced to webhooks as fresh ones are.",
     [](Config& c) { return flag(c.leads.announce_backfill); }},
    {"leads.release_at_month_turn",
     "Whether leads kept over a plan's monthly quota are shown when the next month has room; "
     "otherwise\n"
     "when the plan rises.",
     [](Config& c) { return flag(c.leads.release_at_month_turn); }},

    {"github.webhook_secret",
     "What GitHub signs the events with that it posts to /webhooks/github. Empty: they are "
     "refused. An\n"
     "organisation's own address and secret are made by `sextant hook create`.",
     [](Config& c) { return secret(c.github_webhook_secret); }},

    {"webhooks.timeout", "How long an endpoint may take to answer a delivery.",
     [](Config& c) { return duration(c.hooks.timeout); }},
    {"webhooks.retry_schedule", "How long to wait after each failed attempt; then it has failed.",
     [](Config& c) { return durations(c.hooks.waits); }},
    {"webhooks.allow_insecure", "Whether endpoints may be http:// too.",
     [](Config& c) { return flag(c.hooks.reach.allow_insecure); }},
    {"webhooks.allow_private",
     "Whether endpoints may be on loopback, private or otherwise internal addresses.",
     [](Config& c) { return flag(c.hooks.reach.allow_private); }},
};

}  // namespace

std::string ConfigKey::variable() const {
  std::string name = "SEXTANT_";
  for (const char c : path)
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::span<const ConfigKey> config_keys() {
  return keys;
}

}  // namespace sextant::app
