#include "hooks/endpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "testing/hooks_fixture.hpp"
#include "testing/http_inside_urls.hpp"

namespace sextant::hooks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::value_of;

class Endpoints : public testing::HooksTest {
 protected:
  Endpoints() { settings.reach = {}; }
  Result<CreatedEndpoint> try_to_add(const NewEndpoint& endpoint) {
    Result<CreatedEndpoint> created = fail(ErrorKind::internal, "not tried");
    (void)database_->write([&](db::Connection& connection) -> Result<void> {
      created = add_endpoint(connection, organization, endpoint, settings, sealer, clock.now());
      if (!created) return std::unexpected(created.error());
      return {};
    });
    return created;
  }
  Endpoint change(const CreatedEndpoint& created, const EndpointChange& change) {
    return write([&](db::Connection& connection) {
      return change_endpoint(connection, organization, created.endpoint.id, change, settings,
                             sealer, clock.now());
    });
  }
  std::vector<Endpoint> list(std::int64_t of = organization) {
    const auto reader = value_of(database_->reader());
    return value_of(list_endpoints(*reader, of));
  }
};

SEXTANT_ON_EVERY_DATABASE(Endpoints);

TEST_P(Endpoints, AreKeptWithWhatTheyWant) {
  const Wants wants{.events = {"lead.created"},
                    .texts = {{"repository", {"Acme/SDK"}}},
                    .numbers = {{"fit_score", 70}}};
  const auto created =
      add({.kind = Kind::slack, .url = "https://example.com/a", .wants = wants, .credential = {}});
  EXPECT_TRUE(created.secret.reveal().starts_with("whsec_"));
  const Endpoint found = find(created);
  EXPECT_EQ(found.kind, Kind::slack);
  EXPECT_EQ(found.url, "https://example.com/a");
  EXPECT_EQ(found.wants, wants);
  EXPECT_TRUE(found.enabled);
  EXPECT_EQ(found.created_at, clock.now());
  EXPECT_EQ(list().size(), 1u);
  EXPECT_THAT(list(8), IsEmpty());
}

TEST_P(Endpoints, KeepTheirSecretsSealed) {
  const auto created =
      add({.kind = Kind::hubspot, .url = "", .wants = {}, .credential = Secret("pat-very-secret")});
  EXPECT_EQ(created.endpoint.url, "https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert");
  const auto reader = value_of(database_->reader());
  const auto stored = *value_of(reader->row(
      db::Query("SELECT secret, credential FROM hook_endpoints"),
      [](const db::Row& row) { return std::string(row.blob(0)) + std::string(row.blob(1)); }));
  EXPECT_EQ(stored.find("pat-very"), std::string::npos);
  EXPECT_EQ(stored.find(created.secret.reveal().substr(6, 10)), std::string::npos);
}

TEST_P(Endpoints, LieInThePublicInternet) {
  for (const std::string& url : testing::inside_urls(443)) {
    std::string secure = url;
    secure.replace(0, 4, "https");
    const auto created =
        try_to_add({.kind = Kind::webhook, .url = secure, .wants = {}, .credential = {}});
    ASSERT_FALSE(created) << secure;
    EXPECT_EQ(created.error().kind, ErrorKind::invalid);
  }
  EXPECT_THAT(list(), IsEmpty());
}

TEST_P(Endpoints, HaveACredentialWhereItIsNeededOnly) {
  EXPECT_THAT(
      try_to_add({.kind = Kind::hubspot, .url = "", .wants = {}, .credential = {}}).error().message,
      HasSubstr("token"));
  EXPECT_FALSE(try_to_add(
      {.kind = Kind::slack, .url = "https://example.com", .wants = {}, .credential = Secret("x")}));
  EXPECT_FALSE(try_to_add(
      {.kind = Kind::hubspot, .url = "", .wants = {}, .credential = Secret("x\r\nHost: y")}));
}

TEST_P(Endpoints, AreChangedInPart) {
  const auto created = add("https://example.com/a");
  EXPECT_EQ(change(created,
                   {.url = "https://example.com/b", .wants = {}, .enabled = {}, .credential = {}})
                .url,
            "https://example.com/b");
  const Endpoint off =
      change(created, {.url = {}, .wants = {}, .enabled = false, .credential = {}});
  EXPECT_FALSE(off.enabled);
  EXPECT_EQ(off.disabled_at, clock.now());
  EXPECT_EQ(off.disabled_reason, "switched off");
  EXPECT_EQ(off.url, "https://example.com/b");
  const Endpoint on = change(created, {.url = {},
                                       .wants = Wants{.events = {"x"}, .texts = {}, .numbers = {}},
                                       .enabled = true,
                                       .credential = {}});
  EXPECT_TRUE(on.enabled);
  EXPECT_EQ(on.disabled_at, std::nullopt);
  EXPECT_EQ(on.disabled_reason, "");
  EXPECT_THAT(on.wants.events, ElementsAre("x"));
}

