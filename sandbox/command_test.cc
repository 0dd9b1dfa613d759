// The program itself: its flags, what it writes, and how it ends.
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kollect::sandbox {
namespace {

namespace fs = std::filesystem;

class Command : public testing::Test {
 protected:
  Command() : folder_(fs::path(testing::TempDir()) / fmt::format("sandbox-{}", getpid())) {
    fs::create_directories(folder_);
  }
  ~Command() override { fs::remove_all(folder_); }

  // Output and error of a shell command in the folder, in which $SANDBOX is the program.
  std::string shell(const std::string& command) const {
    const std::string all =
        fmt::format("cd {}; SANDBOX={}; ({}) 2>&1", folder_.string(), KOLLECT_SANDBOX, command);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(all.c_str(), "r"), &pclose);
    std::string out;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
      out += static_cast<char>(c);
    return out;
  }

  fs::path folder_;
};

TEST_F(Command, a_bad_flag_shows_the_usage_and_exits_with_2) {
  for (const char* flags :
       {"--nonsense", "--churn=x", "--listen nowhere", "--listen 127.0.0.1:65536", "extra"}) {
    const std::string out = shell(fmt::format("$SANDBOX {} </dev/null; echo rc=$?", flags));
    EXPECT_NE(out.find("rc=2"), std::string::npos) << flags << '\n' << out;
  }
  EXPECT_NE(shell("$SANDBOX --nonsense").find("usage: kollect-sandbox"), std::string::npos);
}

TEST_F(Command, help_and_version_say_that_it_is_a_sandbox) {
  EXPECT_NE(shell("$SANDBOX --help; echo rc=$?").find("rc=0"), std::string::npos);
  EXPECT_NE(shell("$SANDBOX --help").find("not Kubernetes"), std::string::npos);
  EXPECT_EQ(shell("$SANDBOX --version"), "v1.36.0+kollect-sandbox\n");
}

TEST_F(Command, it_writes_a_private_kubeconfig_and_ends_on_a_signal) {
  const std::string out = shell(
      "touch out; $SANDBOX --living-cluster 16 --kubeconfig-out config >out & pid=$!; "
      "until grep -q kubectl out; do sleep 0.05; done; stat -c %a config; "
      "grep -c token config; kill -INT $pid; wait $pid; echo rc=$?");
  EXPECT_EQ(out, "600\n1\nrc=0\n");
}

}  // namespace
}  // namespace kollect::sandbox
