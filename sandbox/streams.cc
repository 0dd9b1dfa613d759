#include <algorithm>

#include <fmt/format.h>

#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

using State = net::BodySource::State;

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr std::string_view kGarbage = "\x01{]garbage\n";

std::string error_frame(const Failure& failure) {
  return fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n", status_text(failure));
}

class WatchSource : public net::BodySource {
 public:
  WatchSource(const Call& call, View view, uint64_t version, Steady::time_point ends_at)
      : cluster_(call.cluster),
        view_(std::move(view)),
        resource_(view_.kind().resource()),
        bookmark_interval_(call.options.bookmark_interval),
        ends_at_(ends_at),
        version_(version),
        wants_state_(call.is_set("sendInitialEvents")) {
    const bool has_bookmarks = call.is_set("allowWatchBookmarks");
    if (has_bookmarks) bookmark_at_ = Steady::now() + bookmark_interval_;
    wants_mark_ = wants_state_ && has_bookmarks;
    // Older clients get what lives when they name no version.
    const std::string from = call.option("resourceVersion");
    if (call.option("sendInitialEvents").empty()) wants_state_ = from.empty() || from == "0";
  }
  ~WatchSource() override {
    cluster_.with([&](ClusterState& state) { return state.watches.erase(id_); });
  }
  WatchSource(const WatchSource&) = delete;
  WatchSource& operator=(const WatchSource&) = delete;

  void start(net::Waker waker) override {
    id_ = cluster_.with([&](ClusterState& state) {
      const uint64_t id = state.watches.empty() ? 1 : state.watches.rbegin()->first + 1;
      state.watches.emplace(id, ClusterState::Watch{resource_, std::move(waker)});
      return id;
    });
  }
  Pulled pull(std::string& out) override {
    if (is_cut_) return {.state = State::cut};
    if (auto broken = misbehave(out)) return *broken;
    if (Steady::now() >= ends_at_) return {.state = State::end};
    const uint64_t since = version_;
    if (events_.empty() && !load()) {
      out += error_frame({410, "Expired", fmt::format("too old resource version: {}", since)});
      return {.state = State::end};
    }
    const size_t full = out.size() + kPieceBytes;
    for (; !events_.empty() && out.size() < full; events_.pop_front()) send(out, events_.front());
    if (!events_.empty()) return {.state = State::more};
    mark(out);
    if (!cluster_.read([&](const ClusterState& state) { return state.kind(view_.kind().gvr); }))
      return {.state = State::end};
    return {.state = State::wait, .again_at = std::min(ends_at_, bookmark_at_)};
  }

 private:
  std::optional<Pulled> misbehave(std::string& out) {
    const auto fault = cluster_.with(
        [&](ClusterState& state) { return state.next_fault("watch", resource_, true); });
    if (!fault) return {};
    if (fault->kind == FaultKind::hold) return Pulled{.state = State::wait, .again_at = ends_at_};
    if (fault->kind == FaultKind::garbage) {
      out += kGarbage;
      return {};
    }
    if (fault->kind == FaultKind::error_frame) {
      out += error_frame({fault->code == 0 ? 410 : fault->code, "Expired", "an injected fault"});
      return Pulled{.state = State::end};
    }
    is_cut_ = fault->kind == FaultKind::half_line;
    if (is_cut_) out += R"({"type":"MODIFIED","object":{"kind":")";
    return Pulled{.state = is_cut_ ? State::more : State::cut};
  }

  // Takes what happened since the last time, or what lives at the start; false when it is
  // forgotten.
  bool load() {
    return cluster_.read([&](const ClusterState& state) {
      const Shelf& shelf = state.store.shelf(resource_);
      if (std::exchange(wants_state_, false)) {
        for (const auto& [key, object] : shelf.objects) events_.push_back({nullptr, object});
        version_ = state.store.version();
        return true;
      }
      const auto first = std::ranges::upper_bound(
          shelf.history, version_, {}, [](const Event& event) { return event.after->version; });
      events_.assign(first, shelf.history.end());
      const bool is_known = version_ >= shelf.forgotten;
      version_ = std::max(version_, state.store.version());
      return is_known;
    });
  }

  // What leaves a selection goes, what enters it comes.
  void send(std::string& out, const Event& event) {
    const bool was = event.before && view_.contains(*event.before);
    const bool is = !event.is_end && view_.contains(*event.after);
    if (is || was) out += view_.frame(!is ? "DELETED" : was ? "MODIFIED" : "ADDED", *event.after);
  }

  // The bookmarks that are due.
  void mark(std::string& out) {
    if (std::exchange(wants_mark_, false)) out += view_.bookmark(version_, true);
    if (Steady::now() < bookmark_at_) return;
    out += view_.bookmark(version_, false);
    bookmark_at_ = Steady::now() + bookmark_interval_;
  }

  Cluster& cluster_;
  const View view_;
  const std::string resource_;
  const std::chrono::milliseconds bookmark_interval_;
  const Steady::time_point ends_at_;
  Steady::time_point bookmark_at_ = Steady::time_point::max();
  uint64_t version_;         // of the last event that was taken
  bool wants_state_;         // still to send: what lives
  bool wants_mark_ = false;  // and the bookmark behind it
  uint64_t id_ = 0;
  bool is_cut_ = false;       // the next pull closes the connection
  std::deque<Event> events_;  // not sent yet
};

// Sends a text, then does not go on.
class BrokenSource : public net::BodySource {
 public:
  BrokenSource(std::string text, State then) : text_(std::move(text)), then_(then) {}

  void start(net::Waker) override {}
  Pulled pull(std::string& out) override {
    if (text_.empty()) return {.state = then_};
    out += std::exchange(text_, {});
    return {.state = State::more};
  }

 private:
  std::string text_;
  const State then_;
};

}  // namespace

net::Reply watch(const Call& call, const View& view) {
  const auto asked = number_in(call.option("resourceVersion"), 0);
  const auto seconds = number_in(call.option("timeoutSeconds"), 1800);
  if (!asked || !seconds)
    return refusal(bad_request("resourceVersion or timeoutSeconds is no number"));
  const uint64_t current = call.cluster.with([&](ClusterState& state) {
    if (call.is_set("sendInitialEvents")) ++state.counters[{"watchlist", view.kind().resource()}];
    return state.store.version();
  });
  if (*asked > current) {
    return refusal({504, "Timeout",
                    fmt::format("Too large resource version: {}, current: {}", *asked, current)});
  }
  net::Reply reply = reply_with(200, "");
  reply.source = std::make_unique<WatchSource>(call, view, *asked == 0 ? current : *asked,
                                               Steady::now() + std::chrono::seconds(*seconds));
  return reply;
}

net::Reply broken_reply(std::string text, net::BodySource::State then) {
  net::Reply reply = reply_with(200, "");
  reply.source = std::make_unique<BrokenSource>(std::move(text), then);
  return reply;
}

}  // namespace kollect::sandbox
