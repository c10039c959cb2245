// Archive files of any bytes, plain or gzip: never an error but that of an old shape, and the lines
// counted are those that are there.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "forge/gharchive/archive_reader.hpp"

using namespace sextant;

namespace {

class EveryLine : public forge::Prescan {
 public:
  void scan(std::string_view block,
            const std::function<void(std::size_t offset)>& hit) const override {
    if (!block.ends_with('\n')) std::abort();
    for (std::size_t at = 0; at < block.size(); at = block.find('\n', at) + 1) hit(at);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("archive", MFD_CLOEXEC);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const EveryLine every_line;
  std::uint64_t events = 0;
  const auto summary = forge::gharchive::ArchiveReader(every_line)
                           .read(path, {}, [&](const forge::gharchive::ArchiveBatch& batch) {
                             events += batch.events.size();
                             return Result<void>();
                           });
  ::close(file);
  if (!summary) {
    if (summary.error().kind != ErrorKind::invalid) std::abort();
    return 0;
  }
  if (summary->events != events || summary->broken > summary->lines) std::abort();
  const bool is_damaged = summary->is_cut || summary->is_corrupt || summary->is_empty ||
                          summary->broken + summary->spliced + summary->too_long > 0;
  if (is_damaged == summary->is_whole()) std::abort();
  return 0;
}
