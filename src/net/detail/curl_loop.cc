#include <algorithm>
#include <cerrno>
#include <map>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "net/detail/transfer.h"
#include "net/loop.h"

namespace kollect::net {

namespace {

constexpr long kMaxConcurrentStreams = 250;
constexpr std::chrono::milliseconds kLongestWait{60'000};
constexpr int kEventsAtOnce = 64;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { KOLLECT_CHECK(fd_ >= 0); }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// One stream: a transfer and what its handler asked for.
class Stream : public TransferReader {
 public:
  Stream(Request request, StreamHandler& handler, const ConnectionOptions& connection,
         const TransferOptions& options)
      : transfer(std::move(request), connection, options), handler_(handler) {}

  bool take_head(const Response& head) override {
    if (is_cancelled) return false;
    handler_.on_response(head);
    return !is_cancelled;
  }

  Take take_bytes(std::string_view bytes) override {
    if (is_cancelled) return Take::stop;
    if (is_paused) return Take::later;
    switch (handler_.on_chunk(bytes)) {
      case Flow::go_on:
        break;
      case Flow::pause:
        is_paused = true;
        break;
      case Flow::cancel:
        is_cancelled = true;
        break;
    }
    return is_cancelled ? Take::stop : Take::taken;
  }

  void end(const Status& status) {
    if (!std::exchange(is_cancelled, true)) handler_.on_end(status);
  }

  Transfer transfer;
  bool is_cancelled = false;  // the handler is not called any more
  bool is_paused = false;
  bool is_added = false;  // part of the multi handle
  std::optional<Deadline> deadline;
  std::optional<TimerId> timer;

 private:
  StreamHandler& handler_;
};

}  // namespace

// libcurl may not be re-entered from its own callbacks, and handlers run inside them: so start,
// cancel and resume only note what is wanted, and settle() carries it out between two steps.
class Loop::Core {
 public:
  explicit Core(LoopOptions options)
      : connection(std::move(options.connection)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    prepare_curl();
    multi_.reset(curl_multi_init());
    KOLLECT_CHECK(multi_ != nullptr);
    CURLM* multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
    curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, long{options.max_connections_per_host});
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Core::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Core::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    watch(wake_.fd(), EPOLLIN);
  }

  ~Core() {
    for (auto& [id, stream] : streams_) {
      stream->is_cancelled = true;
      remove(*stream);
    }
    streams_.clear();
  }

  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  StreamId start(Request request, StreamHandler& handler, const StreamOptions& options) {
    const StreamId id{++last_id_};
    auto stream = std::make_unique<Stream>(
        std::move(request), handler, connection,
        TransferOptions{.version = options.version.value_or(connection.version),
                        .idle_timeout = options.idle_timeout,
                        .receive_buffer_bytes = options.receive_buffer_bytes});
    stream->deadline = options.deadline;
    streams_.emplace(id, std::move(stream));
    to_start_.push_back(id);
    return id;
  }

  void cancel(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr || stream->is_cancelled) return;
    stream->is_cancelled = true;
    to_drop_.push_back(id);
  }

  void resume(StreamId id) {
    Stream* stream = find(id);
    if (stream != nullptr && std::exchange(stream->is_paused, false)) to_resume_.push_back(id);
  }

  TimerId call_at(Steady::time_point time, std::function<void()> fn) {
    const TimerId id{++last_id_};
    timers_.emplace(std::pair(time, id), std::move(fn));
    timer_times_.emplace(id, time);
    return id;
  }

  void cancel_timer(TimerId id) {
    const auto found = timer_times_.find(id);
    if (found == timer_times_.end()) return;
    timers_.erase({found->second, id});
    timer_times_.erase(found);
  }

