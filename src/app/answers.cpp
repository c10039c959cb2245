#include "app/answers.hpp"

namespace sextant::app {

std::optional<Answers::State> Answers::state(db::Connection& db) const {
  const auto epoch = db.epoch();
  if (!epoch) return std::nullopt;
  return State{*epoch, unix_ms(clock_.now()) / 60'000};
}

std::optional<http::Response> Answers::find(const std::string& key, const State& state) {
  const std::lock_guard lock(mutex_);
  if (state != state_) return std::nullopt;
  const auto found = kept_.find(key);
  if (found == kept_.end()) return std::nullopt;
  return found->second;
}

void Answers::keep(const std::string& key, const State& state, http::Response& response) {
  auto* text = std::get_if<std::string>(&response.body);
  if (response.status != 200 || !text) return;
  auto shared = std::make_shared<const std::string>(std::move(*text));
  const std::size_t bytes = shared->size() + key.size();
  response.body = std::move(shared);
  const std::lock_guard lock(mutex_);
  if (state != state_ || bytes_ + bytes > bytes_max) {
    kept_.clear();
    bytes_ = 0;
    state_ = state;
  }
  if (kept_.emplace(key, response).second) bytes_ += bytes;
}

}  // namespace sextant::app
