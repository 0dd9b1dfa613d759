#include "net/loop.h"

#include <algorithm>
#include <list>

#include <gmock/gmock.h>

#include "net/testing/certificates.h"
#include "net/testing/h2_server.h"
#include "net/testing/process_memory.h"
#include "net/testing/raw_server.h"
#include "net/testing/running_server.h"

namespace kollect::net {
namespace {

using namespace std::chrono_literals;

// Keeps everything it is told; `next` decides what follows a chunk.
struct Recorder : StreamHandler {
  void on_response(const Response& head) override { status = head.status; }
  Flow on_chunk(std::string_view chunk) override {
    bytes += chunk.size();
    ++chunks;
    return next ? next() : Flow::go_on;
  }
  void on_end(const Status& result) override {
    ++ends;
    end = result;
    if (at_end) at_end();
  }

  int status = 0;
  int chunks = 0;
  int ends = 0;
  size_t bytes = 0;
  Status end;
  std::function<Flow()> next;
  std::function<void()> at_end;
};

// Runs until `done` holds; false after five seconds.
bool run_until(Loop& loop, const std::function<bool()>& done) {
  const auto limit = Steady::now() + 5s;
  while (!done() && Steady::now() < limit) loop.run_once(50ms, {});
  return done();
}

class Endless : public BodySource {
 public:
  void start(Waker) override {}
  Pulled pull(std::string& out) override {
    out.append(size_t{64} << 10, 'x');
    return {.state = State::more};
  }
};

Reply small(const Request& request, const Peer&) {
  return {.response = {.body = "got " + request.url}};
}

Reply endless(const Request&, const Peer&) {
  return {.response = {}, .source = std::make_unique<Endless>()};
}

// A body that says "tick" each time the test rings.
class Bell {
 public:
  void ring() {
    const Waker waker = waker_.copy();
    count_.with([](int& count) { ++count; });
    if (waker) waker();
  }
  std::unique_ptr<BodySource> source() { return std::make_unique<Source>(*this); }
  bool is_open() const { return bool(waker_.copy()); }
  Handler handler() {
    return
        [this](const Request&, const Peer&) { return Reply{.response = {}, .source = source()}; };
  }

 private:
  class Source : public BodySource {
   public:
    explicit Source(Bell& bell) : bell_(bell) {}
    ~Source() override {
      bell_.waker_.update([](Waker& waker) { waker = nullptr; });
    }
    void start(Waker waker) override {
      bell_.waker_.update([&](Waker& kept) { kept = waker; });
    }
    Pulled pull(std::string& out) override {
      const int rung = bell_.count_.with([](int& count) { return std::exchange(count, 0); });
      for (int i = 0; i < rung; ++i) out += "tick";
      return {.state = State::wait};
    }

   private:
    Bell& bell_;
  };

  Guarded<Waker> waker_;
  Guarded<int> count_{0};
};

TEST(Loop, a_response_comes_as_head_chunks_and_end) {
  RunningServer server({}, small);
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server.url("/x")}, recorder);
  EXPECT_EQ(loop.open_streams(), 1U);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.status, 200);
  EXPECT_EQ(recorder.bytes, 6U);
  EXPECT_TRUE(recorder.end);
  EXPECT_EQ(loop.open_streams(), 0U);
}

TEST(Loop, start_itself_calls_nothing_even_for_a_request_that_cannot_be_sent) {
  Loop loop({});
  Recorder recorder;
  loop.start({.url = "nonsense"}, recorder);
  EXPECT_EQ(recorder.ends, 0);
  loop.run_once(0ms, {});
  EXPECT_EQ(recorder.ends, 1);
  EXPECT_EQ(recorder.end.error().fault, Fault::invalid);
}

TEST(Loop, a_chunk_arrives_when_it_is_sent_not_when_the_stream_ends) {
  Bell bell;
  RunningServer server({}, bell.handler());
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server.url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.status == 200; }));
  for (int i = 1; i <= 3; ++i) {
    bell.ring();
    ASSERT_TRUE(run_until(loop, [&] { return recorder.chunks == i; })) << i;
  }
  EXPECT_EQ(recorder.ends, 0);
}

