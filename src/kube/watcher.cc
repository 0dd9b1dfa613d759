#include "kube/watcher.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "kube/detail/refusal.h"

namespace kollect::kube {

namespace {

using std::chrono::milliseconds;

// Only trying tells when a server that cannot be reached is back, and a try costs little.
constexpr BackoffRange kNetwork{milliseconds(250), milliseconds(3'000)};
constexpr BackoffRange kServer{milliseconds(1'000), milliseconds(30'000)};
// A server that has just started may deny until it has read its roles.
constexpr BackoffRange kForbidden{milliseconds(2'000), milliseconds(30'000)};
constexpr BackoffRange kAbsent{milliseconds(5'000), milliseconds(300'000)};

// A list that brings nothing for so long lets others list.
constexpr std::chrono::seconds kStalled{10};
constexpr std::chrono::seconds kLived{5};  // a watch that held so long did its part
constexpr int kMostFailedStreams = 2;
constexpr int kMostResumes = 3;  // refused by the server, before the list is taken anew
constexpr size_t kMostRefusalBytes = size_t{64} << 10;
constexpr size_t kMostObjectBytes = size_t{64} << 20;

milliseconds as_milliseconds(double seconds) {
  return milliseconds(static_cast<int64_t>(std::clamp(seconds, 0.0, 3600.0) * 1000));
}

}  // namespace

std::string_view word(WatchState state) {
  constexpr std::array<std::string_view, 6> kWords = {"Resolving", "NotInstalled", "Listing",
                                                      "Live",      "Forbidden",    "Retrying"};
  return kWords.at(static_cast<size_t>(state));
}

Watcher::Watcher(WatchSpec spec, WatchReader& reader, WatcherOptions options, const Clock& clock)
    : spec_(std::move(spec)),
      reader_(reader),
      options_(options),
      clock_(clock),
      pieces_(*this),
      part_(spec_.part),
      backoff_(options.seed) {}

// --- what happened

WatchStep Watcher::start() {
  if (phase_ == Phase::fresh) begin_resolving(WatchStep::Resolve::cached);
  return taken();
}

WatchStep Watcher::resolved(const DiscoveryAnswer& answer) {
  if (phase_ != Phase::resolving) return {};
  if (const auto* resource = std::get_if<ApiResource>(&answer)) {
    if (resource->is_watchable) {
      found(*resource);
    } else {
      not_installed("is served, but cannot be listed and watched");
    }
  } else if (std::holds_alternative<Absent>(answer)) {
    not_installed("is not served");
  } else if (const auto* error = std::get_if<Error>(&answer)) {
    if (report_.state != WatchState::not_installed) report(report_.state, *error);
    pause(backoff_.next(kServer), Next::resolve);
  }
  return taken();
}

WatchStep Watcher::turn() {
  const bool is_wanted = turn_ == TurnHeld::asked;
  turn_ = TurnHeld::held;
  if (is_wanted && (phase_ == Phase::turn || phase_ == Phase::watch)) {
    start_list();
  } else if (phase_ != Phase::page && phase_ != Phase::stream) {
    leave_turn();
  }
  return taken();
}

WatchStep Watcher::response(const net::Response& head) {
  if (!is_open_ || has_head_) return {};
  has_head_ = true;
  if (!head.is_success()) {
    refusal_ = head;
    return {};
  }
  splitter_.emplace(
      phase_ == Phase::page ? json::Splitter::Input::list : json::Splitter::Input::stream,
      kMostObjectBytes);
  report(has_list_ ? WatchState::live : WatchState::listing);
  return taken();
}

WatchStep Watcher::chunk(std::string_view bytes) {
  if (!is_open_ || !has_head_) return {};
  counts_.bytes += bytes.size();
  if (refusal_) {
    refusal_->body.append(bytes.substr(0, kMostRefusalBytes - refusal_->body.size()));
    return {};
  }
  const Status read = splitter_->feed(bytes, pieces_);
  if (!read && is_reading()) {
    ++counts_.unreadable;
    reader_.unreadable(read.error().in(what_));
    broken(read.error());
  }
  return taken();
}

WatchStep Watcher::ended(const Status& status) {
  if (!is_open_) return {};
  is_open_ = false;
  if (refusal_) {
    refused(read_refusal(*refusal_, clock_.wall()));
  } else if (!has_head_) {
    fail(kNetwork, status ? unavailable(what_ + ": no answer came") : status.error());
  } else if (phase_ == Phase::page) {
    page_ended(status);
  } else if (phase_ == Phase::stream) {
    stream_ended(status);
  } else {
    watch_ended(status);
  }
  return taken();
}

WatchStep Watcher::timer() {
  if (phase_ == Phase::page || phase_ == Phase::stream) look_for_stall();
  if (phase_ != Phase::pause) return taken();
  switch (next_) {
    case Next::resolve:
      begin_resolving(is_unconfirmed_ ? WatchStep::Resolve::fresh : WatchStep::Resolve::cached);
      break;
    case Next::list:
      ask_turn();
      break;
    case Next::watch:
      start_watch();
      break;
  }
  return taken();
}

WatchStep Watcher::nudge() {
  if (phase_ == Phase::pause && next_ == Next::resolve) {
    backoff_.reset();  // what is being installed is soon there
    begin_resolving(WatchStep::Resolve::fresh);
  }
  return taken();
}

WatchStep Watcher::relist() {
  if (phase_ == Phase::watch && turn_ == TurnHeld::none) {
    turn_ = TurnHeld::asked;
    step_.turn = WatchStep::Turn::ask;
  } else if (phase_ == Phase::pause && next_ == Next::watch) {
    next_ = Next::list;
  } else if (phase_ == Phase::done) {
    ask_turn();
  }
  return taken();
}

WatchStep Watcher::stop() {
  drop_transfer();
  leave_turn();
  phase_ = Phase::stopped;
  return taken();
}

// --- steps between phases

WatchStep Watcher::taken() { return std::exchange(step_, {}); }

void Watcher::report(WatchState state, std::optional<Error> why) {
  const auto text = [](const std::optional<Error>& error) {
    return error ? error->text() : std::string();
  };
  const bool is_news = state != report_.state || text(why) != text(report_.why);
  report_.state = state;
  report_.why = std::move(why);
  report_.resource = resource_ ? &*resource_ : nullptr;
  if (is_news) reader_.state(report_);
}

Place Watcher::place() const {
  return {.resource = resource_->gvr, .ns = resource_->is_namespaced ? spec_.ns : std::string()};
}

void Watcher::begin_transfer(Phase phase, Request request) {
  phase_ = phase;
  what_ = request.method + ' ' + request.path;
  refusal_.reset();
  has_head_ = false;
  started_at_ = clock_.now();
  frames_ = 0;
  unreadable_in_a_row_ = 0;
  is_open_ = true;
  step_.transfer = WatchStep::Transfer::start;
  step_.idle_timeout =
      phase == Phase::page ? options_.list_idle_timeout : options_.watch_idle_timeout;
  step_.request = std::move(request);
  if (phase == Phase::watch) return;
  bytes_at_look_ = counts_.bytes;
  step_.timer = kStalled;
}

void Watcher::drop_transfer() {
  if (std::exchange(is_open_, false)) step_.transfer = WatchStep::Transfer::cancel;
}

void Watcher::begin_resolving(WatchStep::Resolve how) {
  drop_transfer();
  phase_ = Phase::resolving;
  step_.resolve = how;
}

void Watcher::found(const ApiResource& resource) {
  resource_ = resource;
  if (std::exchange(is_unconfirmed_, false)) {
    report(WatchState::retrying, unavailable(what_ + ": 404, though discovery says it is served"));
    return pause(backoff_.next(kServer), Next::list);
  }
  if (!has_list_) report(WatchState::listing);
  ask_turn();
}

void Watcher::not_installed(std::string why) {
  resource_.reset();
  resource_version_.clear();
  has_list_ = is_unconfirmed_ = false;
  offers_streaming_ = offers_pages_ = true;
  report(WatchState::not_installed, missing(fmt::format("{} {}", spec_.gvk.text(), why)));
  pause(backoff_.next(kAbsent), Next::resolve);
}

void Watcher::pause(milliseconds delay, Next next) {
  drop_transfer();
  const bool wants_list = turn_ == TurnHeld::asked && next == Next::watch;  // relist()
  leave_turn();
  phase_ = Phase::pause;
  next_ = wants_list ? Next::list : next;
  step_.timer = delay;
}

void Watcher::ask_turn() {
  if (turn_ == TurnHeld::held) return start_list();
  drop_transfer();
  phase_ = Phase::turn;
  turn_ = TurnHeld::asked;
  step_.turn = WatchStep::Turn::ask;
}

void Watcher::leave_turn() {
  if (std::exchange(turn_, TurnHeld::none) != TurnHeld::none) step_.turn = WatchStep::Turn::leave;
}

// Between two looks something came, or the turn goes to the next; the list itself goes on.
void Watcher::look_for_stall() {
  if (turn_ != TurnHeld::held) return;
  if (std::exchange(bytes_at_look_, counts_.bytes) == counts_.bytes) return leave_turn();
  step_.timer = kStalled;
}

void Watcher::restart_list() {
  continue_.clear();
  ask_turn();
}

void Watcher::start_list() {
  const bool is_first_page = continue_.empty();
  if (is_first_page) reader_.begin_list();
  if (!is_first_page || !offers_streaming_ || spec_.then == WatchSpec::Then::stop)
    return start_page();
  begin_transfer(Phase::stream, watch(place(), {.label_selector = spec_.label_selector,
                                                .field_selector = spec_.field_selector,
                                                .send_initial_events = true,
                                                .part = part_}));
}

void Watcher::start_page() {
  ListOptions options{.label_selector = spec_.label_selector,
                      .field_selector = spec_.field_selector,
                      .continue_token = continue_,
                      .part = part_};
  if (offers_pages_) options.limit = options_.page_size;
  ++counts_.pages;
  list_version_.clear();
  next_continue_.clear();
  begin_transfer(Phase::page, list(place(), options));
}

void Watcher::start_watch() {
  begin_transfer(Phase::watch, watch(place(), {.label_selector = spec_.label_selector,
                                               .field_selector = spec_.field_selector,
                                               .resource_version = resource_version_,
                                               .part = part_}));
}

void Watcher::list_done() {
  ++counts_.lists;
  has_list_ = true;
  continue_.clear();
  reader_.end_list();
  leave_turn();
  report(WatchState::live);
  if (spec_.then == WatchSpec::Then::stop) {
    phase_ = Phase::done;
  } else if (phase_ == Phase::page) {
    start_watch();
  } else {
    phase_ = Phase::watch;
  }
}

// --- how a transfer ended

void Watcher::page_ended(const Status& status) {
  const Status end = status ? splitter_->finish() : status;
  if (!end) return fail(kNetwork, end.error());
  // What looks like an empty list but has no version is something else: nothing may vanish for it.
  if (list_version_.empty()) return broken(unavailable("the answer is no list"));
  if (!next_continue_.empty()) {
    continue_ = next_continue_;
    return start_page();
  }
  resource_version_ = list_version_;
  list_done();
}

// Some servers do not know streaming lists and answer with a plain watch: silence, or an end
// without the bookmark, instead of a refusal.
void Watcher::stream_ended(const Status& status) {
  if (status || ++failed_streams_ >= kMostFailedStreams) offers_streaming_ = false;
  if (status) return restart_list();
  fail(kNetwork, status.error());
}

void Watcher::watch_ended(const Status& status) {
  if (const Status whole = splitter_->finish(); !whole) {
    ++counts_.unreadable;
    reader_.unreadable(whole.error().in(what_));
  }
  const auto long_enough = std::min<milliseconds>(kLived, options_.watch_idle_timeout);
  if (frames_ > 0 || clock_.now() - started_at_ >= long_enough) {
    backoff_.reset();
    return start_watch();
  }
  fail(kNetwork, status ? unavailable(what_ + ": the watch ended at once") : status.error());
}

void Watcher::broken(const Error& why) {
  const Next next = phase_ == Phase::watch && frames_ > 0 ? Next::watch : Next::list;
  continue_.clear();
  report(WatchState::retrying, why.in(what_));
  pause(backoff_.next(kServer), next);
}

void Watcher::fail(const BackoffRange& range, const Error& why) {
  report(WatchState::retrying, why);
  pause(backoff_.next(range), same_again());
}

void Watcher::refused(const ApiStatus& status) {
  if (retry_differently(status.code)) return;
  const Error why = error_of(status, what_);
  switch (status.code) {
    case 410:
      return expired(why);
    case 404:
      is_unconfirmed_ = true;
      continue_.clear();
      leave_turn();
      report(WatchState::retrying, why);
      return begin_resolving(WatchStep::Resolve::fresh);
    case 403:
      has_list_ = false;
      continue_.clear();
      report(WatchState::forbidden, why);
      return pause(backoff_.next(kForbidden), Next::list);
    default:
      break;
  }
  report(WatchState::retrying, why);
  const bool gives_up =
      status.code != 429 && phase_ == Phase::watch && backoff_.failures() >= kMostResumes;
  auto delay = backoff_.next(kServer);
  if (status.retry_after_seconds)
    delay = backoff_.at_least(as_milliseconds(*status.retry_after_seconds));
  pause(delay, gives_up ? Next::list : same_again());
}

// A list or watch from which the server no longer knows how to go on. Twice in a row means that it
// expires faster than it is read, so that pages are of no use and haste of none either.
void Watcher::expired(const Error& why) {
  if (phase_ == Phase::page && expired_ > 0) offers_pages_ = false;
  continue_.clear();
  if (expired_++ == 0) return restart_list();
  report(WatchState::retrying, why);
  pause(backoff_.next(kServer), Next::list);
}

bool Watcher::retry_differently(int code) {
  if (code == 406 && part_ == Part::metadata) {
    part_ = Part::whole;
    phase_ == Phase::watch ? start_watch() : restart_list();
    return true;
  }
  constexpr std::array kNotOffered = {400, 405, 415, 422, 501};
  if (phase_ != Phase::stream || std::ranges::find(kNotOffered, code) == kNotOffered.end())
    return false;
  offers_streaming_ = false;
  restart_list();
  return true;
}

}  // namespace kollect::kube
