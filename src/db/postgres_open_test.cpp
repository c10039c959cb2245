// Opening: what is refused, with which words, and that no error shows a password.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::PostgresServer;
using testing::value_of;

Error refusal(const std::string& url) {
  const auto opened =
      open_postgres({.url = Secret(url), .connect_timeout = std::chrono::seconds{2}});
  EXPECT_FALSE(opened) << "opened it";
  return opened ? Error{} : opened.error();
}

class OpenPostgres : public ::testing::Test {
 protected:
  PostgresServer& server_ = PostgresServer::shared();
};

TEST_F(OpenPostgres, NamesWhatIsWrongWithAUrl) {
  for (const std::string url :
       {"postgresql:/db", "mysql://host/db", "host=db", "postgresql://h:x/db",
        "postgresql://h/db?nothing=1", "postgresql://h/%zz"}) {
    const Error error = refusal(url);
    EXPECT_EQ(error.kind, ErrorKind::invalid) << url;
    EXPECT_THAT(error.message, HasSubstr("postgresql://user:password@host:5432/database")) << url;
  }
}

TEST_F(OpenPostgres, ShowsAPasswordInNoError) {
  const std::string directory = server_.url_text("", "").substr(std::strlen("postgresql://@/?"));
  server_.run("CREATE ROLE guarded LOGIN PASSWORD 'other'");
  for (const std::string url :
       {"postgresql://u:sesame@127.0.0.1:1/db", "postgresql://u:sesame@sesame@127.0.0.1:1/db",
        "postgresql://u:se@sesame/same@127.0.0.1:1/db", "postgresql://u:1/sesame@127.0.0.1:1/db",
        "postgresql://u:sesame/x@127.0.0.1:1/db", "postgresql://u:a@sesame:b@127.0.0.1:1/db",
        "postgresql://u:a@b?sesame@127.0.0.1:1/db", "postgresql://u:a?sesame@127.0.0.1:1/db",
        "postgresql://u:a#sesame@127.0.0.1:1/db", "postgresql://u:%sesame@127.0.0.1:1/db",
        "postgresql://u@127.0.0.1:1/db?pasword=sesame",
        "postgresql://127.0.0.1:1/db?password=sesame", "postgres:u:sesame@127.0.0.1:1/db",
        "user=u password=sesame host=127.0.0.1",
        "postgresql://u:sesame@127.0.0.1:1/db?sslmode=sesam",
        "postgresql://u:sesame@127.0.0.1:1/db?connect_timeout=sesam"})
    EXPECT_THAT(refusal(url).message, Not(HasSubstr("sesame"))) << url;
  for (const std::string login : {"guarded:sesame", "postgres:sesame"}) {
    const Error error = refusal(server_.url_text(login, "nowhere"));
    EXPECT_THAT(error.message, Not(HasSubstr("sesame")));
    EXPECT_THAT(error.message, HasSubstr("database nowhere at"));
  }
}

TEST_F(OpenPostgres, SaysWhyThereIsNoConnection) {
  server_.run("CREATE ROLE known LOGIN PASSWORD 'known'");
  const auto message = [](const std::string& url) {
    const Error error = refusal(url);
    EXPECT_EQ(error.kind, ErrorKind::unavailable);
    return error.message;
  };
  EXPECT_THAT(message(server_.url_text("known:wrong", "postgres")),
              HasSubstr("the login of known is refused"));
  EXPECT_THAT(message(server_.url_text("nobody:wrong", "postgres")),
              HasSubstr("the login of nobody is refused"));
  EXPECT_THAT(message(server_.url_text("known", "postgres")), HasSubstr("the login of known"));
  EXPECT_THAT(message(server_.url_text("postgres", "nowhere")),
              HasSubstr("there is no such database"));
  EXPECT_THAT(
      message("postgresql://u@127.0.0.1:1/db"),
      HasSubstr("the database db at 127.0.0.1:1 cannot be reached; see that the server runs"));
}

TEST_F(OpenPostgres, TakesAnEmptyDatabaseAndOneOfOurs) {
  for (const auto schema :
       {testing::AnyDatabase::Schema::none, testing::AnyDatabase::Schema::ours}) {
    const testing::AnyDatabase database(Dialect::postgresql, schema);
    value_of(migrate(*database.open_again()));
  }
}

TEST_F(OpenPostgres, RefusesADatabaseOfSomethingElse) {
  for (const std::string table :
       {"CREATE TABLE orders (id BIGINT)", "CREATE TABLE schema_versions (version TEXT)"}) {
    const std::string name = server_.new_name();
    server_.run("CREATE DATABASE " + name);
    {
      const auto empty = value_of(open_postgres({.url = server_.url(name)}));
      value_of(empty->write([&](Connection& db) { return db.run_script(table); }));
    }
    const Error error = refusal(server_.url_text("postgres", name));
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_THAT(error.message, HasSubstr("no store of this program"));
    EXPECT_THAT(error.message, HasSubstr(name));
  }
}