TEST(Loop, a_paused_stream_gets_nothing_until_it_is_resumed_and_others_go_on) {
  RunningServer server({}, endless);
  RunningServer other({}, small);
  Loop loop({});
  Recorder paused;
  paused.next = [] { return Flow::pause; };
  const StreamId stream = loop.start({.url = server.url()}, paused);
  ASSERT_TRUE(run_until(loop, [&] { return paused.chunks == 1; }));
  Recorder recorder;
  loop.start({.url = other.url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(paused.chunks, 1);
  loop.resume(stream);
  ASSERT_TRUE(run_until(loop, [&] { return paused.chunks == 2; }));
}

TEST(Loop, a_cancelled_stream_is_never_called_again) {
  RunningServer server({}, endless);
  Loop loop({});
  auto recorder = std::make_unique<Recorder>();
  StreamId stream{};
  int chunks = 0;
  recorder->next = [&] {
    if (++chunks == 3) loop.cancel(stream);
    return Flow::go_on;
  };
  stream = loop.start({.url = server.url()}, *recorder);
  ASSERT_TRUE(run_until(loop, [&] { return chunks == 3; }));
  recorder.reset();
  for (int i = 0; i < 20; ++i) loop.run_once(1ms, {});
  EXPECT_EQ(chunks, 3);
  EXPECT_EQ(loop.open_streams(), 0U);
}

TEST(Loop, a_handler_may_end_its_own_stream_by_its_answer) {
  RunningServer server({}, endless);
  Loop loop({});
  Recorder recorder;
  recorder.next = [] { return Flow::cancel; };
  loop.start({.url = server.url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.chunks == 1; }));
  for (int i = 0; i < 20; ++i) loop.run_once(1ms, {});
  EXPECT_EQ(recorder.chunks, 1);
  EXPECT_EQ(recorder.ends, 0);
}

TEST(Loop, callbacks_may_start_and_cancel_streams) {
  RunningServer server({}, small);
  RunningServer forever({}, endless);
  Loop loop({});
  Recorder second;
  Recorder victim;
  const StreamId doomed = loop.start({.url = forever.url()}, victim);
  Recorder first;
  first.next = [&] {
    loop.start({.url = server.url("/second")}, second);
    loop.cancel(doomed);
    return Flow::go_on;
  };
  first.at_end = [&] { loop.start({.url = server.url("/third")}, second); };
  loop.start({.url = server.url("/first")}, first);
  ASSERT_TRUE(run_until(loop, [&] { return second.ends == 2; }));
  EXPECT_EQ(victim.ends, 0);
  EXPECT_EQ(loop.open_streams(), 0U);
}

TEST(Loop, an_idle_timeout_ends_a_silent_stream) {
  Bell bell;
  RunningServer server({}, bell.handler());
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server.url()}, recorder, {.idle_timeout = 100ms});
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.end.error().fault, Fault::unavailable);
  EXPECT_THAT(recorder.end.error().text(), testing::HasSubstr("stalled"));
}

TEST(Loop, a_stream_that_speaks_now_and_then_or_is_paused_is_not_silent) {
  Bell bell;
  RunningServer server({}, bell.handler());
  Loop loop({});
  Recorder recorder;
  const StreamId stream = loop.start({.url = server.url()}, recorder, {.idle_timeout = 200ms});
  std::function<void()> speak = [&] {
    bell.ring();
    loop.call_at(Steady::now() + 50ms, speak);
  };
  ASSERT_TRUE(run_until(loop, [&] { return recorder.status == 200; }));
  speak();
  ASSERT_TRUE(run_until(loop, [&] { return recorder.chunks == 10; }));
  recorder.next = [] { return Flow::pause; };
  const auto until = Steady::now() + 500ms;
  ASSERT_TRUE(run_until(loop, [&] { return Steady::now() > until; }));
  EXPECT_EQ(recorder.ends, 0);
  recorder.next = nullptr;
  loop.resume(stream);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.chunks >= 12; }));
}

TEST(Loop, a_deadline_ends_a_stream_however_busy) {
  RunningServer server({}, endless);
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server.url()}, recorder, {.deadline = Steady::now() + 100ms});
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.end.error().fault, Fault::unavailable);
}

TEST(Loop, a_server_that_dies_ends_all_its_streams) {
  Bell bell;
  std::optional<RunningServer> server(std::in_place, ServerOptions{}, bell.handler());
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server->url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.status == 200; }));
  server.reset();
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.end.error().fault, Fault::unavailable);
}

