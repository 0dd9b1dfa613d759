#include "kube/session.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "kube/detail/call.h"
#include "kube/detail/exchange.h"
#include "kube/detail/list_turn.h"

namespace kollect::kube {

namespace {

constexpr std::chrono::minutes kHitAge{10};
constexpr std::chrono::seconds kMissAge{5};
constexpr std::chrono::milliseconds kDiscoveryTimeout{60'000};

}  // namespace

class Session::Core {
 public:
  Core(net::Loop& owned_loop, const KubeClient& owned_client, const Clock& owned_clock)
      : loop(owned_loop), client(owned_client), clock(owned_clock) {}
  ~Core();

  class Line;

  void ask_turn(WatchId id);
  void leave_turn(WatchId id);
  void resolve(WatchId id, WatchStep::Resolve how);
  void erase(WatchId id);
  Line* find(WatchId id) const {
    const auto found = lines.find(id);
    return found == lines.end() ? nullptr : found->second.get();
  }
  void send(Request request, std::chrono::milliseconds timeout,
            std::function<void(Result<Answer>)> done);
  // Calls may end, and watches be stopped, from inside themselves: what they leave is freed later.
  void sweep_soon();

  net::Loop& loop;
  const KubeClient& client;
  const Clock& clock;
  std::map<WatchId, std::unique_ptr<Line>> lines;
  uint64_t last_id = 0;

 private:
  void answer_waiting();
  void ask_document(const std::string& path);

  ListTurn turn_;
  Discovery discovery_;
  std::map<WatchId, DiscoveryQuestion> waiting_;
  std::vector<std::string> asked_;  // documents under way
  std::vector<std::unique_ptr<Line>> stopped_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::optional<net::TimerId> sweep_;
  std::optional<net::TimerId> look_;  // at who waits for discovery
};

// One watch: its machine, its transfer and its timer.
class Session::Core::Line final : public net::StreamHandler {
 public:
  Line(Core& core, WatchId id, WatchSpec spec, WatchReader& reader, WatcherOptions options)
      : watcher(std::move(spec), reader, options, core.clock),
        core_(core),
        id_(id),
        exchange_(core.loop, core.client, *this) {
    timer_ = core_.loop.call_at(Steady::now(), [this] { run_timer(&Watcher::start); });
  }
  ~Line() override { stop_timer(); }

  void on_response(const net::Response& head) override {
    input([&] { return watcher.response(head); });
  }
  net::Flow on_chunk(std::string_view chunk) override {
    input([&] { return watcher.chunk(chunk); });
    return net::Flow::go_on;
  }
  void on_end(const Status& status) override {
    input([&] { return watcher.ended(status); });
  }

  // What a step asks for may be answered at once; then the answer's step comes before its end.
  template <typename Input>
  void input(Input run) {
    ++depth_;
    apply(run());
    if (--depth_ == 0 && is_stopped_) core_.erase(id_);
  }

  void stop() {
    is_stopped_ = true;
    if (depth_ == 0) core_.erase(id_);
  }
  void close() {
    exchange_.cancel();
    stop_timer();
  }

  Watcher watcher;

 private:
  void apply(WatchStep step) {
    if (is_stopped_) return;
    if (step.transfer == WatchStep::Transfer::cancel) exchange_.cancel();
    if (step.transfer == WatchStep::Transfer::start) {
      exchange_.start(std::move(*step.request), {.idle_timeout = step.idle_timeout});
    }
    if (step.turn == WatchStep::Turn::leave) core_.leave_turn(id_);
    if (step.turn == WatchStep::Turn::ask) core_.ask_turn(id_);
    if (step.resolve != WatchStep::Resolve::no) core_.resolve(id_, step.resolve);
    if (!step.timer) return;
    stop_timer();
    timer_ =
        core_.loop.call_at(Steady::now() + *step.timer, [this] { run_timer(&Watcher::timer); });
  }

  void run_timer(WatchStep (Watcher::*what)()) {
    timer_.reset();
    input([&] { return (watcher.*what)(); });
  }

  void stop_timer() {
    if (timer_) core_.loop.cancel_timer(*timer_);
    timer_.reset();
  }

