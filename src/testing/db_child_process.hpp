// For tests: another process, which talks to the test through two pipes. Fork it before the test
// opens a store: only what has no threads yet can be forked.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>

namespace sextant::testing {

class ChildProcess {
 public:
  struct Pipes {
    int in;   // from the test
    int out;  // to the test

    // Blocks until the other side says something, false when it has ended.
    bool await() const {
      char byte;
      return read(in, &byte, 1) == 1;
    }
    void tell() const { (void)!write(out, "x", 1); }
  };

  // `body` runs in the child, which ends after it; what it throws makes the child fail.
  explicit ChildProcess(const std::function<void(const Pipes&)>& body) {
    int down[2];
    int up[2];
    if (pipe(down) != 0 || pipe(up) != 0) throw std::runtime_error("no pipes");
    id_ = fork();
    if (id_ < 0) throw std::runtime_error("no process");
    const bool is_child = id_ == 0;
    pipes_ = is_child ? Pipes{down[0], up[1]} : Pipes{up[0], down[1]};
    close(is_child ? down[1] : down[0]);
    close(is_child ? up[0] : up[1]);
    if (!is_child) return;
    try {
      body(pipes_);
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (id_ > 0) {
      kill();
      join();
    }
    close(pipes_.in);
    close(pipes_.out);
  }

  const Pipes& pipes() const { return pipes_; }
  void kill() const { ::kill(id_, SIGKILL); }
  // Whether it ended well.
  bool join() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t id_ = -1;
  Pipes pipes_{};
};

}  // namespace sextant::testing
