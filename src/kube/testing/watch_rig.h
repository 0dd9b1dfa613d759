// A Watcher under test: brought into any phase by what a server would do, its steps in words.
#pragma once

#include <string>
#include <vector>

#include "base/testing/fake_clock.h"
#include "kube/watcher.h"

namespace kollect::kube {

// Writes down what a watcher tells its reader, one short text a call.
class WatchLog : public WatchReader {
 public:
  void begin_list() override { lines.emplace_back("begin"); }
  void object(ObjectChange change, std::string_view bytes) override;
  void end_list() override { lines.emplace_back("end"); }
  void state(const WatchReport& report) override;
  void unreadable(const Error& error) override;

  // What was told since the last call.
  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::string why;  // of the last state
};

// "start stream, leave turn": a step in the order in which it is carried out. The
// timer that comes with every list is left out.
std::string in_words(const WatchStep& step);

class WatchRig {
 public:
  explicit WatchRig(WatchSpec spec = {.gvk = {"apps", "v1", "Deployment"}},
                    WatcherOptions options = {.page_size = 2});

  static ApiResource deployments();
  static std::string event(const std::string& type, const std::string& name, int version);
  static std::string bookmark(int version, bool ends_list = false);
  static std::string error_event(int code);

  // Each hands an input over and gives its step in words; the step is kept as `last`.
  std::string keep(WatchStep step);
  std::string start() { return keep(watcher.start()); }
  std::string resolve(const DiscoveryAnswer& answer) { return keep(watcher.resolved(answer)); }
  std::string turn() { return keep(watcher.turn()); }
  std::string head(int code, net::Headers headers = {});
  std::string bytes(const std::string& text) { return keep(watcher.chunk(text)); }
  std::string end(const Status& status = {}) { return keep(watcher.ended(status)); }
  std::string timer() { return keep(watcher.timer()); }
  // A refusal with this code, whole.
  std::string refuse(int code, net::Headers headers = {});

  // Until the first list is asked for, as a stream.
  void to_stream();
  // Until it is live, at version 10 with the object "a".
  void to_watch();
  // Until the first page of a server that offers no streaming lists is asked for.
  void to_page();

  testing::FakeClock clock;
  WatchLog log;
  Watcher watcher;
  WatchStep last;
};

}  // namespace kollect::kube
