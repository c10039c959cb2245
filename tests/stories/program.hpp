// The program as people run it: commands with their output, and a server with its end.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "testing/db_sqlite.hpp"
#include "testing/http_client.hpp"

namespace sextant::testing {

struct Ran {
  int status = 0;
  std::string output;  // standard output, without the line end at its end
};

class Program {
 public:
  Program() { ::setenv("SEXTANT_LOG_LEVEL", "info", 1); }

  // `sextant ARGUMENTS` on this test's own data; arguments hold no quotes.
  Ran run(const std::string& arguments) const {
    const std::string command = std::string(SEXTANT_PROGRAM " --data ") + data().string() + " " +
                                arguments + " 2>/dev/null";
    FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run " + command);
    Ran ran;
    char block[4096];
    for (std::size_t got; (got = std::fread(block, 1, sizeof block, pipe)) > 0;)
      ran.output.append(block, got);
    ran.status = WEXITSTATUS(::pclose(pipe));
    while (ran.output.ends_with('\n')) ran.output.pop_back();
    return ran;
  }
  std::string output(const std::string& arguments) const {
    const Ran ran = run(arguments);
    if (ran.status != 0)
      throw std::runtime_error("sextant " + arguments + " ended with " +
                               std::to_string(ran.status));
    return ran.output;
  }
  std::filesystem::path data() const { return directory_.path() / "data"; }

 private:
  TemporaryDirectory directory_;
};

// `sextant ARGUMENTS` in another process, which may be ended before it has.
class RunningCommand {
 public:
  RunningCommand(const Program& program, const std::string& arguments) : process_(::fork()) {
    if (process_ != 0) return;
    const std::string command = std::string("exec " SEXTANT_PROGRAM " --data ") +
                                program.data().string() + " " + arguments + " >/dev/null 2>&1";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;
  ~RunningCommand() {
    if (process_ > 0) end_by(SIGKILL);
  }

  // The exit status; -1 where it ended otherwise.
  int end_by(int signal) {
    ::kill(process_, signal);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_;
};

// `sextant serve` on a free port, in another process.
class RunningServer {
 public:
  explicit RunningServer(const Program& program,
                         const std::vector<std::pair<std::string, std::string>>& environment = {}) {
    int pipe[2];
    if (::pipe(pipe) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
      ::dup2(pipe[1], STDERR_FILENO);
      ::close(pipe[0]);
      ::close(pipe[1]);
      ::execl(SEXTANT_PROGRAM, SEXTANT_PROGRAM, "--data", program.data().c_str(), "serve",
              "--listen", "127.0.0.1:0", nullptr);
      ::_exit(127);
    }
    ::close(pipe[1]);
    log_ = ::fdopen(pipe[0], "r");
    // It says its port once it listens.
    char line[4096];
    while (port_ == 0 && std::fgets(line, sizeof line, log_)) {
      const std::string text = line;
      if (const auto at = text.find(" port="); at != text.npos)
        port_ = static_cast<std::uint16_t>(std::atoi(text.c_str() + at + 6));
    }
    if (port_ == 0) {
      end();
      throw std::runtime_error("the server did not start");
    }
    // A log that nobody reads would stop the server once the pipe is full.
    reading_ = std::jthread([log = log_] {
      char rest[4096];
      while (std::fgets(rest, sizeof rest, log)) continue;
    });
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() { end(); }

  std::uint16_t port() const { return port_; }

  Answer get(const std::string& target, const std::string& token = "",
             const std::string& headers = "") const {
    HttpClient client(port_);
    return client.get(target,
                      (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + headers);
  }

  // SIGTERM; the exit status.
  int stop() {
    ::kill(process_, SIGTERM);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  void end() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    if (reading_.joinable()) reading_.join();
    std::fclose(log_);
  }

  pid_t process_ = -1;
  FILE* log_ = nullptr;
  std::jthread reading_;
  std::uint16_t port_ = 0;
};

}  // namespace sextant::testing
