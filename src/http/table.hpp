// Lists as JSON or CSV. A public shape is one constexpr list of columns; a cell writes straight
// into the answer, so a million rows cost no allocation.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace sextant::http {

// One value on its way into an answer, as JSON or as CSV (RFC 4180; a text cell that begins with =,
// +, -,
// @, tab or CR is prefixed with ', since spreadsheets would run it).
class Cell {
 public:
  enum class Format { json, csv };
  Cell(std::string& out, Format format) : out_(out), format_(format) {}

  void text(std::string_view value);
  void text_or_null(const std::optional<std::string>& value);
  void integer(std::int64_t value) { json::append_integer(out_, value); }
  void number(double value) { json::append_number(out_, value); }
  void boolean(bool value) { out_ += value ? "true" : "false"; }
  void time(Instant value);
  void null() {
    if (format_ == Format::json) out_ += "null";
  }
  template <typename T>
  void integer_or_null(const std::optional<T>& value) {
    value ? integer(*value) : null();
  }
  template <typename T>
  void number_or_null(const std::optional<T>& value) {
    value ? number(*value) : null();
  }
  void time_or_null(const std::optional<Instant>& value) { value ? time(*value) : null(); }

  std::string& out() { return out_; }

 private:
  std::string& out_;
  Format format_;
};

template <typename T>
struct Column {
  std::string_view name;  // JSON key or CSV heading
  void (*write)(const T&, Cell&);
};

// {"a":1,"b":2}
template <typename T>
void append_object(std::string& out, const T& item, std::span<const Column<T>> columns) {
  Cell cell(out, Cell::Format::json);
  char before = '{';
  for (const Column<T>& column : columns) {
    out += before;
    out += '"';
    out += column.name;
    out += "\":";
    column.write(item, cell);
    before = ',';
  }
  out += '}';
}

// A CSV heading row and a row of values; both end in CRLF.
void append_csv_cell(std::string& out, std::string_view text);
template <typename T>
void append_csv_headings(std::string& out, std::span<const Column<T>> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_cell(out, columns[i].name);
  }
  out += "\r\n";
}
template <typename T>
void append_csv_row(std::string& out, const T& item, std::span<const Column<T>> columns) {
  Cell cell(out, Cell::Format::csv);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    columns[i].write(item, cell);
  }
  out += "\r\n";
}

}  // namespace sextant::http
