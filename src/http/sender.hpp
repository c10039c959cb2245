// Sends requests to hosts of strangers: many at a time on one thread, over connections that are
// kept, to public addresses only. Nothing is followed, nothing comes from the environment, and no
// answer can be too long or too slow.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "http/address_guard.hpp"

namespace sextant::http {

struct SenderSettings {
  std::chrono::milliseconds timeout{15'000};  // from looking up the name to the answer's last byte
  Reach reach{};
  std::string user_agent = "Sextant";
  int connections_kept = 256;          // open and idle, over all hosts
  std::size_t body_bytes = 64 * 1024;  // of an answer; what comes after them is not read
  std::vector<std::string> resolve{};  // "host:port:address", for tests
};

struct Outgoing {
  std::string url;
  std::string body;
  std::vector<std::string> headers;  // "name: value"
};

// What came of it: a status, or a reason why there is none.
struct Reply {
  int status = 0;
  std::string body;  // its first SenderSettings::body_bytes
  std::string retry_after;
  std::string error;
  bool was_refused = false;  // for where the address leads
  bool is_cut = false;       // there was more of the body
  bool was_late = false;     // it took longer than SenderSettings::timeout
  bool was_sent = false;     // at least its beginning: the receiver may have acted on it
  std::chrono::microseconds took{0};

  bool is_success() const { return error.empty() && status >= 200 && status < 300; }
};

class Sender {
 public:
  using Done = std::function<void(Reply)>;

  explicit Sender(SenderSettings settings);
  ~Sender();  // what is under way is cut off, and its `done` is not called

  // POSTs. `done` is called by run_for, never from within send.
  void send(Outgoing request, Done done);
  // Moves what is under way for so long, or until wake was called.
  void run_for(std::chrono::milliseconds time);
  // From any thread: ends the run_for that runs, or the next one.
  void wake();

  std::size_t under_way() const;

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

// One request by itself, waited for. Stopped, it is cut off at once, and counts as sent.
Reply send_alone(const SenderSettings& settings, Outgoing request,
                 const std::stop_token& stop = {});

}  // namespace sextant::http
