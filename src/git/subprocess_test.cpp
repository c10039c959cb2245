#include "git/subprocess.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace sextant::git {
namespace {

struct Outcome {
  std::string output;
  Subprocess::Exit exit;
};

Outcome run(const std::string& script, std::string_view input = {}) {
  auto child = Subprocess::start(
      {.arguments = {"sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin", "GREETING=hello"}});
  EXPECT_TRUE(child) << child.error().message;
  child->feed(input);
  child->end_input();
  Outcome outcome;
  std::vector<char> block(5000);
  for (auto got = child->read(block); got && *got > 0; got = child->read(block))
    outcome.output.append(block.data(), *got);
  outcome.exit = child->finish();
  return outcome;
}

TEST(Subprocess, GivesOutputErrorOutputAndStatus) {
  const Outcome outcome = run("echo $GREETING; echo oh no >&2; exit 3");
  EXPECT_EQ(outcome.output, "hello\n");
  EXPECT_EQ(outcome.exit.error_output, "oh no");
  EXPECT_EQ(outcome.exit.status, 3);
  EXPECT_FALSE(outcome.exit.is_success());
}

TEST(Subprocess, FeedsMoreThanAnyPipeHoldsWithoutBlocking) {
  const std::string input(8 << 20, 'x');
  const Outcome outcome = run("cat", input);
  EXPECT_EQ(outcome.output, input);
  EXPECT_TRUE(outcome.exit.is_success());
}

TEST(Subprocess, OutlivesAChildThatDoesNotListen) {
  const Outcome outcome = run("exec 0<&-; echo done", std::string(8 << 20, 'x'));
  EXPECT_EQ(outcome.output, "done\n");
  EXPECT_TRUE(outcome.exit.is_success());
}

TEST(Subprocess, KeepsOnlyTheEndOfALongErrorOutput) {
  const Outcome outcome = run("head -c 3000000 /dev/zero | tr '\\0' e >&2; echo END >&2; echo out");
  EXPECT_EQ(outcome.output, "out\n");
  EXPECT_TRUE(outcome.exit.error_output.ends_with("eEND"));
  EXPECT_LE(outcome.exit.error_output.size(), 8u << 10);
}

TEST(Subprocess, TellsWhichSignalKilledIt) {
  const Outcome outcome = run("echo begun; kill -9 $$");
  EXPECT_EQ(outcome.output, "begun\n");
  EXPECT_EQ(outcome.exit.signal, SIGKILL);
  EXPECT_EQ(outcome.exit.reason(), "killed by signal 9");
}

TEST(Subprocess, DoesNotWaitForWhatTheChildLeavesBehind) {
  const Outcome outcome = run("sleep 100 >/dev/null & echo $!");
  EXPECT_TRUE(outcome.exit.is_success());
  ::kill(std::stoi(outcome.output), SIGKILL);
}

TEST(Subprocess, IsKilledWithItsOwner) {
  pid_t pid = 0;
  {
    auto child = Subprocess::start(
        {.arguments = {"sh", "-c", "echo $$; exec sleep 100"}, .environment = {}});
    ASSERT_TRUE(child);
    std::vector<char> block(100);
    const auto got = child->read(block);
    ASSERT_TRUE(got);
    pid = std::stoi(std::string(block.data(), *got));
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Subprocess, SaysWhenTheProgramIsMissing) {
  const auto child = Subprocess::start({.arguments = {"no-such-program-here"}, .environment = {}});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().message, "no-such-program-here cannot be run: No such file or directory");
}

}  // namespace
}  // namespace sextant::git
