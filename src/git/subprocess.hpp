// A child process, started without a shell: its input is fed, its output read, the last of what it
// says on standard error kept. Destroying it kills it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sextant::git {

class Subprocess {
 public:
  struct Command {
    std::vector<std::string> arguments;    // the program, looked up in PATH, comes first
    std::vector<std::string> environment;  // "NAME=value", nothing else is inherited
    std::function<void(std::string_view)> on_error_output = {};
  };
  struct Exit {
    int status = 0;            // 0 to 255
    int signal = 0;            // what killed it, else 0
    std::string error_output;  // at most its last 8 KiB, trimmed
    bool is_success() const { return status == 0 && signal == 0; }
    std::string reason() const;  // its own words where it said any
  };

  static Result<Subprocess> start(Command command);

  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;
  ~Subprocess();

  // Input is sent while read() waits, never in feed() itself: neither side can block the other.
  void feed(std::string_view input) { input_ += input; }
  void end_input() { input_ends_ = true; }

  // Waits for output and returns how much came; 0 at its end.
  Result<std::size_t> read(std::span<char> room);

  // Waits for the child's end; output that was not read is dropped.
  Exit finish();

 private:
  Subprocess() = default;
  void send_input();
  bool take_error_output();
  void close_all();

  std::function<void(std::string_view)> on_error_output_;
  pid_t pid_ = -1;
  int input_fd_ = -1;
  int output_fd_ = -1;
  int error_fd_ = -1;
  std::string input_;
  std::size_t input_sent_ = 0;
  bool input_ends_ = false;
  std::string error_output_;
};

}  // namespace sextant::git
