#include "sandbox/streams.h"

#include <algorithm>

#include <fmt/format.h>

namespace kollect::sandbox {

namespace {

using State = net::BodySource::State;

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr std::string_view kGarbage = "\x01{]garbage\n";

class ListSource : public net::BodySource {
 public:
  ListSource(View view, ListPage page) : view_(std::move(view)), page_(std::move(page)) {}

  void start(net::Waker) override {}
  Pulled pull(std::string& out) override {
    if (next_ == 0) view_.head(out, page_.head);
    const size_t full = out.size() + kPieceBytes;
    for (; next_ < page_.objects.size() && out.size() < full; ++next_) {
      if (next_ > 0) out += ',';
      view_.item(out, *page_.objects[next_]);
    }
    if (next_ < page_.objects.size()) return {.state = State::more};
    View::tail(out);
    return {.state = State::end};
  }

 private:
  View view_;
  ListPage page_;
  size_t next_ = 0;
};

class WatchSource : public net::BodySource {
 public:
  WatchSource(Cluster& cluster, Selection selection, View view, const Watching& how)
      : cluster_(cluster),
        selection_(std::move(selection)),
        resource_(selection_.kind->resource()),
        view_(std::move(view)),
        how_(how),
        seen_(how.version),
        ends_at_(Steady::now() + how.timeout),
        bookmark_at_(Steady::now() + how.bookmark_interval) {}
  ~WatchSource() override { cluster_.unsubscribe(subscription_); }
  WatchSource(const WatchSource&) = delete;
  WatchSource& operator=(const WatchSource&) = delete;

  void start(net::Waker waker) override {
    subscription_ = cluster_.subscribe(resource_, std::move(waker));
  }
  Pulled pull(std::string& out) override;

 private:
  std::optional<Pulled> misbehave(std::string& out);
  void load();
  void send_state(std::string& out);
  void send(std::string& out, const Event& event);
  void send_frame(std::string& out, std::string_view type, const Object& object);
  void send_bookmark(std::string& out);

  Cluster& cluster_;
  const Selection selection_;
  const std::string resource_;
  const View view_;
  const Watching how_;
  uint64_t seen_;
  const Steady::time_point ends_at_;
  Steady::time_point bookmark_at_;
  uint64_t subscription_ = 0;
  bool is_first_ = true;
  bool is_expired_ = false;
  bool is_cut_ = false;  // the next pull closes the connection
  bool has_state_ = false;
  std::vector<ObjectPtr> state_;  // what lives and was not sent yet, the next one last
  std::vector<Event> events_;
  size_t next_ = 0;
};

// Takes what happened since the last time, or what lives at the start.
void WatchSource::load() {
  events_.clear();
  next_ = 0;
  cluster_.read([&](const Store& store) {
    const Shelf* shelf = store.shelf(resource_);
    if (how_.sends_state && !has_state_) {
      seen_ = store.version();
      if (shelf == nullptr) return 0;
      for (const auto& [key, object] : shelf->objects) state_.push_back(object);
      std::ranges::reverse(state_);
      return 0;
    }
    if (shelf == nullptr) return 0;
    is_expired_ = seen_ < shelf->forgotten;
    const auto first = std::ranges::upper_bound(shelf->history, seen_, {}, &Event::version);
    events_.assign(first, shelf->history.end());
    return 0;
  });
}

std::optional<net::BodySource::Pulled> WatchSource::misbehave(std::string& out) {
  const auto fault = cluster_.fault_for_watch(resource_);
  if (!fault) return {};
  switch (fault->kind) {
    case FaultKind::hold:
      return Pulled{.state = State::wait, .again_at = ends_at_};
    case FaultKind::garbage:
      out += kGarbage;
      return {};
    case FaultKind::error_frame:
      out += fmt::format(
          "{{\"type\":\"ERROR\",\"object\":{}}}\n",
          status_text({fault->code == 0 ? 410 : fault->code,
                       fault->code == 0 ? "Expired" : "InternalError", "an injected fault"}));
      return Pulled{.state = State::end};
    case FaultKind::half_line:
      out += R"({"type":"MODIFIED","object":{"kind":")";
      is_cut_ = true;
      return Pulled{.state = State::more};
    default:
      return Pulled{.state = State::cut};
  }
}

net::BodySource::Pulled WatchSource::pull(std::string& out) {
  if (is_cut_) return {.state = State::cut};
  if (auto broken = misbehave(out)) return *broken;
  if (Steady::now() >= ends_at_) return {.state = State::end};
  if (next_ >= events_.size() && state_.empty()) load();
  if (is_expired_) {
    out += fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n",
                       status_text(expired(fmt::format("too old resource version: {}", seen_))));
    return {.state = State::end};
  }
  const size_t full = out.size() + kPieceBytes;
  if (how_.sends_state && !has_state_) send_state(out);
  while (next_ < events_.size() && out.size() < full) send(out, events_[next_++]);
  if (out.size() >= full) return {.state = State::more};
  if (how_.bookmarks && Steady::now() >= bookmark_at_) send_bookmark(out);
  if (cluster_.kind(selection_.kind->gvr) == nullptr) return {.state = State::end};
  return {.state = State::wait,
          .again_at = how_.bookmarks ? std::min(ends_at_, bookmark_at_) : ends_at_};
}

void WatchSource::send_state(std::string& out) {
  const size_t full = out.size() + kPieceBytes;
  for (; !state_.empty() && out.size() < full; state_.pop_back()) {
    if (selection_.contains(*state_.back())) send_frame(out, "ADDED", *state_.back());
  }
  if (!state_.empty()) return;
  has_state_ = true;
  if (how_.marks_initial_end) view_.bookmark(out, seen_, true);
}

// What leaves a selection goes, what enters it comes.
void WatchSource::send(std::string& out, const Event& event) {
  seen_ = event.version;
  const bool was = event.before && selection_.contains(*event.before);
  const bool is = event.after && selection_.contains(*event.after);
  if (is) return send_frame(out, was ? "MODIFIED" : "ADDED", *event.after);
  if (was) send_frame(out, "DELETED", event.gone ? *event.gone : *event.after);
}

void WatchSource::send_frame(std::string& out, std::string_view type, const Object& object) {
  view_.frame(out, type, object, std::exchange(is_first_, false));
}

void WatchSource::send_bookmark(std::string& out) {
  seen_ = std::max(seen_, cluster_.read([](const Store& store) { return store.version(); }));
  view_.bookmark(out, seen_, false);
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

bool Selection::contains(const Object& object) const {
  if (!ns.empty() && object.key.ns != ns) return false;
  if (labels.empty() && fields.empty()) return true;
  Arena arena;
  const auto value = json::parse(object.text, arena);
  return labels.matches_labels(*value) && fields.matches_fields(*value);
}

std::unique_ptr<net::BodySource> list_source(View view, ListPage page) {
  return std::make_unique<ListSource>(std::move(view), std::move(page));
}

std::unique_ptr<net::BodySource> watch_source(Cluster& cluster, Selection selection, View view,
                                              const Watching& how) {
  return std::make_unique<WatchSource>(cluster, std::move(selection), std::move(view), how);
}

std::unique_ptr<net::BodySource> broken_source(std::string text, bool is_silent) {
  return std::make_unique<BrokenSource>(std::move(text), is_silent);
}

}  // namespace kollect::sandbox
