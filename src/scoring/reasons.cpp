// The stored form of a score's reasons. One head byte (0: as it is, 1: zlib), then varints:
//   paths: count; each: how much of the path before it goes on, length and bytes of the rest
//   six dimensions: count of factors; each: code less 100 for every dimension up to this one,
//   shape,
//     points in tenths, numbers, words, evidence
//   exclusions: count; each: path, reason, lines, and for files that are not named how many
//   where a model was asked: its opinion, field by field; else nothing
// A factor's shape is its counts in one number: numbers and words (two bits each, at most three are
// kept), then evidence. Signed numbers are zigzag. Evidence is path, first line, last line less
// first.
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "scoring/score.hpp"

namespace sextant::scoring {
namespace {

constexpr char head_plain = 0;
constexpr char head_zlib = 1;
constexpr std::size_t worth_compressing = 200;
constexpr std::size_t unpacked_max = 16u << 20;
constexpr std::size_t counted_max = 3;  // numbers, and words, of one factor

std::int64_t code_base(std::size_t dimension) {
  return 100 * (static_cast<std::int64_t>(dimension) + 1);
}

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

class Packer {
 public:
  std::string pack(const Score& score) {
    for (std::size_t i = 0; i < dimension_count; ++i) {
      const std::vector<Factor>& factors = score.dimensions[i].factors;
      number(factors.size());
      for (const Factor& factor : factors) put(factor, code_base(i));
    }
    number(score.exclusions.size());
    for (const Exclusion& exclusion : score.exclusions) {
      number(path(exclusion.path));
      number(static_cast<std::uint64_t>(exclusion.reason));
      number(zigzag(exclusion.lines));
      if (exclusion.reason >= ExclusionReason::unlisted) number(zigzag(exclusion.files));
    }
    if (score.model) put(*score.model);
    std::string body = std::move(out_);
    out_.clear();
    number(paths_.size());
    std::string_view before;
    for (const std::string_view each : paths_) {
      const auto end = std::mismatch(before.begin(), before.end(), each.begin(), each.end()).second;
      const auto shared = static_cast<std::size_t>(end - each.begin());
      number(shared);
      text(each.substr(shared));
      before = each;
    }
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
  void put(const Factor& factor, std::int64_t base) {
    const std::size_t numbers = std::min(factor.numbers.size(), counted_max);
    const std::size_t words = std::min(factor.words.size(), counted_max);
    number(zigzag(factor.code - base));
    number(numbers | words << 2 | factor.evidence.size() << 4);
    number(zigzag(std::llround(factor.points * 10)));
    for (std::size_t i = 0; i < numbers; ++i) number(zigzag(factor.numbers[i]));
    for (std::size_t i = 0; i < words; ++i) text(factor.words[i]);
    for (const Evidence& evidence : factor.evidence) {
      number(path(evidence.path));
      number(zigzag(evidence.first_line));
      number(zigzag(std::int64_t{evidence.last_line} - evidence.first_line));
    }
  }

  void put(const ModelOpinion& opinion) {
    text(opinion.model);
    number(static_cast<std::uint64_t>(opinion.mode));
    number(zigzag(opinion.adjust_max));
    text(opinion.static_scorer);
    for (const int points : opinion.static_scores) number(zigzag(points));
    for (const int points : opinion.answered) number(zigzag(points));
    text(opinion.fallback);
    for (const std::int64_t value :
         {std::int64_t{opinion.guidelines_version}, std::int64_t{opinion.files_cut},
          std::int64_t{opinion.lines_cut}, opinion.tokens.input, opinion.tokens.cached,
          opinion.tokens.cache_written, opinion.tokens.output, opinion.micro_dollars})
      number(zigzag(value));
    number(opinion.was_kept ? 1 : 0);
  }

  std::string out_;
  std::vector<std::string_view> paths_;
  std::map<std::string_view, std::uint64_t> index_;
};

// A small window and little memory: most reasons are a few hundred bytes, and zlib's usual quarter
// of a megabyte would cost more to clear than they cost to compress.
std::string compressed(const std::string& plain) {
  constexpr int window_bits = 12;
  constexpr int memory_level = 4;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return plain;
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return state == Z_STREAM_END ? out : plain;
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
    for (std::uint64_t i = 0; i < paths && ok_; ++i) next_path();
    Reasons reasons;
    for (std::size_t i = 0; i < dimension_count; ++i)
      for (std::uint64_t left = count(); left > 0 && ok_; --left)
        reasons.factors[i].push_back(factor(code_base(i)));
    const std::uint64_t exclusions = count();
    for (std::uint64_t i = 0; i < exclusions && ok_; ++i) reasons.exclusions.push_back(exclusion());
    if (ok_ && !bytes_.empty()) reasons.model = opinion();
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
  // Paths that go on from each other could grow far beyond the bytes that were stored.
  void next_path() {
    const std::uint64_t shared = number();
    const std::string_view before = paths_.empty() ? std::string_view() : paths_.back();
    if (shared > before.size()) ok_ = false;
    if (!ok_) return;
    std::string path(before.substr(0, shared));
    path += text();
    path_bytes_ += path.size();
    if (path_bytes_ > unpacked_max) ok_ = false;
    paths_.push_back(std::move(path));
  }
  std::string path() {
    const std::uint64_t index = number();
    if (index >= paths_.size()) ok_ = false;
    return ok_ ? paths_[index] : std::string();
  }
  Factor factor(std::int64_t base) {
    Factor factor;
    const std::int64_t code = base + line();
    if (code < 0 || code > UINT16_MAX) ok_ = false;
    factor.code = static_cast<std::uint16_t>(code);
    const std::uint64_t shape = number();
    factor.points = static_cast<double>(integer()) / 10;
    for (std::uint64_t i = shape & 3; i > 0 && ok_; --i) factor.numbers.push_back(integer());
    for (std::uint64_t i = shape >> 2 & 3; i > 0 && ok_; --i) factor.words.push_back(text());
    for (std::uint64_t i = shape >> 4; i > 0 && ok_; --i) {
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
    if (reason > static_cast<std::uint64_t>(ExclusionReason::truncated)) ok_ = false;
    exclusion.reason = ok_ ? static_cast<ExclusionReason>(reason) : ExclusionReason::generated;
    exclusion.lines = line();
    if (exclusion.reason >= ExclusionReason::unlisted) exclusion.files = line();
    return exclusion;
  }
  ModelOpinion opinion() {
    ModelOpinion opinion;
    opinion.model = text();
    const std::uint64_t mode = number();
    if (mode > static_cast<std::uint64_t>(ModelMode::replace)) ok_ = false;
    opinion.mode = ok_ ? static_cast<ModelMode>(mode) : ModelMode::adjust;
    opinion.adjust_max = line();
    opinion.static_scorer = text();
    for (int& points : opinion.static_scores) points = line();
    for (int& points : opinion.answered) points = line();
    opinion.fallback = text();
    for (int* value : {&opinion.guidelines_version, &opinion.files_cut, &opinion.lines_cut})
      *value = line();
    TokenUse& tokens = opinion.tokens;
    for (std::int64_t* value : {&tokens.input, &tokens.cached, &tokens.cache_written,
                                &tokens.output, &opinion.micro_dollars})
      *value = integer();
    opinion.was_kept = number() != 0;
    return opinion;
  }

  std::string_view bytes_;
  std::vector<std::string> paths_;
  std::size_t path_bytes_ = 0;
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
