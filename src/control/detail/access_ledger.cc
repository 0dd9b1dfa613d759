#include "control/detail/access_ledger.h"

#include <algorithm>

namespace kollect::control {

namespace {

constexpr size_t kMostInFlight = 16;
constexpr std::chrono::seconds kAnswerLimit{10};
constexpr std::chrono::seconds kRetry{2};
constexpr int kErrorsThatCount = 2;

}  // namespace

AccessLedger::AccessLedger(const AccessParts& parts, AccessTimes times, AccessListener& listener)
    : parts_(parts), times_(times), listener_(listener) {}

AccessLedger::~AccessLedger() {
  *is_alive_ = false;
  if (timer_) parts_.loop.cancel_timer(*timer_);
}

void AccessLedger::set_resource(const kube::Gvr& resource) {
  if (resource == resource_) return;
  resource_ = resource;
  entries_.clear();
  due_.clear();
  failing_.clear();
  tell_failing();
}

void AccessLedger::watch(std::string_view scope) {
  if (!times_.asks || entries_.contains(scope)) return;
  auto& [name, entry] = *entries_.try_emplace(std::string(scope)).first;
  plan(name, entry, Steady::now());
  set_timer();
}

void AccessLedger::forget(std::string_view scope) {
  const auto found = entries_.find(scope);
  if (found == entries_.end()) return;
  plan(found->first, found->second, std::nullopt);
  failing_.erase(found->first);
  entries_.erase(found);
  tell_failing();
  set_timer();
}

Access AccessLedger::of(std::string_view scope) const {
  const auto found = entries_.find(scope);
  return found == entries_.end() ? Access::unknown : found->second.access;
}

void AccessLedger::doubt(std::string_view scope) {
  const auto found = entries_.find(scope);
  if (found == entries_.end() || found->second.access != Access::allowed) return;
  found->second.access = Access::unknown;
  found->second.verb = "list";
  found->second.is_doubted = true;
  if (found->second.due) plan(found->first, found->second, Steady::now());
  set_timer();
}

std::optional<Error> AccessLedger::failing() const {
  if (failing_.empty()) return std::nullopt;
  return entries_.find(*failing_.begin())->second.error;
}

void AccessLedger::plan(const std::string& scope, Entry& entry,
                        std::optional<Steady::time_point> due) {
  if (entry.due) due_.erase({*entry.due, scope});
  entry.due = due;
  if (due) due_.emplace(*due, scope);
}

void AccessLedger::set_timer() {
  const bool is_wanted = !due_.empty() && in_flight_ < kMostInFlight;
  if (is_wanted && timer_ && timer_time_ == due_.begin()->first) return;
  if (timer_) parts_.loop.cancel_timer(*timer_);
  timer_.reset();
  if (!is_wanted) return;
  timer_time_ = due_.begin()->first;
  timer_ = parts_.loop.call_at(timer_time_, [this] {
    timer_.reset();
    tick();
  });
}

void AccessLedger::tick() {
  const auto now = Steady::now();
  while (in_flight_ < kMostInFlight && !due_.empty() && due_.begin()->first <= now) {
    auto& [scope, entry] = *entries_.find(due_.begin()->second);
    ask(scope, entry);
  }
  set_timer();
}

// A second opinion never comes from the memory of the first.
void AccessLedger::ask(const std::string& scope, Entry& entry) {
  plan(scope, entry, std::nullopt);
  ++in_flight_;
  const kube::AccessQuestion question{
      .resource = resource_, .ns = scope, .verb = std::string(entry.verb)};
  const auto known =
      entry.first_denial || entry.is_doubted ? std::nullopt : parts_.reviews.find(question);
  if (!known) return ask_server(scope, question);
  parts_.loop.call_at(Steady::now(), [this, alive = is_alive_, scope = scope, known] {
    if (*alive) answered(scope, *known);
  });
}

void AccessLedger::ask_server(const std::string& scope, const kube::AccessQuestion& question) {
  parts_.session.send(kube::access_review(question), kAnswerLimit,
                      [this, alive = is_alive_, scope, question](const auto& answer) {
                        if (!*alive) return;
                        Result<bool> decision = !answer ? Result<bool>(cancelled("no answer came"))
                                                : !answer->outcome
                                                    ? Result<bool>(answer->outcome.error())
                                                    : kube::read_access_review(answer->body);
                        if (decision) parts_.reviews.keep(question, *decision);
                        answered(scope, decision);
                      });
}

void AccessLedger::answered(const std::string& scope, const Result<bool>& answer) {
  --in_flight_;
  const auto found = entries_.find(scope);
  if (found != entries_.end()) {
    Entry& entry = found->second;
    const auto now = Steady::now();
    if (!answer) {
      failed(found->first, entry, answer.error());
    } else if (*answer) {
      permitted(found->first, entry);
    } else if (entry.access != Access::denied && !entry.first_denial) {
      entry.first_denial = now;
      entry.errors = 0;
      failing_.erase(found->first);
      plan(found->first, entry, now + times_.confirm);
    } else {
      decided(found->first, entry, Access::denied);
    }
  }
  tell_failing();
  set_timer();
}

void AccessLedger::tell_failing() {
  const bool is_failing = !failing_.empty();
  if (std::exchange(was_failing_, is_failing) != is_failing) listener_.access_failing_changed();
}

void AccessLedger::permitted(const std::string& scope, Entry& entry) {
  entry.first_denial.reset();
  if (entry.access == Access::allowed || entry.verb == "watch")
    return decided(scope, entry, Access::allowed);
  entry.verb = "watch";
  plan(scope, entry, Steady::now());
}

// A server that cannot be reached says nothing: the watches tell that.
void AccessLedger::failed(const std::string& scope, Entry& entry, const Error& error) {
  plan(scope, entry, Steady::now() + kRetry);
  if (error.fault == Fault::cancelled) return;
  ++entry.errors;
  entry.error = error;
  if (entry.errors >= kErrorsThatCount) failing_.insert(scope);
}

void AccessLedger::decided(const std::string& scope, Entry& entry, Access now) {
  entry.errors = 0;
  entry.error.reset();
  failing_.erase(scope);
  entry.first_denial.reset();
  entry.verb = "list";
  plan(scope, entry, Steady::now() + times_.review);
  entry.is_doubted = false;
  const Access before = std::exchange(entry.access, now);
  if (before != now) listener_.access_changed(scope, before, now);
}

}  // namespace kollect::control