  void wake() const {
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_.fd(), &one, sizeof one);
  }

  void run_once(std::chrono::milliseconds timeout, const std::stop_token& stop) {
    const std::stop_callback wake_up(stop, [this] { wake(); });
    settle();
    if (!stop.stop_requested()) take_events(wait_time(timeout));
    run_library_timer();
    run_timers();
    settle();
  }

  size_t open_streams() const {
    return static_cast<size_t>(std::ranges::count_if(
        streams_, [](const auto& entry) { return !entry.second->is_cancelled; }));
  }

  ConnectionOptions connection;
  std::function<void()> on_wake;

 private:
  using Millis = std::chrono::milliseconds;

  Stream* find(StreamId id) {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second.get();
  }

  // --- what was asked for since the last step

  // Each may ask for more of the others through the handlers it calls.
  void settle() {
    collect_ended();
    while (!to_start_.empty() || !to_resume_.empty() || !to_drop_.empty()) {
      for (const StreamId id : std::exchange(to_start_, {})) begin(id);
      for (const StreamId id : std::exchange(to_resume_, {})) unpause(id);
      for (const StreamId id : std::exchange(to_drop_, {})) drop(id);
      collect_ended();
    }
  }

  void begin(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr || stream->is_cancelled) return;
    const Status ready = stream->transfer.prepare(*stream, alert_);
    if (!ready) {
      stream->end(ready);
      to_drop_.push_back(id);
      return;
    }
    curl_easy_setopt(stream->transfer.handle(), CURLOPT_PIPEWAIT, 1L);
    by_handle_.emplace(stream->transfer.handle(), id);
    add(*stream);
    set_timer(id, *stream);
  }

  void unpause(StreamId id) {
    Stream* stream = find(id);
    if (stream != nullptr && stream->is_added && !stream->is_cancelled) stream->transfer.unpause();
  }

  // One timer a stream: at its deadline or when it would have been silent for too long, whichever
  // comes first. What arrives meanwhile does not move the timer; it looks again when it runs.
  void set_timer(StreamId id, Stream& stream) {
    auto due = stream.transfer.idle_at();
    if (stream.deadline) due = std::min(*stream.deadline, due.value_or(*stream.deadline));
    if (due) stream.timer = call_at(*due, [this, id] { check_time(id); });
  }

  void check_time(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr || stream->is_cancelled) return;
    stream->timer.reset();
    if (stream->is_paused) stream->transfer.touch();
    const auto now = Steady::now();
    const auto idle_at = stream->transfer.idle_at();
    if (stream->deadline && now >= *stream->deadline) {
      stream->end(stream->transfer.given_up("no complete answer within the time allowed for it"));
    } else if (idle_at && now >= *idle_at) {
      stream->end(stream->transfer.silent());
    } else {
      return set_timer(id, *stream);
    }
    to_drop_.push_back(id);
  }

  void drop(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr) return;
    if (stream->timer) cancel_timer(*stream->timer);
    remove(*stream);
    by_handle_.erase(stream->transfer.handle());
    streams_.erase(id);
  }

  void add(Stream& stream) {
    stream.is_added = true;
    curl_multi_add_handle(multi_.get(), stream.transfer.handle());
  }

  void remove(Stream& stream) {
    if (std::exchange(stream.is_added, false)) {
      curl_multi_remove_handle(multi_.get(), stream.transfer.handle());
    }
  }

  void collect_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) ended(message->easy_handle, message->data.result);
    }
  }

  void ended(CURL* handle, CURLcode code) {
    const auto found = by_handle_.find(handle);
    if (found == by_handle_.end()) return;
    const StreamId id = found->second;
    Stream& stream = *streams_.at(id);
    remove(stream);
    if (!stream.is_cancelled) {
      const auto outcome = stream.transfer.outcome(code);
      if (!outcome) {
        add(stream);
        return;
      }
      stream.end(*outcome);
    }
    to_drop_.push_back(id);
  }

  // --- waiting

  Millis wait_time(Millis timeout) const {
    Millis wait = std::min(timeout, kLongestWait);
    const auto now = Steady::now();
    const auto shorten = [&](Steady::time_point due) {
      wait = std::clamp(std::chrono::ceil<Millis>(due - now), Millis(0), wait);
    };
    if (library_due_) shorten(*library_due_);
    if (!timers_.empty()) shorten(timers_.begin()->first.first);
    return wait;
  }

  void take_events(Millis wait) {
    epoll_event events[kEventsAtOnce];
    const int count =
        epoll_wait(epoll_.fd(), events, kEventsAtOnce, static_cast<int>(wait.count()));
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_.fd()) {
        take_wake();
        continue;
      }
      int what = 0;
      if ((events[i].events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
      if ((events[i].events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
      if ((events[i].events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
      int running = 0;
      curl_multi_socket_action(multi_.get(), fd, what, &running);
    }
  }

  void take_wake() {
    uint64_t times = 0;
    if (read(wake_.fd(), &times, sizeof times) == sizeof times && on_wake) on_wake();
  }

  void run_library_timer() {
    if (!library_due_ || *library_due_ > Steady::now()) return;
    library_due_.reset();
    int running = 0;
    curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
  }

  // Only those due now: a timer that sets itself again at once does not starve the sockets.
  void run_timers() {
    const auto now = Steady::now();
    std::vector<TimerId> due;
    for (const auto& [key, fn] : timers_) {
      if (key.first > now) break;
      due.push_back(key.second);
    }
    for (const TimerId id : due) {
      const auto found = timer_times_.find(id);
      if (found == timer_times_.end()) continue;  // cancelled by one before it
      const auto fn = std::move(timers_.extract({found->second, id}).mapped());
      timer_times_.erase(found);
      fn();
    }
  }

  // --- libcurl's view of sockets and time

  void watch(int fd, uint32_t events) {
    epoll_event event{.events = events, .data = {.fd = fd}};
    if (epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, fd, &event) == 0) return;
    KOLLECT_CHECK(errno == ENOENT && epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event) == 0);
  }

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    auto* core = static_cast<Core*>(self);
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(core->epoll_.fd(), EPOLL_CTL_DEL, fd, nullptr);
      return 0;
    }
    uint32_t events = 0;
    if (what != CURL_POLL_OUT) events |= EPOLLIN;
    if (what != CURL_POLL_IN) events |= EPOLLOUT;
    core->watch(fd, events);
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    auto* core = static_cast<Core*>(self);
    core->library_due_.reset();
    if (milliseconds >= 0) core->library_due_ = Steady::now() + Millis(milliseconds);
    return 0;
  }

  const Descriptor epoll_;
  const Descriptor wake_;
  TlsAlert alert_;
  std::optional<Steady::time_point> library_due_;
  CurlMulti multi_;  // its end calls back: after what it uses
  uint64_t last_id_ = 0;
  std::map<StreamId, std::unique_ptr<Stream>> streams_;
  std::unordered_map<CURL*, StreamId> by_handle_;
  std::vector<StreamId> to_start_;
  std::vector<StreamId> to_resume_;
  std::vector<StreamId> to_drop_;
  std::map<std::pair<Steady::time_point, TimerId>, std::function<void()>> timers_;
  std::map<TimerId, Steady::time_point> timer_times_;
};

Loop::Loop(LoopOptions options) : core_(std::make_unique<Core>(std::move(options))) {}
Loop::~Loop() = default;

StreamId Loop::start(Request request, StreamHandler& handler, StreamOptions options) {
  return core_->start(std::move(request), handler, options);
}

void Loop::cancel(StreamId stream) { core_->cancel(stream); }
void Loop::resume(StreamId stream) { core_->resume(stream); }

TimerId Loop::call_at(Steady::time_point time, std::function<void()> fn) {
  return core_->call_at(time, std::move(fn));
}

void Loop::cancel_timer(TimerId timer) { core_->cancel_timer(timer); }
void Loop::on_wake(std::function<void()> fn) { core_->on_wake = std::move(fn); }
void Loop::wake() { core_->wake(); }
void Loop::set_connection(ConnectionOptions options) { core_->connection = std::move(options); }

void Loop::run_once(std::chrono::milliseconds timeout, std::stop_token stop) {
  core_->run_once(timeout, stop);
}

void Loop::run(std::stop_token stop) {
  while (!stop.stop_requested()) core_->run_once(kLongestWait, stop);
}

size_t Loop::open_streams() const { return core_->open_streams(); }

}  // namespace kollect::net
