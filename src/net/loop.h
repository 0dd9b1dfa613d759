// Many streaming responses on one thread: the way watches and lists are read.
//
// The thread that calls run() or run_once() owns everything: sockets, handlers, timers. Nothing is
// queued: a chunk is in the handler's hands before the next one is read from the socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "net/client.h"
#include "net/http.h"

namespace kollect::net {

enum class Flow {
  go_on,
  pause,  // this chunk was taken; no other until resume(). What was under way is kept: up to 32 MiB
          // over HTTP/2
  cancel,  // as Loop::cancel: no further call
};

// One stream's receiver. Called on the loop's thread, in this order: on_response once, on_chunk for
// each piece, on_end once and last. It must outlive its stream: until on_end was called or the
// stream was cancelled.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // Status and headers, whatever the status; the body is empty.
  virtual void on_response(const Response& head) = 0;
  virtual Flow on_chunk(std::string_view chunk) = 0;
  // Complete, or why not (faults as of Client). A failure before the response comes without
  // on_response.
  virtual void on_end(const Status& status) = 0;
};

enum class StreamId : uint64_t {};
enum class TimerId : uint64_t {};

struct StreamOptions {
  std::optional<HttpVersion> version = std::nullopt;  // else the connection's
  std::chrono::milliseconds idle_timeout{
      0};  // ends a stream that received nothing for so long; 0: never
  std::optional<Deadline> deadline = std::nullopt;  // for the whole response
  // What is read at once, and what each open stream costs in memory; chunks are never above 16 KiB.
  // For one large body over HTTP/1.1, 256 KiB take a third less processor time; over HTTP/2 nothing
  // is gained.
  size_t receive_buffer_bytes = size_t{16} << 10;
};

struct LoopOptions {
  ConnectionOptions connection;
  int max_connections_per_host =
      4;  // HTTP/2 streams share them; with HTTP/1.1 further streams wait
};

// All methods belong to the thread that runs the loop, also from inside callbacks; wake() alone may
// come from any thread. Streams that are open when the loop ends are dropped without a call.
class Loop {
 public:
  explicit Loop(LoopOptions options);
  ~Loop();

  // The stream's first call comes from a later run_once(), never from start() itself.
  StreamId start(Request request, StreamHandler& handler, StreamOptions options = {});
  // No further call to the handler, which may be destroyed at once. Unknown and ended streams:
  // nothing.
  void cancel(StreamId stream);
  // Ends a pause.
  void resume(StreamId stream);

  // Calls `fn` once, at or soon after `time`.
  TimerId call_at(Steady::time_point time, std::function<void()> fn);
  void cancel_timer(TimerId timer);

  // Called on the loop's thread after one or more calls of wake(), and maybe once more after a
  // stop.
  void on_wake(std::function<void()> fn);
  // Any thread, as long as the loop lives: run_once() returns soon, on_wake is called.
  void wake();

  // Streams started from now on use these (rotated credentials, say).
  void set_connection(ConnectionOptions options);

  // Waits until something happens, `timeout` passed or a stop is asked for, and handles what is
  // ready.
  void run_once(std::chrono::milliseconds timeout, std::stop_token stop);
  // Until a stop is asked for.
  void run(std::stop_token stop);

  size_t open_streams() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace kollect::net
