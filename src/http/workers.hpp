// Threads for what would block an event loop, taking jobs in the order they came.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sextant::http {

class Workers {
 public:
  using Job = std::move_only_function<void()>;  // throws nothing

  explicit Workers(int count);
  ~Workers() { stop(); }

  void submit(Job job);
  // Drops the jobs that have not begun and waits for those that have.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable has_job_;
  std::deque<Job> jobs_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sextant::http
