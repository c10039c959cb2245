// Values on their way to PostgreSQL and back: parameters go in binary, typed by what they are, so
// that an integer fits a column of any width; all that comes back is text, which one reader
// understands whatever its type, in answers and in COPY alike.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"

namespace sextant::db {

using PostgresType = unsigned int;  // libpq's Oid
constexpr PostgresType type_from_context = 0;

// The values of one statement, in the form libpq takes them. The values must outlive it.
class PostgresParameters {
 public:
  // Refuses text with a NUL in it, which PostgreSQL cannot hold.
  Result<void> set(std::span<const Value> values);

  int count() const { return static_cast<int>(types_.size()); }
  // A null says nothing of its type.
  std::span<const PostgresType> types() const { return types_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  std::size_t bytes() const;

 private:
  std::vector<PostgresType> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> numbers_;
};

// The value as an SQL literal of its own type. What `$1` stands for where there are no parameters:
// in COPY.
Result<std::string> postgres_literal(const Value& value);

// One line of COPY's text form, the line's end included.
Result<void> append_copy_line(std::string& out, std::span<const Value> values);

// Reads the texts of a row. What was bytes is hex, and decoded when asked for.
class TextRow : public Row {
 public:
  bool is_null(int column) const override { return !cell(column); }
  std::int64_t integer(int column) const override;
  double real(int column) const override;
  std::string_view text(int column) const override { return cell(column).value_or(""); }
  std::string_view blob(int column) const override;

 protected:
  virtual std::optional<std::string_view> cell(int column) const = 0;
  void forget_blobs() { blobs_used_ = 0; }

 private:
  struct DecodedBlob {
    int column = 0;
    std::string bytes;
  };
  // Of this row the first few; the others are there to be used again. In a list they stay put.
  mutable std::list<DecodedBlob> blobs_;
  mutable std::size_t blobs_used_ = 0;
};

// A row of COPY's text form, read out of a buffer of the caller's.
class CopyRow final : public TextRow {
 public:
  // Unescapes `line` where it is; it must stay until the next one.
  void read(std::span<char> line);

 private:
  std::optional<std::string_view> cell(int column) const override;

  std::vector<std::optional<std::string_view>> cells_;
};

}  // namespace sextant::db