TEST(Loop, the_guard_denies_at_dial_time) {
  RawServer server([](const RawConnection&) {});
  LoopOptions options;
  options.connection.guard = EndpointPolicy{};
  Loop loop(options);
  Recorder recorder;
  loop.start({.url = server.url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.end.error().fault, Fault::denied);
  EXPECT_EQ(server.accepted(), 0);
}

TEST(Loop, a_guarded_stream_that_is_permitted_runs) {
  RunningServer server({}, small);
  LoopOptions options;
  options.connection.guard = EndpointPolicy{.allow_loopback = true};
  Loop loop(options);
  Recorder recorder;
  loop.start({.url = server.url()}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_TRUE(recorder.end) << recorder.end.error().text();
}

// --- time and waking

TEST(Loop, timers_run_in_order_of_time_and_not_when_cancelled) {
  Loop loop({});
  std::string order;
  const auto now = Steady::now();
  loop.call_at(now + 20ms, [&] { order += 'c'; });
  loop.call_at(now + 1ms, [&] { order += 'a'; });
  const TimerId gone = loop.call_at(now + 2ms, [&] { order += 'x'; });
  loop.call_at(now + 1ms, [&] { order += 'b'; });
  loop.cancel_timer(gone);
  ASSERT_TRUE(run_until(loop, [&] { return order.size() == 3; }));
  EXPECT_EQ(order, "abc");
}

TEST(Loop, a_timer_may_cancel_another_and_set_itself_again) {
  Loop loop({});
  int runs = 0;
  TimerId victim{};
  std::function<void()> again = [&] {
    loop.cancel_timer(victim);
    if (++runs < 3) loop.call_at(Steady::now(), again);
  };
  const auto due = Steady::now();
  loop.call_at(due, again);
  victim = loop.call_at(due, [&] { runs = 100; });
  ASSERT_TRUE(run_until(loop, [&] { return runs >= 3; }));
  EXPECT_EQ(runs, 3);
}

TEST(Loop, wake_from_another_thread_ends_the_wait) {
  Loop loop({});
  int woken = 0;
  loop.on_wake([&] { ++woken; });
  const std::jthread other([&] { loop.wake(); });
  const auto start = Steady::now();
  loop.run_once(10s, {});
  EXPECT_EQ(woken, 1);
  EXPECT_LT(Steady::now() - start, 5s);
}

TEST(Loop, a_stop_ends_run_within_a_second) {
  Bell bell;
  RunningServer server({}, bell.handler());
  Loop loop({});
  Recorder recorder;
  loop.start({.url = server.url()}, recorder);
  std::stop_source stop;
  Guarded<Steady::time_point> asked;
  const std::jthread stopper([&] {
    while (!bell.is_open()) std::this_thread::yield();
    asked.with([](auto& time) { time = Steady::now(); });
    stop.request_stop();
  });
  loop.run(stop.get_token());
  EXPECT_LT(Steady::now() - asked.copy(), 1s);
}

// --- many streams over HTTP/2

class ManyStreams : public testing::Test {
 protected:
  static LoopOptions trusting(const TestAuthority& authority) {
    LoopOptions options;
    options.connection.tls.ca_pem = authority.pem();
    return options;
  }

  bool open(size_t count) {
    for (size_t i = 0; i < count; ++i)
      loop.start({.url = server.url("/idle")}, handlers.emplace_back());
    return run_until(loop, [&] {
      return std::ranges::all_of(handlers,
                                 [](const Recorder& handler) { return handler.bytes == 5; });
    });
  }

  TestAuthority authority{"authority"};
  TemporaryFolder folder;
  H2Server server{folder.server_files(authority.server("h2.test"))};
  std::list<Recorder> handlers;
  Loop loop{trusting(authority)};
};

TEST_F(ManyStreams, idle_300_cost_less_than_10_mib_and_one_percent_of_a_core) {
  ASSERT_TRUE(open(1));
  const int64_t before = resident_bytes();
  ASSERT_TRUE(open(300));
  const int64_t grown = resident_bytes() - before;
  const double cpu_before = thread_cpu_seconds();
  const auto start = Steady::now();
  std::stop_source stop;
  loop.call_at(start + 2s, [&] { stop.request_stop(); });
  loop.run(stop.get_token());
  const double share = (thread_cpu_seconds() - cpu_before) /
                       std::chrono::duration<double>(Steady::now() - start).count();
  std::printf(
      "300 idle HTTP/2 streams: %d connections, %.2f MiB (server included), %.3f %% of a core\n",
      server.accepted(), static_cast<double>(grown) / 1048576, share * 100);
  EXPECT_TRUE(grown < 10 << 20 || !kCountsMemory);
  EXPECT_LE(server.accepted(), 4);
  EXPECT_LT(share, 0.01);
}

TEST_F(ManyStreams, one_among_300_idle_still_gets_its_bytes) {
  ASSERT_TRUE(open(300));
  Recorder recorder;
  const auto start = Steady::now();
  loop.start({.url = server.url("/bytes/50000000")}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.bytes, 50'000'000U);
  std::printf("50 MB beside 300 idle streams: %.3f s\n",
              std::chrono::duration<double>(Steady::now() - start).count());
}

TEST_F(ManyStreams, a_paused_one_holds_back_its_sender_and_no_other) {
  Recorder paused;
  paused.next = [] { return Flow::pause; };
  loop.start({.url = server.url("/endless")}, paused);
  ASSERT_TRUE(run_until(loop, [&] { return paused.chunks == 1; }));
  Recorder recorder;
  const int64_t before = resident_bytes();
  loop.start({.url = server.url("/bytes/20000000")}, recorder);
  ASSERT_TRUE(run_until(loop, [&] { return recorder.ends == 1; }));
  EXPECT_EQ(recorder.bytes, 20'000'000U);
  EXPECT_EQ(paused.chunks, 1);
  const int64_t grown = resident_bytes() - before;
  std::printf("paused HTTP/2 stream: memory grew by %.1f MiB\n",
              static_cast<double>(grown) / 1048576);
  EXPECT_TRUE(grown < 40 << 20 || !kCountsMemory);
}

}  // namespace
}  // namespace kollect::net
