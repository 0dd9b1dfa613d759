// All watches of one API server on one loop: what collection runs on.
//
// Start reading at watcher.h, which decides; here is only what drives it: transfers with
// credentials, timers, discovery and the one list at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "kube/client.h"
#include "kube/watcher.h"
#include "net/loop.h"

namespace kollect::kube {

enum class WatchId : uint64_t {};

// Everything belongs to the thread that runs the loop, and every callback comes from inside it.
// Nothing blocks, except that credentials are read (a plugin: run) when a request starts. Over
// HTTP/1.1 each watch needs a connection of its own: give the loop as many.
class Session {
 public:
  // All outlive this.
  Session(net::Loop& loop, const KubeClient& client, const Clock& clock = system_clock());
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The reader outlives the watch. Its first call comes from the loop, never from here.
  WatchId start(WatchSpec spec, WatchReader& reader, WatcherOptions options = {});
  // No further call to the reader. From inside one of its own calls: the rest of the bytes at hand
  // may still come, so the reader must live until the loop's next step. Unknown ids: nothing.
  void stop(WatchId id);
  void relist(WatchId id);
  // Kinds may have come or gone (a CustomResourceDefinition changed, say).
  void refresh_discovery();

  // Null when unknown.
  const Watcher* find(WatchId id) const;
  size_t size() const;

  // One request with a small answer, as KubeClient::send but without blocking: `done` is called
  // once, unless the session ends before.
  void send(Request request, std::chrono::milliseconds timeout,
            std::function<void(Result<Answer>)> done);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace kollect::kube
