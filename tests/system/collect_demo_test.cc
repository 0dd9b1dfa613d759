// `make demo` as its user sees it, on the sandbox: it ends by itself or by Ctrl-C, and leaves
// nothing behind.
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect_process.h"

namespace kollect::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

// The demo with its temporary files in a folder of the test.
class Demo : public ::testing::Test {
 protected:
  Demo() { fs::create_directory(scratch_.path("tmp")); }

  std::string command() const {
    return fmt::format("TMPDIR={} {}/tools/demo {}", scratch_.path("tmp"), KOLLECT_SOURCE_DIR,
                       KOLLECT_PROGRAMS);
  }
  ShellOutcome run(const std::string& line) const {
    ShellOutcome outcome = shell(fmt::format("({}) >{} 2>&1", line, scratch_.path("out")));
    outcome.out = text_of(scratch_.path("out"));
    return outcome;
  }
  // Files, and processes that name the folder on their command line.
  std::vector<std::string> left_behind() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(scratch_.path("tmp")))
      all.push_back(entry.path().string());
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string words = text_of((entry.path() / "cmdline").string());
      if (words.find(scratch_.path("tmp") + "/kollect-demo") != std::string::npos)
        all.push_back(words);
    }
    return all;
  }

  Scratch scratch_;
};

TEST_F(Demo, ends_by_itself_without_a_terminal) {
  const auto outcome = run("DEMO_SECONDS=3 " + command() + " </dev/null");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("get deployments -A\n"),
                                 HasSubstr("5 of 5 targets settled"), HasSubstr("   last: ")));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Demo, an_interrupt_without_a_terminal_ends_it) {
  const auto outcome = run("timeout -s INT 2 env DEMO_SECONDS=60 " + command() + " </dev/null");
  EXPECT_EQ(outcome.code, 124) << outcome.out;  // of timeout, which sent the signal
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Demo, a_terminal_is_redrawn_until_control_c) {
  const auto outcome = run("(sleep 6; printf '\\003'; sleep 1) | script -qec '" + command() +
                           "; echo ended with $?' /dev/null");
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("\x1b[K\r\n\x1b[J\x1b["), HasSubstr("LAST OF "),
                                 HasSubstr("ended with 0")));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Demo, says_what_it_cannot_read) {
  const auto outcome = run("DEMO_KUBECONFIG=/nonexistent/config " + command());
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("cannot read /nonexistent/config"));
}

}  // namespace
}  // namespace kollect::testing
