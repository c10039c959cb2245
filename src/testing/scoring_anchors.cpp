#include "testing/scoring_anchors.hpp"

#include <fmt/format.h>

namespace sextant::testing {
namespace {

using scoring::Dimension;

// The block again and again, its "{}" numbered.
Lines repeated(const Lines& block, int times) {
  Lines lines;
  for (int i = 0; i < times; ++i)
    for (const std::string& line : block)
      lines.push_back(fmt::format(fmt::runtime(line), fmt::arg("i", i)));
  return lines;
}

DiffText one_line(std::string_view path, std::string before, std::string after) {
  return DiffText().change(path, 12, {std::move(before)}, {std::move(after)});
}

DiffText scope(std::string_view level) {
  if (level == "low") return one_line("src/limits.py", "PAGE_SIZE = 50", "PAGE_SIZE = 100");
  const bool is_mid = level == "mid";
  DiffText text;
  for (int file = 0; file < (is_mid ? 8 : 60); ++file)
    text.change(fmt::format("src/part{}/file{}.java", file % (is_mid ? 2 : 12), file), 30, {},
                program(Tongue::java, static_cast<unsigned>(file), is_mid ? 27 : 20));
  return text;
}

DiffText architecture(std::string_view level) {
  if (level == "low")
    return one_line("src/orders.go", "\tif total > limit {", "\tif total >= limit {");
  const bool is_mid = level == "mid";
  const Lines types =
      repeated({"type Cache{i} struct {{", "\tentries map[string]Entry{i}", "\tsize int", "}}"},
               is_mid ? 3 : 50);
  Lines block = {"func (c *Cache{i}) Load{i}(key string, size int) Entry{i} {{",
                 "\tentry := c.entries[key]",
                 "\tentry.used = entry.used + size",
                 "\tc.entries[key] = entry",
                 "\treturn entry",
                 "}}"};
  // A few plain lines between them, for the smaller one.
  if (is_mid)
    block.insert(block.end(),
                 {"var default{i} = Cache{i}{{}}", "var size{i} = default{i}.size + {i}",
                  "var entry{i} = default{i}.entries", "var used{i} = size{i} * {i}"});
  const Lines functions = repeated(block, is_mid ? 16 : 200);
  return DiffText().add("cache/cache.go", types).add("cache/load.go", functions);
}

DiffText implementation(std::string_view level) {
  if (level == "low") return one_line("client/retry.py", "ATTEMPTS = 3", "ATTEMPTS = 5");
  return DiffText().add(
      "client/retry.py",
      repeated(
          {"    for attempt in range({i}, attempts):", "        try:",
           "            reply = send(request, deadline - clock())",
           "            if reply.status < 500:", "                return reply",
           "            delay = base * 2 ** attempt + spread({i})",
           "        except TimeoutError as error:", "            if clock() + delay > deadline:",
           "                raise", "            sleep(delay)"},
          level == "mid" ? 16 : 160));
}

DiffText risk(std::string_view level) {
  if (level == "low")
    return one_line("src/main.go", "\tlog.Print(\"begin\")", "\tlog.Print(\"started\")");
  const Lines locked = {"\tif s.mutex.TryLock() {{",
                        "\t\tdefer s.mutex.Unlock()",
                        "\t\tvalue, err := s.load({i})",
                        "\t\tif err != nil {{",
                        "\t\t\treturn nil, fmt.Errorf(\"load: %w\", err)",
                        "\t\t}}",
                        "\t\ts.requests[{i}] = value",
                        "\t\tgo s.serve(value, {i})",
                        "\t}}"};
  if (level == "mid") return DiffText().change("server/requests.go", 40, {}, repeated(locked, 15));
  return DiffText()
      .change("server/sessions.go", 40, {}, repeated(locked, 110))
      .add("migrations/0012_sessions.sql",
           repeated({"ALTER TABLE sessions ADD COLUMN token{i} TEXT NOT NULL;"}, 100))
      .change("server/auth.go", 9, {},
              repeated({"\tauthorize(session{i}.token, permissions{i})"}, 300))
      .change("deploy/server.yaml", 5, {},
              repeated({"  - name: SESSION_{i}", "    value: on{i}"}, 50));
}

DiffText quality(std::string_view level) {
  const Lines source = program(Tongue::python, 3, level == "high" ? 400 : level == "mid" ? 60 : 40);
  DiffText text = DiffText().add("src/report.py", source);
  if (level == "low") return text;
  return text.add("tests/test_report.py",
                  repeated({"def test_report_{i}(client):", "    report = client.load({i}, page=2)",
                            "    assert report.total == {i} + 7",
                            "    assert report.rows[{i}].name == \"row\""},
                           level == "mid" ? 35 : 400));
}

DiffText perf_security(std::string_view level) {
  if (level == "low")
    return one_line("web/form.js", "  title = \"Name\";", "  title = \"Full name\";");
  if (level == "mid")
    return DiffText().change("web/form.py", 20, {},
                             {"def read(form):", "    name = form.text",
                              "    if len(name) > max_length:", "        raise InvalidName(name)",
                              "    row = Row()", "    row.name = name", "    row.day = today()",
                              "    store.save(row)", "    page.show(row)", "    return row"});
  return DiffText().change("auth/tokens.py", 20, {},
                           repeated({"    digest = hash_secret(token{i}, salt{i})",
                                     "    if not verify_signature(digest, secret):",
                                     "        raise Unauthorized(escape(user{i}))"},
                                    10));
}

}  // namespace

DiffText anchor(Dimension dimension, std::string_view level) {
  switch (dimension) {
    case Dimension::scope:
      return scope(level);
    case Dimension::architecture:
      return architecture(level);
    case Dimension::implementation:
      return implementation(level);
    case Dimension::risk:
      return risk(level);
    case Dimension::quality:
      return quality(level);
    case Dimension::perf_security:
      break;
  }
  return perf_security(level);
}

}  // namespace sextant::testing
