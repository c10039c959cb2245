#include "http/address_guard.hpp"

#include <arpa/inet.h>

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "testing/http_inside_urls.hpp"

namespace sextant::http {
namespace {

bool is_public(const char* text) {
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, text, bytes.data()) == 1)
    return is_public_address(std::span(bytes).first(4));
  EXPECT_EQ(::inet_pton(AF_INET6, text, bytes.data()), 1) << text;
  return is_public_address(bytes);
}

TEST(AddressGuard, KnowsWhatIsNotPublic) {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "100.100.100.200",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.9",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "168.63.129.16",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:8.8.8.8",
                           "::7f00:1",
                           "64:ff9b::7f00:1",
                           "64:ff9b::808:808",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:0:53aa:64c::1",
                           "2001:10::1",
                           "2001:20::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",
                           "2002:a00:1::",
                           "3fff::1",
                           "3fff:fff::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "ff0e::1",
                           "4000::1",
                           "5f00::1"})
    EXPECT_FALSE(is_public(text)) << text;
}

TEST(AddressGuard, KnowsTheNeighboursThatArePublic) {
  for (const char* text :
       {"1.1.1.1",          "9.255.255.255",   "11.0.0.0",       "100.63.255.255",
        "100.128.0.0",      "126.255.255.255", "128.0.0.1",      "169.253.255.255",
        "169.255.0.0",      "172.15.255.255",  "172.32.0.0",     "192.0.1.1",
        "192.167.255.255",  "192.169.0.0",     "198.17.255.255", "198.20.0.0",
        "223.255.255.255",  "168.63.129.15",   "2001:200::1",    "2001:4860:4860::8888",
        "2001:db7:ffff::1", "2001:db9::1",     "2003::1",        "2606:4700::1111",
        "3fff:1000::1"})
    EXPECT_TRUE(is_public(text)) << text;
}

TEST(OutgoingUrl, MayLeadToThePublicInternet) {
  for (const char* url :
       {"https://example.com/hook", "https://hooks.example.co.uk:8443/a?b=c#d",
        "https://1.1.1.1/hook", "https://[2606:4700::1111]/hook", "https://xn--bcher-kva.example/",
        "HTTPS://EXAMPLE.COM", "https://example.com/a%20b", "https://a_b.example.com/"})
    EXPECT_TRUE(check_outgoing_url(url, {})) << url;
}

TEST(OutgoingUrl, IsRefusedWhereItCanBeSeenToLeadInside) {
  const auto urls = testing::inside_urls(8443);
  ASSERT_GE(urls.size(), 60u);
  for (const std::string& url : urls) {
    const auto checked = check_outgoing_url(url, {.allow_private = false, .allow_insecure = true});
    EXPECT_FALSE(checked) << url;
    if (!checked) {
      EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
      EXPECT_TRUE(checked.error().message.starts_with("url ")) << checked.error().message;
    }
  }
}

TEST(OutgoingUrl, NeedsHttpsUnlessAllowed) {
  EXPECT_FALSE(check_outgoing_url("http://example.com/", {}));
  EXPECT_TRUE(
      check_outgoing_url("http://example.com/", {.allow_private = false, .allow_insecure = true}));
  for (const char* url :
       {"ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "example.com",
        "//example.com/", "", "https://", "https:///x", "javascript:alert(1)", "https:example.com"})
    EXPECT_FALSE(check_outgoing_url(url, {.allow_private = true, .allow_insecure = true})) << url;
}

TEST(OutgoingUrl, HoldsNothingThatParsersDisagreeAbout) {
  for (const char* url :
       {"https://example.com@127.0.0.1/", "https://user:pass@example.com/",
        "https://example.com\\@127.0.0.1/", "https://exa mple.com/", "https://example.com/\r\nX: y",
        "https://example.com:0/", "https://example.com:99999/", "https://ex%61mple.com/",
        "https://b\xc3\xbc"
        "cher.example/",
        "https://example.com:80:443/"})
    EXPECT_FALSE(check_outgoing_url(url, {.allow_private = true, .allow_insecure = true})) << url;
  EXPECT_FALSE(check_outgoing_url("https://example.com/" + std::string(3000, 'a'), {}));
}

TEST(OutgoingUrl, MayLeadInsideWhereAllowed) {
  const Reach reach{.allow_private = true, .allow_insecure = true};
  EXPECT_TRUE(check_outgoing_url("http://127.0.0.1:8080/hook", reach));
  EXPECT_TRUE(check_outgoing_url("http://receiver:8080/hook", reach));
}

}  // namespace
}  // namespace sextant::http
