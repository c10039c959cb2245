#include "app/secret_key.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/text.hpp"

namespace sextant::app {
namespace {

constexpr std::size_t key_length_min = 32;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Written under another name and linked into place: whoever comes first wins, and nobody reads half
// a key.
Result<void> make_key(const std::filesystem::path& file) {
  std::array<std::uint8_t, 32> bytes;
  fill_random(bytes);
  const std::string text = to_hex(bytes) + "\n";
  const std::filesystem::path temporary = file.string() + "." + std::to_string(::getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = descriptor >= 0 &&
                       ::write(descriptor, text.data(), text.size()) == std::ssize(text) &&
                       ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written) ::link(temporary.c_str(), file.c_str());
  ::unlink(temporary.c_str());
  if (!written)
    return fail(ErrorKind::unavailable,
                "cannot write " + file.string() + ": " + std::strerror(reason));
  return {};
}

}  // namespace

Hash tombstone_key(const Secret& key) {
  return derive_key(key, "leads.tombstones");
}

Result<Secret> secret_key(const Config& config) {
  const Secret& configured = config.secret_key;
  if (configured.empty() && !config.database.url.empty())
    return fail(
        ErrorKind::invalid,
        "nodes that share a database need the same secret_key (SEXTANT_SECRET_KEY): make one "
        "with `openssl rand -hex 32`");
  if (!configured.empty()) {
    if (configured.reveal().size() < key_length_min)
      return fail(ErrorKind::invalid,
                  "secret_key (SEXTANT_SECRET_KEY) needs 32 characters or more; make one with "
                  "`openssl rand -hex 32`");
    return configured;
  }
  const std::filesystem::path file = config.data / "secret.key";
  if (!std::filesystem::exists(file)) TRY(make_key(file));
  const std::string text(trim(read_file(file)));
  if (text.size() < key_length_min)
    return fail(
        ErrorKind::invalid,
        file.string() + " holds no key of 32 characters or more; cursors and secrets depend on it");
  return Secret(text);
}

}  // namespace sextant::app
