#include "http/sender.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_set>

#include "http/transfer.hpp"

namespace sextant::http {
namespace {

using Clock = std::chrono::steady_clock;

// Once in a process, before any thread uses curl.
const CURLcode curl_ready = curl_global_init(CURL_GLOBAL_ALL);

}  // namespace

// curl says which sockets and which time to wait for, epoll waits: what is idle costs nothing.
class Sender::Multi {
 public:
  explicit Multi(SenderSettings settings);
  ~Multi();

  void send(Outgoing request, Done done);
  void run_for(std::chrono::milliseconds time);
  void wake();
  std::size_t under_way() const { return busy_.size(); }

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM*, long ms, void* self);
  void wait_until(Clock::time_point until);
  void finish();

  const SenderSettings settings_;
  CURLM* multi_;
  int epoll_;
  int wake_;
  curl_slist* resolve_ = nullptr;
  std::optional<Clock::time_point> timer_;
  bool was_woken_ = false;
  std::unordered_set<Transfer*> busy_;
  std::vector<std::unique_ptr<Transfer>> transfers_;  // all of them
  std::vector<Transfer*> free_;
};

Sender::Multi::Multi(SenderSettings settings)
    : settings_(std::move(settings)),
      multi_(curl_multi_init()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (curl_ready != CURLE_OK || !multi_ || epoll_ < 0 || wake_ < 0)
    throw std::runtime_error("the sender of requests cannot be set up");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(settings_.connections_kept));
  for (const std::string& entry : settings_.resolve)
    resolve_ = curl_slist_append(resolve_, entry.c_str());
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

Sender::Multi::~Multi() {
  for (Transfer* transfer : busy_) curl_multi_remove_handle(multi_, transfer->handle());
  transfers_.clear();
  curl_multi_cleanup(multi_);
  curl_slist_free_all(resolve_);
  ::close(epoll_);
  ::close(wake_);
}

void Sender::Multi::send(Outgoing request, Done done) {
  if (free_.empty()) {
    transfers_.push_back(std::make_unique<Transfer>(settings_));
    free_.push_back(transfers_.back().get());
    if (resolve_) curl_easy_setopt(free_.back()->handle(), CURLOPT_RESOLVE, resolve_);
  }
  Transfer* const transfer = free_.back();
  free_.pop_back();
  transfer->begin(std::move(request), std::move(done));
  busy_.insert(transfer);
  curl_multi_add_handle(multi_, transfer->handle());
}

void Sender::Multi::run_for(std::chrono::milliseconds time) {
  const auto until = Clock::now() + time;
  was_woken_ = false;
  int running = 0;
  do {
    wait_until(until);
    if (timer_ && *timer_ <= Clock::now()) {
      timer_.reset();
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    finish();
  } while (!was_woken_ && Clock::now() < until);
}

void Sender::Multi::wait_until(Clock::time_point until) {
  const auto end = timer_ ? std::min(*timer_, until) : until;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  std::array<epoll_event, 64> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::max<std::int64_t>(left, 0)));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_) {
      std::uint64_t ignored = 0;
      was_woken_ = ::read(wake_, &ignored, sizeof ignored) > 0;
      continue;
    }
    const int what = ((event.events & (EPOLLIN | EPOLLHUP)) ? CURL_CSELECT_IN : 0) |
                     ((event.events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                     ((event.events & EPOLLERR) ? CURL_CSELECT_ERR : 0);
    int running = 0;
    curl_multi_socket_action(multi_, event.data.fd, what, &running);
  }
}

// The transfer is free again before its `done` runs, which may send the next.
void Sender::Multi::finish() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi_, transfer->handle());
    Reply reply = transfer->reply(code);
    const Done done = transfer->take_done();
    busy_.erase(transfer);
    free_.push_back(transfer);
    done(std::move(reply));
  }
}

void Sender::Multi::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

int Sender::Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  Multi& multi = *static_cast<Multi*>(self);
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(multi.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{.events = 0, .data = {.fd = socket}};
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  ::epoll_ctl(multi.epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  if (!known) curl_multi_assign(multi.multi_, socket, self);
  return 0;
}

int Sender::Multi::on_timer(CURLM*, long ms, void* self) {
  Multi& multi = *static_cast<Multi*>(self);
  multi.timer_.reset();
  if (ms >= 0) multi.timer_ = Clock::now() + std::chrono::milliseconds{ms};
  return 0;
}

Sender::Sender(SenderSettings settings) : multi_(std::make_unique<Multi>(std::move(settings))) {}
Sender::~Sender() = default;

void Sender::send(Outgoing request, Done done) {
  multi_->send(std::move(request), std::move(done));
}

void Sender::run_for(std::chrono::milliseconds time) {
  multi_->run_for(time);
}

void Sender::wake() {
  multi_->wake();
}

std::size_t Sender::under_way() const {
  return multi_->under_way();
}

Reply send_alone(const SenderSettings& settings, Outgoing request, const std::stop_token& stop) {
  Sender sender(settings);
  const std::stop_callback waking(stop, [&] { sender.wake(); });
  std::optional<Reply> reply;
  sender.send(std::move(request), [&](Reply came) {
    reply = std::move(came);
    sender.wake();
  });
  while (!reply && !stop.stop_requested()) sender.run_for(std::chrono::milliseconds{1000});
  if (reply) return *std::move(reply);
  Reply stopped;
  stopped.error = "it was not waited for any longer";
  stopped.was_sent = true;
  return stopped;
}

}  // namespace sextant::http