  Core& core_;
  const WatchId id_;
  Exchange exchange_;
  std::optional<net::TimerId> timer_;
  int depth_ = 0;
  bool is_stopped_ = false;
};

Session::Core::~Core() {
  if (sweep_) loop.cancel_timer(*sweep_);
  if (look_) loop.cancel_timer(*look_);
}

void Session::Core::ask_turn(WatchId id) {
  if (!turn_.ask(static_cast<uint64_t>(id))) return;
  if (Line* line = find(id)) line->input([&] { return line->watcher.turn(); });
}

void Session::Core::leave_turn(WatchId id) {
  const auto next = turn_.leave(static_cast<uint64_t>(id));
  if (!next) return;
  if (Line* line = find(WatchId{*next})) line->input([&] { return line->watcher.turn(); });
}

void Session::Core::resolve(WatchId id, WatchStep::Resolve how) {
  const Line* line = find(id);
  if (line == nullptr) return;
  const auto now = clock.now();
  const bool is_fresh = how == WatchStep::Resolve::fresh;
  waiting_[id] = {.gvk = line->watcher.spec().gvk,
                  .hits_since = is_fresh ? now : now - kHitAge,
                  .misses_since = is_fresh ? now : now - kMissAge};
  // Later: an answer must not come while the step that asks for it is carried out.
  if (look_) return;
  look_ = loop.call_at(Steady::now(), [this] {
    look_.reset();
    answer_waiting();
  });
}

// Answers first, calls after: a call may start and stop watches.
void Session::Core::answer_waiting() {
  std::vector<std::pair<WatchId, DiscoveryAnswer>> answers;
  for (const auto& [id, question] : waiting_) {
    auto answer = discovery_.find(question);
    if (const auto* ask = std::get_if<AskFirst>(&answer)) {
      ask_document(ask->path);
    } else {
      answers.emplace_back(id, std::move(answer));
    }
  }
  for (const auto& [id, answer] : answers) {
    waiting_.erase(id);
    Line* line = find(id);
    if (line != nullptr)
      line->input([&, &heard = answer] { return line->watcher.resolved(heard); });
  }
}

void Session::Core::ask_document(const std::string& path) {
  if (std::ranges::find(asked_, path) != asked_.end()) return;
  asked_.push_back(path);
  send(discovery_request(path), kDiscoveryTimeout,
       [this, path, asked_at = clock.now()](const Result<Answer>& answer) {
         std::erase(asked_, path);
         discovery_.take(path, asked_at, answer);
         answer_waiting();
       });
}

void Session::Core::erase(WatchId id) {
  const auto found = lines.find(id);
  if (found == lines.end()) return;
  found->second->close();
  stopped_.push_back(std::move(found->second));
  lines.erase(found);
  waiting_.erase(id);
  sweep_soon();
  leave_turn(id);
}

void Session::Core::send(Request request, std::chrono::milliseconds timeout,
                         std::function<void(Result<Answer>)> done) {
  calls_.push_back(std::make_unique<Call>(loop, client, clock,
                                          [this, done = std::move(done)](Result<Answer> answer) {
                                            sweep_soon();
                                            done(std::move(answer));
                                          }));
  calls_.back()->start(std::move(request), timeout);
}

void Session::Core::sweep_soon() {
  if (sweep_) return;
  sweep_ = loop.call_at(Steady::now(), [this] {
    sweep_.reset();
    stopped_.clear();
    std::erase_if(calls_, [](const auto& call) { return call->is_done(); });
  });
}

Session::Session(net::Loop& loop, const KubeClient& client, const Clock& clock)
    : core_(std::make_unique<Core>(loop, client, clock)) {}
Session::~Session() = default;

WatchId Session::start(WatchSpec spec, WatchReader& reader, WatcherOptions options) {
  const WatchId id{++core_->last_id};
  if (options.seed == 0) options.seed = std::random_device()();
  core_->lines.emplace(id,
                       std::make_unique<Core::Line>(*core_, id, std::move(spec), reader, options));
  return id;
}

void Session::stop(WatchId id) {
  if (Core::Line* line = core_->find(id)) line->stop();
}

void Session::relist(WatchId id) {
  if (Core::Line* line = core_->find(id)) line->input([&] { return line->watcher.relist(); });
}

void Session::refresh_discovery() {
  std::vector<WatchId> ids;
  for (const auto& [id, line] : core_->lines) ids.push_back(id);
  for (const WatchId id : ids) {
    if (Core::Line* line = core_->find(id)) line->input([&] { return line->watcher.nudge(); });
  }
}

const Watcher* Session::find(WatchId id) const {
  const Core::Line* line = core_->find(id);
  return line == nullptr ? nullptr : &line->watcher;
}

size_t Session::size() const { return core_->lines.size(); }

void Session::send(Request request, std::chrono::milliseconds timeout,
                   std::function<void(Result<Answer>)> done) {
  core_->send(std::move(request), timeout, std::move(done));
}

}  // namespace kollect::kube
