// For tests: the many ways to write where nothing of ours may be sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sextant::testing {

inline std::vector<std::string> inside_hosts() {
  return {
      // Loopback, as every parser since 4.2BSD has read it.
      "127.0.0.1",
      "127.0.0.1.",
      "127.1",
      "127.0.1",
      "127.0.0.2",
      "127.255.255.254",
      "2130706433",
      "2130706433.",
      "0x7f000001",
      "0x7F000001",
      "0x7f.1",
      "0x7f.0.0.1",
      "0x7f.0x0.0x0.0x1",
      "0177.0.0.1",
      "0177.1",
      "017700000001",
      "00000177.0.0.1",
      "0177.0.0.01",
      "127.0x1",
      "127.00000.00000.1",
      "0x0000007f.1",
      "4294967297",
      "0x17f000001",
      "127.0.0.1.0",
      "127.65537",
      // This host, and nobody.
      "0",
      "0.0.0.0",
      "0x0",
      "00",
      "0.0",
      "[::]",
      "[0:0:0:0:0:0:0:0]",
      // IPv6, and IPv4 within it.
      "[::1]",
      "[0:0:0:0:0:0:0:1]",
      "[0000:0000:0000:0000:0000:0000:0000:0001]",
      "[::0001]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::FFFF:7F00:0001]",
      "[0:0:0:0:0:ffff:127.0.0.1]",
      "[::127.0.0.1]",
      "[::7f00:1]",
      "[64:ff9b::127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[64:ff9b:1::7f00:1]",
      "[2002:7f00:1::]",
      "[2001:0:7f00:1::]",
      "[fe80::1]",
      "[fe80::1%25lo]",
      "[fe80::1%lo]",
      "[fc00::1]",
      "[fd00:ec2::254]",
      "[ff02::1]",
      "[2001:db8::1]",
      "[::ffff:0:127.0.0.1]",
      // Private, link-local and shared.
      "10.0.0.1",
      "0xa.0.0.1",
      "012.0.0.1",
      "167772161",
      "172.16.0.1",
      "192.168.1.1",
      "3232235777",
      "169.254.169.254",
      "2852039166",
      "0xa9fea9fe",
      "0251.0376.0251.0376",
      "169.16689662",
      "[::ffff:169.254.169.254]",
      "100.64.0.1",
      "100.100.100.200",
      "168.63.129.16",
      // Multicast, reserved, everybody.
      "224.0.0.1",
      "240.0.0.1",
      "255.255.255.255",
      // Names.
      "localhost",
      "LOCALHOST",
      "LocalHost",
      "localhost.",
      "localhost..",
      "a.localhost",
      "a.b.LOCALHOST.",
      "localhost.localdomain",
      "intranet",
      "router.local",
      "db.internal",
      "metadata.google.internal",
      "printer.lan",
      "nas.home.arpa",
      // What IDN, percent decoding and user names make of it.
      "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1",  // fullwidth 127
      "127\xe3\x80\x82"
      "0\xe3\x80\x82"
      "0\xe3\x80\x82"
      "1",  // ideographic full stops
      "\xe2\x93\x9b\xe2\x93\x9e\xe2\x93\x92\xe2\x93\x90\xe2\x93\x9b"
      "\xe2\x93\x97\xe2\x93\x9e\xe2\x93\xa2\xe2\x93\xa3",  // circled "localhost"
      "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1",        // circled 127
      "%31%32%37%2e%30%2e%30%2e%31",
      "127%2e0%2e0%2e1",
      "loc%61lhost",
      "%6cocalhost",
      "example.com@127.0.0.1",
      "example.com:443@127.0.0.1",
      "example.com%40127.0.0.1",
      "127.0.0.1%00.example.com",
      "127.0.0.1\\.example.com",
      " 127.0.0.1",
      "127.0.0.1 ",
      "[127.0.0.1]",
      "[::1].",
  };
}

inline std::vector<std::string> inside_urls(std::uint16_t port) {
  std::vector<std::string> urls;
  for (const std::string& host : inside_hosts())
    urls.push_back("http://" + host + ":" + std::to_string(port) + "/hook");
  return urls;
}

}  // namespace sextant::testing
