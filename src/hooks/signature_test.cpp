#include "hooks/signature.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hooks/endpoint_secrets.hpp"

namespace sextant::hooks {
namespace {

// The example of the Standard Webhooks specification's libraries.
const Secret secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
constexpr const char* id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* body = R"({"test": 2432232314})";
const Instant at = from_unix_ms(1'614'265'330'999);

TEST(Signature, IsWhatStandardWebhooksSays) {
  const auto headers = signature_headers(secret, Secret(), id, at, body);
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[1], "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(headers[2], "webhook-timestamp: 1614265330");
  EXPECT_EQ(headers[3], "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, OfTheBodyIsKeyedWithTheWholeSecret) {
  const auto headers = signature_headers(secret, Secret(), id, at, body);
  EXPECT_EQ(headers[0],
            "X-GitLeads-Signature: sha256=" + to_hex(hmac_sha256(secret.reveal(), body)));
}

TEST(Signature, HasBothWhileARotationLasts) {
  const Secret former = new_signing_secret();
  const auto now = signature_headers(secret, Secret(), id, at, body);
  const auto before = signature_headers(former, Secret(), id, at, body);
  const auto both = signature_headers(secret, former, id, at, body);
  EXPECT_EQ(both[0], now[0]);
  const std::string prefix = "webhook-signature: ";
  EXPECT_EQ(both[3], now[3] + " " + before[3].substr(prefix.size()));
}

TEST(Signature, SecretsAreTextsOf32RandomBytes) {
  const std::string text = new_signing_secret().reveal();
  EXPECT_EQ(text.size(), secret_prefix.size() + 44);
  EXPECT_TRUE(text.starts_with("whsec_"));
  EXPECT_TRUE(text.ends_with("="));
  EXPECT_NE(text, new_signing_secret().reveal());
  EXPECT_EQ(to_base64("\xff\xfe\xfd"), "//79");
  EXPECT_EQ(to_base64("a"), "YQ==");
}

}  // namespace
}  // namespace sextant::hooks
