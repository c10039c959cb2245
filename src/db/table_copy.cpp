#include "db/table_copy.hpp"

#include <fmt/format.h>

#include "base/secrets.hpp"
#include "base/utf8.hpp"

namespace sextant::db {
namespace {

constexpr std::size_t slice_rows = 10'000;

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::string_view before = text;
    if (utf8::take(text) == utf8::replacement && !before.starts_with("\xEF\xBF\xBD")) return false;
  }
  return true;
}

}  // namespace

Result<std::optional<TableCopy::Key>> TableCopy::last_key() {
  const std::string key = table_.key_list();
  std::string descending;
  for (const std::size_t at : table_.key)
    descending += (descending.empty() ? "" : ", ") + table_.columns[at].name + " DESC";
  const Lease reader = TRY(target_.reader());
  return reader->row(
      Query("SELECT " + key + " FROM " + table_.name + " ORDER BY " + descending + " LIMIT 1"),
      [&](const Row& row) {
        Key values;
        for (std::size_t i = 0; i < table_.key.size(); ++i)
          values.push_back(
              value_of_column(row, static_cast<int>(i), table_.columns[table_.key[i]].type));
        return values;
      });
}

void TableCopy::append_after(Query& query, const Key& key) const {
  std::string places;
  for (std::size_t i = 1; i <= key.size(); ++i)
    places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  query.append(fmt::format(" WHERE ({}) > ({})", table_.key_list(), places)).bind(key);
}

Result<std::int64_t> TableCopy::count_missing() {
  Query query("SELECT COUNT(*) FROM " + table_.name);
  if (!table_.key.empty())
    if (const auto key = TRY(last_key())) append_after(query, *key);
  return TRY(source_.row(query, [](const Row& row) { return row.integer(0); })).value_or(0);
}

Result<void> TableCopy::check_types() {
  std::string misfit = "CASE";
  for (const Column& column : table_.columns) {
    const char* types = column.type == ColumnType::real    ? "'real', 'integer'"
                        : column.type == ColumnType::text  ? "'text'"
                        : column.type == ColumnType::bytes ? "'blob'"
                                                           : "'integer'";
    misfit += fmt::format(" WHEN typeof({0}) NOT IN ({1}, 'null') THEN '{0}'", column.name, types);
  }
  misfit += " END";
  std::optional<Error> found;
  TRY(source_.each(Query(fmt::format("SELECT {}, {} FROM {} WHERE {} IS NOT NULL LIMIT 1",
                                     table_.column_list(), misfit, table_.name, misfit)),
                   [&](const Row& row) {
                     const auto column = row.text(static_cast<int>(table_.columns.size()));
                     found = refuse(row, column, "a value of another type").error();
                   }));
  if (found) return std::unexpected(*found);
  return {};
}

std::string TableCopy::describe(const Row& row) const {
  std::string text = "a row";
  for (const std::size_t at : table_.key) {
    const int column = static_cast<int>(at);
    const ColumnType type = table_.columns[at].type;
    const std::string value =
        type == ColumnType::bytes
            ? to_hex({reinterpret_cast<const std::uint8_t*>(row.blob(column).data()),
                      row.blob(column).size()})
            : std::string(row.text(column));
    text +=
        fmt::format("{} {} = {}", text == "a row" ? " with" : ",", table_.columns[at].name, value);
  }
  return text;
}

std::unexpected<Error> TableCopy::refuse(const Row& row, std::string_view column,
                                         std::string_view what) const {
  return fail(ErrorKind::invalid,
              fmt::format("{}: {} has {} in its column {}, which PostgreSQL cannot hold; put that "
                          "right in the store and begin again",
                          table_.name, describe(row), what, column));
}

Result<void> TableCopy::check_texts(const Row& row) const {
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (table_.columns[i].type != ColumnType::text) continue;
    const std::string_view text = row.text(static_cast<int>(i));
    if (text.contains('\0')) return refuse(row, table_.columns[i].name, "a NUL");
    if (!is_utf8(text)) return refuse(row, table_.columns[i].name, "bytes that are no UTF-8");
  }
  return {};
}

Result<void> TableCopy::write(const NewRows& rows) {
  return target_.write([&](Connection& connection) { return connection.insert_rows(rows); });
}

Result<void> TableCopy::run(const std::function<void(std::int64_t)>& on_slice) {
  Query query("SELECT " + table_.column_list() + " FROM " + table_.name);
  if (table_.key.empty()) {
    TRY(empty_target());  // nothing says how far it came
  } else {
    if (const auto key = TRY(last_key())) append_after(query, *key);
    query.append(" ORDER BY " + table_.key_list());
  }
  std::vector<std::string> names;
  for (const Column& column : table_.columns) names.push_back(column.name);

  const auto rows = TRY(source_.open(query));
  std::size_t bytes = 0;
  NewRows slice(table_.name, names);
  const auto flush = [&]() -> Result<void> {
    if (const auto written = write(slice); !written) return context(table_.name, written.error());
    on_slice(std::ssize(slice));
    slice = NewRows(table_.name, names);
    bytes = 0;
    return {};
  };
  while (const Row* row = TRY(rows->next())) {
    TRY(check_texts(*row));
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const int column = static_cast<int>(i);
      const ColumnType type = table_.columns[i].type;
      slice.add(value_of_column(*row, column, type));
      if (type == ColumnType::text || type == ColumnType::bytes) bytes += row->blob(column).size();
    }
    if (bytes >= slice_bytes_ || slice.size() >= slice_rows) TRY(flush());
  }
  if (slice.size() > 0) TRY(flush());
  return {};
}

Result<void> TableCopy::empty_target() {
  return target_.write([&](Connection& connection) -> Result<void> {
    TRY(connection.execute(Query("TRUNCATE TABLE " + table_.name)));
    return {};
  });
}

}  // namespace sextant::db
