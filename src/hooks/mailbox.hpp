// What one thread leaves for another, which takes all of it at once.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace sextant::hooks {

template <typename T>
class Mailbox {
 public:
  void put(T one) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(one));
  }
  void put_all(std::vector<T>& many) {
    const std::lock_guard lock(mutex_);
    for (T& one : many) waiting_.push_back(std::move(one));
    many.clear();
  }
  std::vector<T> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<T> waiting_;
};

}  // namespace sextant::hooks