TEST_P(Endpoints, OfOthersAreNotThere) {
  const auto created = add("https://example.com/a");
  const auto reader = value_of(database_->reader());
  EXPECT_EQ(find_endpoint(*reader, 8, created.endpoint.id).error().kind, ErrorKind::not_found);
  const auto removed = database_->write([&](db::Connection& connection) {
    return remove_endpoint(connection, 8, created.endpoint.id);
  });
  EXPECT_EQ(removed.error().kind, ErrorKind::not_found);
  const auto rotated = database_->write([&](db::Connection& connection) -> Result<void> {
    TRY(rotate_secret(connection, 8, created.endpoint.id, settings, sealer, clock.now()));
    return {};
  });
  EXPECT_EQ(rotated.error().kind, ErrorKind::not_found);
  EXPECT_EQ(list().size(), 1u);
}

TEST_P(Endpoints, AreNotWithoutNumber) {
  for (int i = 0; i < endpoints_most; ++i) add("https://example.com/a");
  const auto more = try_to_add(
      {.kind = Kind::webhook, .url = "https://example.com/a", .wants = {}, .credential = {}});
  EXPECT_EQ(more.error().kind, ErrorKind::conflict);
}

class Announcements : public testing::HooksTest {};

SEXTANT_ON_EVERY_DATABASE(Announcements);

TEST_P(Announcements, WriteNothingWhereNobodyListens) {
  announce_numbers(0, 1);
  add({.kind = Kind::webhook,
       .url = "https://example.com/",
       .wants = {.events = {"other"}, .texts = {}, .numbers = {}},
       .credential = {}});
  add({.kind = Kind::webhook, .url = "https://example.com/", .wants = {}, .credential = {}}, 8);
  announce_numbers(1, 2);
  EXPECT_EQ(count("hook_messages"), 0);
  EXPECT_EQ(count("hook_deliveries"), 0);
}

TEST_P(Announcements, QueueADeliveryToEachThatListens) {
  const auto one = add("https://example.com/1");
  const auto two = add("https://example.com/2");
  announce_numbers(0, 2);
  EXPECT_EQ(count("hook_messages"), 2);
  EXPECT_EQ(log_of(one).size(), 2u);
  EXPECT_EQ(log_of(two).size(), 2u);
  EXPECT_EQ(log_of(one)[0].message_id, log_of(two)[0].message_id);
  EXPECT_NE(log_of(one)[0].message_id, log_of(one)[1].message_id);
}

TEST_P(Announcements, ComeToNothingWithTheirTransaction) {
  add("https://example.com/1");
  (void)database_->write([&](db::Connection& connection) -> Result<void> {
    TRY(hooks::announce(connection, organization,
                        {.event = "a", .data = "{}", .texts = {}, .numbers = {}, .subject = {}},
                        clock.now()));
    return fail(ErrorKind::invalid, "no");
  });
  EXPECT_EQ(count("hook_messages"), 0);
  EXPECT_EQ(count("hook_deliveries"), 0);
}

TEST_P(Announcements, HaveTheDocumentedBody) {
  add("https://example.com/1");
  announce({.event = "lead.created",
            .data = R"({"id":"lead_1"})",
            .texts = {},
            .numbers = {},
            .subject = "github/1"});
  const auto reader = value_of(database_->reader());
  const auto body =
      *value_of(reader->row(db::Query("SELECT body FROM hook_messages"),
                            [](const db::Row& row) { return std::string(row.text(0)); }));
  EXPECT_EQ(body, R"({"event":"lead.created","timestamp":")" + to_iso(clock.now()) +
                      R"(","type":"lead.created","data":{"id":"lead_1"}})");
}

TEST_P(Announcements, ForgetASubject) {
  add("https://example.com/1");
  for (const char* subject : {"github/1", "github/2", "github/1", ""})
    announce({.event = "lead.created",
              .data = R"({"name":"Jane"})",
              .texts = {{"login", "jane"}},
              .numbers = {},
              .subject = subject});
  const auto erase = [&](std::string_view subject) {
    return write([&](db::Connection& connection) {
      return erase_subject(connection, organization, subject);
    });
  };
  EXPECT_EQ(erase("github/1"), 2);
  EXPECT_EQ(erase("github/1"), 0);
  EXPECT_EQ(erase(""), 0);
  const auto reader = value_of(database_->reader());
  const auto left = *value_of(reader->row(db::Query("SELECT COUNT(*) FROM hook_messages WHERE body "
                                                    "LIKE '%Jane%' AND attributes LIKE '%jane%'"),
                                          [](const db::Row& row) { return row.integer(0); }));
  EXPECT_EQ(left, 2);
}

}  // namespace
}  // namespace sextant::hooks
