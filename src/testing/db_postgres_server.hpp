// For tests: a PostgreSQL of one's own, on a socket in a temporary directory that nobody else
// sees. It ends with the program, however that ends. PostgreSQL refuses to run as root, so there it
// runs as the user postgres.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/secrets.hpp"
#include "db/database.hpp"
#include "testing/db_sqlite.hpp"

namespace sextant::testing {

class PostgresServer {
 public:
  // Reaching the disk costs time; only a server that is to be killed has to.
  enum class Disk { lazy, safe };

  explicit PostgresServer(Disk disk = Disk::lazy);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // The one that the tests of this program share, started by the first that asks for it.
  static PostgresServer& shared();

  void start();
  void stop();       // as an operator does; connections are cut
  void kill_nine();  // the server and all that serve connections
  void pause();      // it is there and does not answer
  void go_on();
  void be_standby();  // from the next start on, of a primary that is nowhere

  // As the superuser, outside a transaction.
  void run(const std::string& sql);
  // "postgresql://postgres@/NAME?host=..."
  Secret url(const std::string& database, const std::string& user = "postgres") const;
  // The same with a password between user and host, and other parameters.
  std::string url_text(const std::string& login, const std::string& database,
                       const std::string& parameters = "") const;
  // A name that no database had before.
  std::string new_name();
  // The name of a database with this program's schema, made once.
  const std::string& migrated();

 private:
  pid_t launch(const std::vector<std::string>& command, const std::filesystem::path& log) const;
  void wait_until_ready() const;
  std::string log() const;
  std::vector<pid_t> freeze() const;
  std::vector<pid_t> processes() const;
  void signal_all(int signal) const;

  TemporaryDirectory directory_;
  std::filesystem::path data_ = directory_.path() / "data";
  Disk disk_;
  pid_t server_ = -1;
  int lifeline_ = -1;  // a pipe whose other end notices that we are gone
  int named_ = 0;
  std::string migrated_;
};

}  // namespace sextant::testing
