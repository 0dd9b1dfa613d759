// One watch of one resource in one scope, as a state machine without sockets, threads or clocks of
// its own: what happened goes in, what must be done comes out, and what the bytes say goes to a
// WatchReader while they arrive.
//
// session.h drives any number of these on one loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json_split.h"
#include "base/result.h"
#include "kube/detail/backoff.h"
#include "kube/detail/watch_frame.h"
#include "kube/discovery.h"
#include "kube/request.h"
#include "net/http.h"

namespace kollect::kube {

struct WatchSpec {
  Gvk gvk = {};
  std::string ns = {};  // empty: all namespaces; not used for resources of the cluster
  std::string label_selector = {};
  std::string field_selector = {};
  Part part = Part::whole;
  enum class Then { watch, stop } then = Then::watch;  // after the list
};

enum class WatchState {
  resolving,      // not known yet whether the kind is served
  not_installed,  // the server was asked and does not serve it: there are no objects
  listing,        // the first list waits for its turn or is under way
  live,           // a list is complete and followed; also while it is taken anew
  forbidden,      // 403; asked again within 30 s
  retrying,       // the server cannot be reached or does not do its part; what is known stays
};
std::string_view word(WatchState state);

struct WatchReport {
  WatchState state = WatchState::resolving;
  const ApiResource* resource = nullptr;  // null until discovery found it
  std::optional<Error> why = std::nullopt;
};

// Of watches only: an added object was not there at the version before.
enum class ObjectChange { listed, added, changed, erased };

// Who takes the objects. Called inside the inputs of Watcher, on their thread; bytes are good until
// the call returns.
class WatchReader {
 public:
  virtual ~WatchReader() = default;
  // Once or more before each end_list: a list that starts over begins again.
  virtual void begin_list() = 0;
  // JSON of an object, unread: decoding it, and counting one that does not decode, is the reader's.
  // A listed object may come more than once; items of a list lack apiVersion and kind.
  virtual void object(ObjectChange change, std::string_view bytes) = 0;
  // Complete: what was not listed since the last begin_list is gone.
  virtual void end_list() = 0;
  // Each change of state or of its reason. not_installed: every object is gone. forbidden: nothing
  // is known any more, yet a server that has just started may deny wrongly; a list follows before
  // any other event.
  virtual void state(const WatchReport& report) = 0;
  // Something in the stream that cannot be told apart was skipped, or ended it; the rest goes on.
  virtual void unreadable(const Error& error) = 0;
};

// What is to be done, in this order: transfer, turn, resolve, timer. A watcher has at most one
// transfer and one timer: starting replaces.
struct WatchStep {
  enum class Transfer : uint8_t { keep, cancel, start } transfer = Transfer::keep;
  std::optional<Request> request = std::nullopt;  // with start
  std::chrono::milliseconds idle_timeout{0};  // with start: end the transfer when silent so long
  enum class Turn : uint8_t { keep, ask, leave } turn = Turn::keep;
  // cached: an answer from before will do, as Discovery's rule has it; fresh: ask anew.
  enum class Resolve : uint8_t { no, cached, fresh } resolve = Resolve::no;
  std::optional<std::chrono::milliseconds> timer = std::nullopt;
};

struct WatchCounts {
  uint64_t bytes = 0;  // of bodies
  uint64_t listed = 0;
  uint64_t events = 0;  // changed and erased
  uint64_t unreadable = 0;
  uint64_t lists = 0;  // complete ones
  uint64_t pages = 0;  // asked for; a streaming list has none
};

struct WatcherOptions {
  int page_size = 500;
  std::chrono::milliseconds list_idle_timeout{60'000};
  std::chrono::milliseconds watch_idle_timeout{90'000};  // bookmarks come once a minute
  uint64_t seed = 0;                                     // of the jitter; 0: a session picks one
};

// Inputs that do not fit the moment change nothing: an answer that was overtaken may still come.
class Watcher {
 public:
  // The reader and the clock outlive this.
  Watcher(WatchSpec spec, WatchReader& reader, WatcherOptions options = {},
          const Clock& clock = system_clock());
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  WatchStep start();
  // ApiResource, Absent or Error.
  WatchStep resolved(const DiscoveryAnswer& answer);
  WatchStep turn();  // it is ours
  WatchStep response(const net::Response& head);
  WatchStep chunk(std::string_view bytes);
  WatchStep ended(const Status& status);
  WatchStep timer();
  // Kinds may have come or gone: one that waits to be installed asks at once.
  WatchStep nudge();
  // Takes the list anew; a watch goes on until it is this one's turn.
  WatchStep relist();
  WatchStep stop();  // for good, with no report

  WatchState state() const { return report_.state; }
  const WatchSpec& spec() const { return spec_; }
  // Null until discovery found it.
  const ApiResource* resource() const { return resource_ ? &*resource_ : nullptr; }
  const WatchCounts& counts() const { return counts_; }
  // Empty until a list is complete.
  const std::string& resource_version() const { return resource_version_; }

 private:
  enum class Phase : uint8_t { fresh, stopped, resolving, turn, page, stream, watch, pause, done };
  enum class Next : uint8_t { resolve, list, watch };

  class Pieces : public json::PieceReader {
   public:
    explicit Pieces(Watcher& owner) : owner_(owner) {}
    void on_item(std::string_view bytes) override { owner_.on_piece(bytes); }
    void on_member(std::string_view key, std::string_view value) override {
      owner_.on_list_member(key, value);
    }

   private:
    Watcher& owner_;
  };

  WatchStep taken();
  void report(WatchState state, std::optional<Error> why = std::nullopt);
  void begin_transfer(Phase phase, Request request);
  void drop_transfer();
  void begin_resolving(WatchStep::Resolve how);
  void found(const ApiResource& resource);
  void not_installed(std::string why);
  Place place() const;
  void ask_turn();
  void leave_turn();
  void look_for_stall();
  void restart_list();
  void start_list();
  void start_page();
  void start_watch();
  void list_done();
  void pause(std::chrono::milliseconds delay, Next next);

  void on_piece(std::string_view bytes);
  void on_list_member(std::string_view key, std::string_view value);
  void on_frame(const WatchFrame& frame);
  void on_bookmark(std::string_view object);
  void on_error_frame(std::string_view object);
  void skip(const Error& error);

  void page_ended(const Status& status);
  void stream_ended(const Status& status);
  void watch_ended(const Status& status);
  void broken(const Error& why);
  void fail(const BackoffRange& range, const Error& why);
  void refused(const ApiStatus& status);
  void expired(const Error& why);
  bool retry_differently(int code);
  Next same_again() const { return phase_ == Phase::watch ? Next::watch : Next::list; }
  // No transition has left the bytes at hand behind.
  bool is_reading() const { return step_.transfer == WatchStep::Transfer::keep; }

  // Constant after construction.
  const WatchSpec spec_;
  WatchReader& reader_;
  const WatcherOptions options_;
  const Clock& clock_;
  Pieces pieces_;

  // The state proper.
  Phase phase_ = Phase::fresh;
  Next next_ = Next::resolve;  // of a pause
  WatchReport report_;
  std::optional<ApiResource> resource_;
  bool has_list_ = false;         // complete and not yet given up
  bool is_unconfirmed_ = false;   // a 404 came and discovery was not heard since
  bool offers_streaming_ = true;  // until the server showed otherwise
  bool offers_pages_ = true;      // until two continue tokens expired
  int expired_ = 0;               // 410s without an event between them
  int failed_streams_ = 0;
  Part part_;
  enum class TurnHeld : uint8_t { none, asked, held } turn_ = TurnHeld::none;
  std::string resource_version_;
  std::string list_version_;  // of the page at hand
  std::string continue_;      // of the page at hand
  std::string next_continue_;
  Backoff backoff_;

  // Of the transfer under way.
  bool is_open_ = false;
  std::string what_;                      // for errors: "GET /api/v1/pods"
  std::optional<net::Response> refusal_;  // a head that is no success, and its body so far
  bool has_head_ = false;
  Steady::time_point started_at_{};
  uint64_t frames_ = 0;
  uint64_t bytes_at_look_ = 0;
  int unreadable_in_a_row_ = 0;
  std::optional<json::Splitter> splitter_;
  VersionReader versions_;

  WatchCounts counts_;
  WatchStep step_;  // what the input at hand asks for so far
};

}  // namespace kollect::kube