TEST_F(OpenPostgres, RefusesADatabaseWhereItMayMakeNoTables) {
  const std::string name = server_.new_name();
  server_.run("CREATE ROLE humble LOGIN PASSWORD 'humble'");
  server_.run("CREATE DATABASE " + name);
  const Error error = refusal(server_.url_text("humble:humble", name));
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.message, HasSubstr("GRANT CREATE ON SCHEMA public"));
}

TEST_F(OpenPostgres, RefusesAnotherEncoding) {
  const std::string name = server_.new_name();
  server_.run("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
  EXPECT_THAT(refusal(server_.url_text("postgres", name)).message,
              HasSubstr("make one with ENCODING 'UTF8'"));
}

TEST_F(OpenPostgres, LetsTheUrlSayOtherwise) {
  const auto setting = [&](const std::string& parameters, const std::string& name) {
    const auto database = value_of(
        open_postgres({.url = Secret(server_.url_text("postgres", "postgres", parameters))}));
    const auto reader = value_of(database->reader());
    return value_of(reader->row(Query("SELECT current_setting({})", name),
                                [](const Row& row) { return std::string(row.text(0)); }))
        .value();
  };
  EXPECT_EQ(setting("", "statement_timeout"), "30s");
  EXPECT_EQ(setting("", "plan_cache_mode"), "force_custom_plan");
  EXPECT_EQ(setting("", "application_name"), "sextant");
  const std::string theirs =
      "&application_name=night&options=-c%20statement_timeout%3D5s%20-c%20bytea_output%3Descape";
  EXPECT_EQ(setting(theirs, "statement_timeout"), "5s");
  EXPECT_EQ(setting(theirs, "application_name"), "night");
  EXPECT_EQ(setting(theirs, "plan_cache_mode"), "force_custom_plan");
  EXPECT_EQ(setting(theirs, "bytea_output"), "hex");  // which we could not read otherwise
}

TEST_F(OpenPostgres, PlansForTheValuesUnlessAnyPlanIsAsGood) {
  const auto database =
      value_of(open_postgres({.url = Secret(server_.url_text("postgres", "postgres", ""))}));
  const auto planning = [](Connection& connection, bool keeps_plan) {
    Query query("SELECT current_setting('plan_cache_mode')");
    if (keeps_plan) query.keep_plan();
    return value_of(connection.row(query, [](const Row& row) { return std::string(row.text(0)); }))
        .value();
  };
  const auto reader = value_of(database->reader());
  EXPECT_EQ(planning(*reader, true), "auto");
  EXPECT_EQ(planning(*reader, false), "force_custom_plan");
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(planning(*reader, false), "force_custom_plan");
    EXPECT_EQ(planning(*reader, true), "auto");
    // An error takes the setting back.
    EXPECT_FALSE(reader->execute(Query("SELECT 1 / 0")));
  }
  EXPECT_EQ(planning(*reader, false), "force_custom_plan");
  value_of(database->write([&](Connection& writer) -> Result<void> {
    EXPECT_EQ(planning(writer, false), "auto") << "what writers ask goes by keys";
    return {};
  }));
}

// A server that says hello as an old one does, once.
class OldServer {
 public:
  OldServer() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory_.path() / ".s.PGSQL.5432").string();
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listening_, 1) != 0)
      throw std::runtime_error("no socket");
    thread_ = std::jthread([this] { serve(); });
  }
  std::string url() const {
    return fmt::format("postgresql://u@/db?host={}&target_session_attrs=any",
                       directory_.path().string());
  }

 private:
  static std::string message(char type, const std::string& content) {
    const auto length = static_cast<char>(content.size() + 4);
    return std::string{type, 0, 0, 0, length} + content;
  }
  void serve() const {
    const int connection = accept(listening_, nullptr, nullptr);
    char startup[1024];
    (void)!read(connection, startup, sizeof startup);
    const std::string hello = message('R', std::string(4, '\0')) +
                              message('S', std::string("server_version\0"
                                                       "11.22\0",
                                                       21)) +
                              message('S', std::string("server_encoding\0UTF8\0", 21)) +
                              message('Z', "I");
    (void)!write(connection, hello.data(), hello.size());
    (void)!read(connection, startup, sizeof startup);
    close(connection);
    close(listening_);
  }

  testing::TemporaryDirectory directory_;
  int listening_ = socket(AF_UNIX, SOCK_STREAM, 0);
  std::jthread thread_;
};

TEST_F(OpenPostgres, RefusesAServerThatIsTooOld) {
  const OldServer server;
  const Error error = refusal(server.url());
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.message, HasSubstr("PostgreSQL 11; version 13 or later"));
}

}  // namespace
}  // namespace sextant::db
