#include "git/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace sextant::git {
namespace {

constexpr std::size_t error_output_bytes = 8 << 10;
constexpr int output_pipe_bytes = 1 << 20;

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

// A descriptor above those that the child gets, so that placing one there cannot overwrite another.
int above_standard(int fd) {
  if (fd < 0 || fd > 2) return fd;
  const int higher = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  ::close(fd);
  return higher;
}

struct Channel {
  int ours = -1;
  int theirs = -1;
  ~Channel() {
    close_fd(ours);
    close_fd(theirs);
  }
  bool keep(const int (&ends)[2]) {
    ours = above_standard(ends[0]);
    theirs = above_standard(ends[1]);
    return ours >= 0 && theirs >= 0;
  }
  bool open_pipe() {
    int ends[2];
    return ::pipe2(ends, O_CLOEXEC) == 0 && keep(ends);
  }
  // A socket, unlike a pipe, can be written to without a signal when the child has gone.
  bool open_socket() {
    int ends[2];
    return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 && keep(ends);
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

int spawn(Subprocess::Command& command, const Channel& input, const Channel& output,
          const Channel& error, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.theirs, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.theirs, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error.theirs, STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &pipe_signal);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  const int failure =
      posix_spawnp(&pid, command.arguments.front().c_str(), &actions, &attributes,
                   pointers(command.arguments).data(), pointers(command.environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

}  // namespace

std::string Subprocess::Exit::reason() const {
  if (signal != 0) return fmt::format("killed by signal {}", signal);
  if (!error_output.empty()) return error_output;
  return fmt::format("exit status {}", status);
}

Result<Subprocess> Subprocess::start(Command command) {
  Channel input;
  Channel output;
  Channel error;
  if (!input.open_socket() || !output.open_pipe() || !error.open_pipe())
    return fail(ErrorKind::unavailable,
                fmt::format("no pipe to a child process: {}", std::strerror(errno)));
  const std::string program = command.arguments.front();
  pid_t pid = -1;
  if (const int failure = spawn(command, input, output, error, pid); failure != 0)
    return fail(ErrorKind::unavailable,
                fmt::format("{} cannot be run: {}", program, std::strerror(failure)));

  // A large pipe lets the child work on while we are busy; a refusal only costs speed.
  ::fcntl(output.ours, F_SETPIPE_SZ, output_pipe_bytes);
  ::fcntl(error.ours, F_SETFL, O_NONBLOCK);
  Subprocess child;
  child.pid_ = pid;
  child.on_error_output_ = std::move(command.on_error_output);
  child.input_fd_ = std::exchange(input.ours, -1);
  child.output_fd_ = std::exchange(output.ours, -1);
  child.error_fd_ = std::exchange(error.ours, -1);
  return child;
}

Subprocess::Subprocess(Subprocess&& other) noexcept {
  *this = std::move(other);
}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this == &other) return *this;
  close_all();
  on_error_output_ = std::move(other.on_error_output_);
  pid_ = std::exchange(other.pid_, -1);
  input_fd_ = std::exchange(other.input_fd_, -1);
  output_fd_ = std::exchange(other.output_fd_, -1);
  error_fd_ = std::exchange(other.error_fd_, -1);
  input_ = std::move(other.input_);
  input_sent_ = std::exchange(other.input_sent_, 0);
  input_ends_ = other.input_ends_;
  error_output_ = std::move(other.error_output_);
  return *this;
}

Subprocess::~Subprocess() {
  close_all();
}

void Subprocess::close_all() {
  close_fd(input_fd_);
  close_fd(output_fd_);
  close_fd(error_fd_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

void Subprocess::send_input() {
  while (input_sent_ < input_.size()) {
    const ssize_t sent = ::send(input_fd_, input_.data() + input_sent_, input_.size() - input_sent_,
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {  // the child does not listen any more; its exit status will say why
      input_ends_ = true;
      break;
    }
    input_sent_ += static_cast<std::size_t>(sent);
  }
  input_.clear();
  input_sent_ = 0;
  if (input_ends_) close_fd(input_fd_);
}

// False at the end of the error output.
bool Subprocess::take_error_output() {
  std::array<char, 4096> block;
  while (true) {
    const ssize_t got = ::read(error_fd_, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) return false;
    const std::string_view text(block.data(), static_cast<std::size_t>(got));
    if (on_error_output_) on_error_output_(text);
    error_output_ += text;
    if (error_output_.size() > 2 * error_output_bytes)
      error_output_.erase(0, error_output_.size() - error_output_bytes);
  }
}

Result<std::size_t> Subprocess::read(std::span<char> room) {
  while (output_fd_ >= 0) {
    if (input_fd_ >= 0) send_input();
    const bool has_input = input_fd_ >= 0 && !input_.empty();
    std::array<pollfd, 3> waits = {{{output_fd_, POLLIN, 0},
                                    {error_fd_, POLLIN, 0},
                                    {has_input ? input_fd_ : -1, POLLOUT, 0}}};
    if (::poll(waits.data(), waits.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::unavailable, std::strerror(errno));
    }
    if (waits[1].revents != 0 && !take_error_output()) close_fd(error_fd_);
    if (waits[0].revents == 0) continue;
    const ssize_t got = ::read(output_fd_, room.data(), room.size());
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno == EINTR) continue;
    close_fd(output_fd_);
  }
  return 0;
}

Subprocess::Exit Subprocess::finish() {
  close_fd(input_fd_);
  close_fd(output_fd_);
  int status = 0;
  while (pid_ >= 0) {
    // What the child left behind (a connection kept open by ssh) may hold its error output open for
    // long, so the child's own end is looked for as well.
    pollfd wait{error_fd_, POLLIN, 0};
    constexpr int look_again_ms = 20;
    if (error_fd_ >= 0) ::poll(&wait, 1, look_again_ms);
    if (error_fd_ >= 0 && !take_error_output()) close_fd(error_fd_);
    const pid_t ended = ::waitpid(pid_, &status, error_fd_ >= 0 ? WNOHANG : 0);
    if (ended == pid_ || (ended < 0 && errno != EINTR)) pid_ = -1;
  }
  if (error_fd_ >= 0) take_error_output();
  close_fd(error_fd_);
  std::string_view said = trim(error_output_);
  if (said.size() > error_output_bytes) said.remove_prefix(said.size() - error_output_bytes);
  Exit exit{.status = 0, .signal = 0, .error_output = std::string(said)};
  if (WIFEXITED(status)) exit.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
  return exit;
}

}  // namespace sextant::git
