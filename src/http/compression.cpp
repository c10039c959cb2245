#include "http/compression.hpp"

#include <memory>
#include <new>

#include <zlib.h>
#include <zstd.h>

#include "http/syntax.hpp"
#include "http/weights.hpp"

namespace sextant::http {
namespace {

// Answers are packed once and sent once: the quick levels win.
constexpr int gzip_level = 3;
constexpr int zstd_level = 3;
constexpr int zstd_window_log = 17;        // 128 KiB: a stream costs half a MiB and not four
constexpr int gzip_window_bits = 15 + 16;  // 16 asks zlib for gzip's frame

// One run of a compressor: pieces in, packed pieces out.
class Compressor {
 public:
  virtual ~Compressor() = default;
  // Appends all of `text`, packed, so that it can be unpacked at once; `is_last` ends the run.
  virtual void append(std::string& out, std::string_view text, bool is_last) = 0;
};

class Gzip : public Compressor {
 public:
  Gzip() {
    if (deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw std::bad_alloc();
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { deflateEnd(&stream_); }

  void reset() { deflateReset(&stream_); }

  void append(std::string& out, std::string_view text, bool is_last) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      const std::size_t before = out.size();
      const std::size_t room = text.size() / 4 + 1024;
      out.resize(before + room);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(room);
      deflate(&stream_, is_last ? Z_FINISH : Z_SYNC_FLUSH);
      out.resize(before + room - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

class Zstd : public Compressor {
 public:
  Zstd() : context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    if (!context_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, zstd_window_log);
  }

  void reset() { ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only); }

  void append(std::string& out, std::string_view text, bool is_last) override {
    ZSTD_inBuffer input{text.data(), text.size(), 0};
    std::size_t left = 0;
    do {
      const std::size_t before = out.size();
      out.resize(before + text.size() / 4 + 1024);
      ZSTD_outBuffer output{out.data(), out.size(), before};
      left = ZSTD_compressStream2(context_.get(), &output, &input,
                                  is_last ? ZSTD_e_end : ZSTD_e_flush);
      out.resize(output.pos);
      if (ZSTD_isError(left)) throw std::bad_alloc();  // the only way it fails with these settings
    } while (left > 0);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

template <typename Kind>
std::string compress_whole(std::string_view text) {
  thread_local Kind compressor;  // some hundred KiB each that are not made for every answer
  compressor.reset();
  std::string packed;
  compressor.append(packed, text, true);
  return packed;
}

struct PackedStream {
  BodyStream stream;
  std::unique_ptr<Compressor> compressor;
  std::string piece;
};

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::gzip:
      return "gzip";
    case Encoding::zstd:
      return "zstd";
    case Encoding::identity:
      break;
  }
  return "";
}

Encoding wanted_encoding(const Request& request) {
  const auto header = request.header("accept-encoding");
  if (!header) return Encoding::identity;
  double gzip = -1, zstd = -1, identity = -1, others = 0;
  std::string_view list = *header;
  for (Weighted element; take_weighted(list, element);) {
    if (equal_ignoring_case(element.name, "gzip")) gzip = element.weight;
    if (equal_ignoring_case(element.name, "x-gzip") && gzip < 0) gzip = element.weight;
    if (equal_ignoring_case(element.name, "zstd")) zstd = element.weight;
    if (equal_ignoring_case(element.name, "identity")) identity = element.weight;
    if (element.name == "*") others = element.weight;
  }
  if (gzip < 0) gzip = others;
  if (zstd < 0) zstd = others;
  // Whoever names identity with a higher weight means it; who does not name it prefers what is
  // packed.
  if (zstd > 0 && zstd >= gzip && zstd >= identity) return Encoding::zstd;
  if (gzip > 0 && gzip >= identity) return Encoding::gzip;
  return Encoding::identity;
}

bool is_compressible(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.ends_with("+json") || type.ends_with("+xml") || type.ends_with("/javascript") ||
         type.ends_with("/xml") || type.ends_with("/x-ndjson");
}

std::string compress(std::string_view text, Encoding encoding) {
  return encoding == Encoding::zstd ? compress_whole<Zstd>(text) : compress_whole<Gzip>(text);
}

BodyStream compress(BodyStream stream, Encoding encoding) {
  auto packed = std::make_shared<PackedStream>();
  packed->stream = std::move(stream);
  if (encoding == Encoding::zstd)
    packed->compressor = std::make_unique<Zstd>();
  else
    packed->compressor = std::make_unique<Gzip>();
  return [packed](std::string& out) -> Result<bool> {
    packed->piece.clear();
    const bool has_more = TRY(packed->stream(packed->piece));
    if (!has_more || !packed->piece.empty())
      packed->compressor->append(out, packed->piece, !has_more);
    return has_more;
  };
}

}  // namespace sextant::http
