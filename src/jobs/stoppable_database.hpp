// The store in the hands of work that may be stopped: from that moment on it reads and writes
// nothing more, so the work ends at its next step, and whoever has lost its job is silent.
#pragma once

#include <memory>
#include <stop_token>
#include <utility>

#include "db/database.hpp"

namespace sextant::jobs {

class StoppableDatabase : public db::Database {
 public:
  StoppableDatabase(db::Database& whole, std::stop_token stop)
      : whole_(whole), stop_(std::move(stop)) {}

  Result<db::Lease> reader() override {
    TRY(check());
    return whole_.reader();
  }
  Result<void> write(const std::function<Result<void>(db::Connection&)>& work) override {
    TRY(check());
    return whole_.write([&](db::Connection& connection) -> Result<void> {
      TRY(work(connection));
      return check();
    });
  }
  Result<void> change(const db::Query& query,
                      const std::function<void(const db::Row&)>& sink) override {
    TRY(check());
    return whole_.change(query, sink);
  }

 private:
  Result<void> check() const {
    if (stop_.stop_requested()) return fail(ErrorKind::unavailable, "the work was stopped");
    return {};
  }
  // What is lent here belongs to the whole, and goes back there.
  void give_back(std::unique_ptr<db::Connection>) override {}

  db::Database& whole_;
  const std::stop_token stop_;
};

}  // namespace sextant::jobs
