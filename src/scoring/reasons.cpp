// The stored form of a score's reasons. One head byte (0: as it is, 1: zlib), then varints:
//   paths: count, then length and bytes of each
//   six dimensions: count of factors; each: code, points in tenths, numbers, words, evidence
//   exclusions: count; each: path, reason, lines
// Signed numbers are zigzag. Evidence is path, first line, last line less first.
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "scoring/score.hpp"

namespace sextant::scoring {
namespace {

constexpr char head_plain = 0;
constexpr char head_zlib = 1;
constexpr std::size_t worth_compressing = 160;
constexpr std::size_t unpacked_max = 16u << 20;

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

class Packer {
 public:
  std::string pack(const Score& score) {
    for (const SubScore& sub_score : score.dimensions) {
      number(sub_score.factors.size());
      for (const Factor& factor : sub_score.factors) put(factor);
    }
    number(score.exclusions.size());
    for (const Exclusion& exclusion : score.exclusions) {
      number(path(exclusion.path));
      number(static_cast<std::uint64_t>(exclusion.reason));
      number(zigzag(exclusion.lines));
    }
    std::string body = std::move(out_);
    out_.clear();
    number(paths_.size());
    for (const std::string_view each : paths_) text(each);
    return out_ + body;
  }

 private:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }
  std::uint64_t path(std::string_view value) {
    const auto [found, is_new] = index_.try_emplace(value, paths_.size());
    if (is_new) paths_.push_back(value);
    return found->second;
  }
  void put(const Factor& factor) {
    number(factor.code);
    number(zigzag(std::llround(factor.points * 10)));
    number(factor.numbers.size());
    for (const std::int64_t each : factor.numbers) number(zigzag(each));
    number(factor.words.size());
    for (const std::string& word : factor.words) text(word);
    number(factor.evidence.size());
    for (const Evidence& evidence : factor.evidence) {
      number(path(evidence.path));
      number(zigzag(evidence.first_line));
      number(zigzag(std::int64_t{evidence.last_line} - evidence.first_line));
    }
  }

  std::string out_;
  std::vector<std::string_view> paths_;
  std::map<std::string_view, std::uint64_t> index_;
};

std::string compressed(std::string_view plain) {
  uLongf size = compressBound(plain.size());
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 6) != Z_OK)
    return std::string(plain);
  out.resize(size);
  return out;
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::internal, "the stored reasons of a score are damaged");
}

Result<std::string> uncompressed(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK)
    return fail(ErrorKind::unavailable, "no memory to unpack a score's reasons");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() < unpacked_max) {
    char piece[4096];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || stream.avail_in != 0) return damaged();
  return out;
}

// Reads what Packer wrote. After the first mistake everything reads as nothing, and ok() says so.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  Reasons unpack() {
    const std::uint64_t paths = count();
    for (std::uint64_t i = 0; i < paths && ok_; ++i) paths_.push_back(text());
    Reasons reasons;
    for (std::vector<Factor>& factors : reasons.factors) {
      const std::uint64_t factor_count = count();
      for (std::uint64_t i = 0; i < factor_count && ok_; ++i) factors.push_back(factor());
    }
    const std::uint64_t exclusions = count();
    for (std::uint64_t i = 0; i < exclusions && ok_; ++i) reasons.exclusions.push_back(exclusion());
    return reasons;
  }
  bool ok() const { return ok_ && bytes_.empty(); }

 private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  // Of things that take a byte each at least, so a wild count ends here.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) ok_ = false;
    return ok_ ? value : 0;
  }
  std::int64_t integer() { return unzigzag(number()); }
  int line() { return static_cast<int>(std::clamp<std::int64_t>(integer(), INT32_MIN, INT32_MAX)); }
  std::string text() {
    const std::uint64_t size = count();
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  std::string path() {
    const std::uint64_t index = number();
    if (index >= paths_.size()) ok_ = false;
    return ok_ ? paths_[index] : std::string();
  }
  Factor factor() {
    Factor factor;
    const std::uint64_t code = number();
    if (code > UINT16_MAX) ok_ = false;
    factor.code = static_cast<std::uint16_t>(code);
    factor.points = static_cast<double>(integer()) / 10;
    for (std::uint64_t i = count(); i > 0 && ok_; --i) factor.numbers.push_back(integer());
    for (std::uint64_t i = count(); i > 0 && ok_; --i) factor.words.push_back(text());
    for (std::uint64_t i = count(); i > 0 && ok_; --i) {
      Evidence& evidence = factor.evidence.emplace_back();
      evidence.path = path();
      evidence.first_line = line();
      const std::int64_t last = std::int64_t{evidence.first_line} + line();
      evidence.last_line = static_cast<int>(std::clamp<std::int64_t>(last, INT32_MIN, INT32_MAX));
    }
    return factor;
  }
  Exclusion exclusion() {
    Exclusion exclusion;
    exclusion.path = path();
    const std::uint64_t reason = number();
    if (reason > static_cast<std::uint64_t>(ExclusionReason::comments)) ok_ = false;
    exclusion.reason = ok_ ? static_cast<ExclusionReason>(reason) : ExclusionReason::generated;
    exclusion.lines = line();
    return exclusion;
  }

  std::string_view bytes_;
  std::vector<std::string> paths_;
  bool ok_ = true;
};

}  // namespace

std::string pack_reasons(const Score& score) {
  const std::string plain = Packer().pack(score);
  if (plain.size() >= worth_compressing) {
    const std::string small = compressed(plain);
    if (small.size() < plain.size()) return head_zlib + small;
  }
  return head_plain + plain;
}

Result<Reasons> unpack_reasons(std::string_view bytes) {
  if (bytes.empty()) return damaged();
  const char head = bytes.front();
  if (head != head_plain && head != head_zlib) return damaged();
  std::string plain(bytes.substr(1));
  if (head == head_zlib) plain = TRY(uncompressed(plain));
  Unpacker unpacker(plain);
  Reasons reasons = unpacker.unpack();
  if (!unpacker.ok()) return damaged();
  return reasons;
}

}  // namespace sextant::scoring
