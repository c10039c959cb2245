#include "scoring/model_settings.hpp"

#include "base/text.hpp"

namespace sextant::scoring {

std::string_view name(ModelProvider provider) {
  switch (provider) {
    case ModelProvider::none:
      return "none";
    case ModelProvider::anthropic:
      return "anthropic";
    case ModelProvider::openai:
      return "openai";
  }
  return "";
}

std::string_view name(ModelMode mode) {
  return mode == ModelMode::adjust ? "adjust" : "replace";
}

std::int64_t cost_of(const TokenUse& tokens, const ModelPrices& prices) {
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t plain = tokens.input - tokens.cached - tokens.cache_written;
  const std::int64_t sum = plain * prices.input + tokens.output * prices.output +
                           tokens.cached * prices.cached_input.value_or(prices.input) +
                           tokens.cache_written * prices.cache_write.value_or(prices.input);
  return (sum + million - 1) / million;
}

std::string ModelSettings::full_name() const {
  return std::string(name(provider)) + '/' + model;
}

std::string ModelSettings::url() const {
  const bool is_anthropic = provider == ModelProvider::anthropic;
  std::string url = !base_url.empty() ? base_url
                    : is_anthropic    ? "https://api.anthropic.com"
                                      : "https://api.openai.com/v1";
  while (url.ends_with('/')) url.pop_back();
  // Some write Anthropic's with the version, as OpenAI's is.
  if (is_anthropic && url.ends_with("/v1")) url.resize(url.size() - 3);
  return url + (is_anthropic ? "/v1/messages" : "/chat/completions");
}

}  // namespace sextant::scoring
