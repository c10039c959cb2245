// For tests: a store that can be taken away, or only its writing.
#pragma once

#include <atomic>

#include "db/database.hpp"

namespace sextant::testing {

class FickleDatabase : public db::Database {
 public:
  explicit FickleDatabase(db::Database& whole) : whole_(whole) {}

  Result<db::Lease> reader() override {
    if (is_away_) return refuse();
    return whole_.reader();
  }
  Result<void> write(const std::function<Result<void>(db::Connection&)>& work) override {
    if (is_away_ || loses_writes_) return refuse();
    return whole_.write(work);
  }

  void leave() { is_away_ = true; }
  void come_back() { is_away_ = loses_writes_ = false; }
  void lose_writes() { loses_writes_ = true; }
  // Until it was asked so often in vain.
  void wait_for_refusals(int count) const {
    for (int now = refused_; now < count; now = refused_) refused_.wait(now);
  }

 private:
  std::unexpected<Error> refuse() {
    ++refused_;
    refused_.notify_all();
    return fail(ErrorKind::unavailable, "the store is away");
  }
  void give_back(std::unique_ptr<db::Connection>) override {}

  db::Database& whole_;
  std::atomic<bool> is_away_ = false;
  std::atomic<bool> loses_writes_ = false;
  std::atomic<int> refused_ = 0;
};

}  // namespace sextant::testing
