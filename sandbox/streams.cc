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
  WatchSource(Cluster& cluster, View view, const Watching& how)
      : cluster_(cluster),
        view_(std::move(view)),
        resource_(view_.kind().resource()),
        how_(how),
        ends_at_(Steady::now() + how.timeout),
        bookmark_at_(Steady::now() + how.bookmark_interval) {}
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
  Pulled pull(std::string& out) override;

 private:
  std::optional<Pulled> misbehave(std::string& out);
  bool load();
  void send(std::string& out, const Event& event);
  void mark(std::string& out);

  Cluster& cluster_;
  const View view_;
  const std::string resource_;
  Watching how_;  // what is still to be done; its version is the last one taken
  const Steady::time_point ends_at_;
  Steady::time_point bookmark_at_;
  uint64_t id_ = 0;
  bool is_cut_ = false;       // the next pull closes the connection
  std::deque<Event> events_;  // not sent yet
};

// Takes what happened since the last time, or what lives at the start; false when it is forgotten.
bool WatchSource::load() {
  return cluster_.read([&](const ClusterState& state) {
    const Shelf& shelf = state.store.shelf(resource_);
    if (std::exchange(how_.sends_state, false)) {
      for (const auto& [key, object] : shelf.objects) events_.push_back({nullptr, object});
      how_.version = state.store.version();
      return true;
    }
    const auto first = std::ranges::upper_bound(
        shelf.history, how_.version, {}, [](const Event& event) { return event.after->version; });
    events_.assign(first, shelf.history.end());
    const bool is_known = how_.version >= shelf.forgotten;
    how_.version = std::max(how_.version, state.store.version());
    return is_known;
  });
}

std::optional<net::BodySource::Pulled> WatchSource::misbehave(std::string& out) {
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

net::BodySource::Pulled WatchSource::pull(std::string& out) {
  if (is_cut_) return {.state = State::cut};
  if (auto broken = misbehave(out)) return *broken;
  if (Steady::now() >= ends_at_) return {.state = State::end};
  const uint64_t since = how_.version;
  if (events_.empty() && !load()) {
    out += error_frame({410, "Expired", fmt::format("too old resource version: {}", since)});
    return {.state = State::end};
  }
  const size_t full = out.size() + kPieceBytes;
  for (; !events_.empty() && out.size() < full; events_.pop_front()) send(out, events_.front());
  if (!events_.empty()) return {.state = State::more};
  mark(out);
  const auto kind =
      cluster_.read([&](const ClusterState& state) { return state.kind(view_.kind().gvr); });
  if (!kind) return {.state = State::end};
  return {.state = State::wait,
          .again_at = how_.bookmarks ? std::min(ends_at_, bookmark_at_) : ends_at_};
}

// What leaves a selection goes, what enters it comes.
void WatchSource::send(std::string& out, const Event& event) {
  const bool was = event.before && view_.contains(*event.before);
  const bool is = !event.is_end && view_.contains(*event.after);
  if (is || was) out += view_.frame(!is ? "DELETED" : was ? "MODIFIED" : "ADDED", *event.after);
}

// The bookmarks that are due.
void WatchSource::mark(std::string& out) {
  if (std::exchange(how_.marks_initial_end, false)) out += view_.bookmark(how_.version, true);
  if (!how_.bookmarks || Steady::now() < bookmark_at_) return;
  out += view_.bookmark(how_.version, false);
  bookmark_at_ = Steady::now() + how_.bookmark_interval;
}

class BrokenSource : public net::BodySource {
 public:
  BrokenSource(std::string text, bool is_silent) : text_(std::move(text)), is_silent_(is_silent) {}

  void start(net::Waker) override {}
  Pulled pull(std::string& out) override {
    if (is_silent_) return {.state = State::wait};
    if (text_.empty()) return {.state = State::cut};
    out += std::exchange(text_, {});
    return {.state = State::more};
  }

 private:
  std::string text_;
  const bool is_silent_;
};

}  // namespace

std::unique_ptr<net::BodySource> watch_source(Cluster& cluster, View view, const Watching& how) {
  return std::make_unique<WatchSource>(cluster, std::move(view), how);
}

std::unique_ptr<net::BodySource> broken_source(std::string text, bool is_silent) {
  return std::make_unique<BrokenSource>(std::move(text), is_silent);
}

}  // namespace kollect::sandbox
