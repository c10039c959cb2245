#include "testing/db_postgres_server.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/log.hpp"
#include "db/postgres_connection.hpp"

namespace sextant::testing {
namespace {

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";
constexpr auto patience = std::chrono::seconds{60};

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Null unless we are root.
const passwd* other_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (!user) throw std::runtime_error("there is no user postgres: install postgresql-15");
  return user;
}

void become(const passwd* user) {
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
}

// Waits in a process of its own until this program has ended, and clears up after it if need be.
int leave_a_lifeline(const std::filesystem::path& directory) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t watcher = fork();
  if (watcher != 0) {
    close(ends[0]);
    return ends[1];
  }
  close(ends[1]);
  setsid();
  char byte;
  while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
  }
  // The server has had its signal; it needs its files until it is gone.
  const std::string pid_file = directory / "data" / "postmaster.pid";
  for (int i = 0; i < 100 && access(pid_file.c_str(), F_OK) == 0; ++i) usleep(50'000);
  execl("/bin/rm", "rm", "-rf", directory.c_str(), nullptr);
  _exit(1);
}

}  // namespace

PostgresServer::PostgresServer(Disk disk) : disk_(disk) {
  log::set_level(log::Level::error);  // that a server went is no news to whoever stopped it
  if (!std::filesystem::exists(programs / "initdb"))
    throw std::runtime_error(
        "the tests need PostgreSQL: install postgresql-15 (./x test does so by itself)");
  if (const passwd* user = other_user();
      user && chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give a directory to the user postgres");
  const pid_t made = launch({programs / "initdb", "-D", data_, "-U", "postgres", "-A", "trust",
                             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"},
                            directory_.path() / "initdb.log");
  int status = 0;
  if (waitpid(made, &status, 0) != made || status != 0)
    throw std::runtime_error("initdb failed: " + read_file(directory_.path() / "initdb.log"));
  std::ofstream(data_ / "pg_hba.conf") << "local all postgres trust\nlocal all all scram-sha-256\n";
  lifeline_ = leave_a_lifeline(directory_.path());
  start();
}

PostgresServer::~PostgresServer() {
  try {
    stop();
  } catch (const std::exception&) {
    signal_all(SIGKILL);
  }
  close(lifeline_);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

pid_t PostgresServer::launch(const std::vector<std::string>& command,
                             const std::filesystem::path& log) const {
  const passwd* user = other_user();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  become(user);
  // An immediate shutdown, when the program ends before it could say goodbye.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir(directory_.path().c_str()) != 0) _exit(126);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

void PostgresServer::start() {
  const std::string safe = disk_ == Disk::safe ? "on" : "off";
  std::vector<std::string> command{programs / "postgres", "-D", data_, "-k", directory_.path()};
  for (const std::string& setting :
       {std::string("listen_addresses="), "fsync=" + safe, "full_page_writes=" + safe,
        std::string("max_connections=60"), std::string("shared_buffers=64MB"),
        std::string("autovacuum=off"), std::string("logging_collector=off")}) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  server_ = launch(command, directory_.path() / "server.log");
  wait_until_ready();
}

// The server writes into its last line how it is.
void PostgresServer::wait_until_ready() const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (read_file(data_ / "postmaster.pid").find("\nready") != std::string::npos) return;
    if (waitpid(server_, nullptr, WNOHANG) != 0)
      throw std::runtime_error("PostgreSQL did not start: " + log());
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  throw std::runtime_error("PostgreSQL does not get ready: " + log());
}

std::string PostgresServer::log() const {
  return read_file(directory_.path() / "server.log");
}

void PostgresServer::stop() {
  if (server_ < 0) return;
  kill(server_, SIGINT);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (waitpid(server_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error("PostgreSQL does not stop");
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  server_ = -1;
}

void PostgresServer::kill_nine() {
  const auto all = freeze();
  for (const pid_t process : all) kill(process, SIGKILL);
  waitpid(server_, nullptr, 0);
  // The others belong to whoever adopts orphans; a new server refuses to start beside them.
  for (const pid_t process : all)
    while (kill(process, 0) == 0 &&
           read_file(fmt::format("/proc/{}/stat", process)).find(") Z") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
  server_ = -1;
  std::filesystem::remove(data_ / "postmaster.pid");
}

void PostgresServer::pause() {
  freeze();
}
void PostgresServer::go_on() {
  signal_all(SIGCONT);
}

void PostgresServer::be_standby() {
  std::ofstream(data_ / "standby.signal");
}

void PostgresServer::signal_all(int signal) const {
  for (const pid_t process : processes()) kill(process, signal);
}

// The list of children is only whole once none of them ends and no other is made.
std::vector<pid_t> PostgresServer::freeze() const {
  if (server_ < 0) return {};
  kill(server_, SIGSTOP);
  waitpid(server_, nullptr, WUNTRACED);
  for (std::vector<pid_t> frozen;;) {
    const auto all = processes();
    if (all == frozen) return all;
    for (const pid_t process : all) kill(process, SIGSTOP);
    frozen = all;
  }
}

// The server first, then its children.
std::vector<pid_t> PostgresServer::processes() const {
  if (server_ < 0) return {};
  std::vector<pid_t> all{server_};
  std::istringstream children(read_file(fmt::format("/proc/{0}/task/{0}/children", server_)));
  for (pid_t child; children >> child;) all.push_back(child);
  return all;
}

void PostgresServer::run(const std::string& sql) {
  db::PostgresConnector connector(value_of(db::read_postgres_url({.url = url("postgres")})));
  value_of(value_of(db::PostgresConnection::open(connector, db::Access::write))->run_script(sql));
}

Secret PostgresServer::url(const std::string& database, const std::string& user) const {
  return Secret(url_text(user, database));
}

std::string PostgresServer::url_text(const std::string& login, const std::string& database,
                                     const std::string& parameters) const {
  return fmt::format("postgresql://{}@/{}?host={}{}", login, database, directory_.path().string(),
                     parameters);
}

std::string PostgresServer::new_name() {
  return fmt::format("test_{}", ++named_);
}

const std::string& PostgresServer::migrated() {
  if (migrated_.empty()) {
    run("CREATE DATABASE migrated");
    value_of(db::migrate(*value_of(db::open_postgres({.url = url("migrated")}))));
    migrated_ = "migrated";
  }
  return migrated_;
}

}  // namespace sextant::testing
