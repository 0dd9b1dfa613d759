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

void AccessLedger::watch(const kube::Gvr& resource,
                         const std::set<std::string, std::less<>>& scopes) {
  if (!times_.asks) return;
  if (resource != resource_) entries_.clear();
  resource_ = resource;
  std::erase_if(entries_, [&](const auto& entry) { return !scopes.contains(entry.first); });
  for (const std::string& scope : scopes) entries_.try_emplace(scope);
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
  found->second.due = Steady::now();
  set_timer();
}

std::optional<Error> AccessLedger::failing() const {
  const auto failing = std::ranges::find_if(
      entries_, [](const auto& entry) { return entry.second.errors >= kErrorsThatCount; });
  return failing == entries_.end() ? std::nullopt : failing->second.error;
}

void AccessLedger::set_timer() {
  if (timer_) parts_.loop.cancel_timer(*timer_);
  timer_.reset();
  if (entries_.empty() || in_flight_ >= kMostInFlight) return;
  auto next = Steady::time_point::max();
  for (const auto& [scope, entry] : entries_) {
    if (!entry.is_asked) next = std::min(next, entry.due);
  }
  if (next == Steady::time_point::max()) return;
  timer_ = parts_.loop.call_at(next, [this] {
    timer_.reset();
    tick();
  });
}

void AccessLedger::tick() {
  const auto now = Steady::now();
  for (auto& [scope, entry] : entries_) {
    if (in_flight_ >= kMostInFlight) break;
    if (!entry.is_asked && entry.due <= now) ask(scope, entry);
  }
  set_timer();
}

// A second opinion never comes from the memory of the first.
void AccessLedger::ask(const std::string& scope, Entry& entry) {
  entry.is_asked = true;
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
    entry.is_asked = false;
    const auto now = Steady::now();
    if (!answer) {
      failed(entry, answer.error());
    } else if (*answer) {
      permitted(scope, entry);
    } else if (entry.access != Access::denied && !entry.first_denial) {
      entry.first_denial = now;
      entry.errors = 0;
      entry.due = now + times_.confirm;
    } else {
      decided(scope, entry, Access::denied);
    }
  }
  const bool is_failing = failing().has_value();
  if (std::exchange(was_failing_, is_failing) != is_failing) listener_.access_failing_changed();
  set_timer();
}

void AccessLedger::permitted(const std::string& scope, Entry& entry) {
  entry.first_denial.reset();
  if (entry.access == Access::allowed || entry.verb == "watch")
    return decided(scope, entry, Access::allowed);
  entry.verb = "watch";
  entry.due = Steady::now();
}

// A server that cannot be reached says nothing: the watches tell that.
void AccessLedger::failed(Entry& entry, const Error& error) {
  entry.due = Steady::now() + kRetry;
  if (error.fault == Fault::cancelled) return;
  ++entry.errors;
  entry.error = error;
}

void AccessLedger::decided(const std::string& scope, Entry& entry, Access now) {
  entry.errors = 0;
  entry.error.reset();
  entry.first_denial.reset();
  entry.verb = "list";
  entry.due = Steady::now() + times_.review;
  entry.is_doubted = false;
  const Access before = std::exchange(entry.access, now);
  if (before != now) listener_.access_changed(std::string(scope), before, now);
}

}  // namespace kollect::control
