#include "app/signals.h"

#include <csignal>
#include <sys/wait.h>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kollect::app {
namespace {

// A child that waits for its end, says so, and then takes its time to stop.
class Child {
 public:
  Child() {
    EXPECT_EQ(::pipe(pipe_), 0);
    pid_ = ::fork();
    if (pid_ == 0) run();
  }
  ~Child() {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }

  void signal(int number) const { ::kill(pid_, number); }
  // The next byte it wrote.
  char said() const {
    char byte = 0;
    return ::read(pipe_[0], &byte, 1) == 1 ? byte : '?';
  }
  int status() const {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return status;
  }

 private:
  void say(char byte) const {
    if (::write(pipe_[1], &byte, 1) != 1) ::_exit(3);
  }
  [[noreturn]] void run() const {
    const EndSignals signals;
    say('w');
    say(signals.wait() == SIGTERM ? 't' : 'i');
    while (true) ::pause();
  }

  int pipe_[2] = {-1, -1};
  pid_t pid_ = 0;
};

TEST(EndSignals, tell_which_one_came) {
  for (const int number : {SIGTERM, SIGINT}) {
    const Child child;
    EXPECT_EQ(child.said(), 'w');
    child.signal(number);
    EXPECT_EQ(child.said(), number == SIGTERM ? 't' : 'i');
    child.signal(SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(child.status()));
  }
}

TEST(EndSignals, a_second_one_ends_the_process_at_once_with_1) {
  const Child child;
  EXPECT_EQ(child.said(), 'w');
  child.signal(SIGTERM);
  EXPECT_EQ(child.said(), 't');
  child.signal(SIGINT);
  const int status = child.status();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

}  // namespace
}  // namespace kollect::app
