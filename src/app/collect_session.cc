#include "app/collect_session.h"

#include <algorithm>

#include "app/collect_output.h"
#include "app/collect_terminal.h"

namespace kollect::app {

namespace {

constexpr size_t kOtherFiles = 64;        // that are no connections
constexpr size_t kSpareConnections = 32;  // for lists, reviews and look-ups beside the watches
constexpr size_t kMostConnections = 60'000;

size_t connections() {
  return std::clamp(raise_open_files(), kOtherFiles + 2 * kSpareConnections,
                    kMostConnections + kOtherFiles) -
         kOtherFiles;
}

// Over plain HTTP each watch holds a connection; over TLS a hundred and more share one.
control::CollectorOptions collector_options(const kube::KubeClient& client, size_t connections) {
  control::CollectorOptions options;
  if (client.access().server.starts_with("http:"))
    options.most_watches = connections - kSpareConnections;
  return options;
}

}  // namespace

CollectSession::CollectSession(kube::ClusterAccess access, const Log& log)
    : log_(log),
      client_(std::move(access)),
      connections_(connections()),
      loop_({.connection = {}, .max_connections_per_host = static_cast<int>(connections_)}),
      greeter_(loop_, client_),
      collector_({.loop = loop_,
                  .client = client_,
                  .rows = rows_,
                  .metrics = metrics_,
                  .listener = *this,
                  .log = log},
                 collector_options(client_, connections_)) {}

CollectSession::~CollectSession() = default;

void CollectSession::greet(std::chrono::milliseconds timeout) {
  greeter_.send(kube::raw_get("/version"), timeout, [this](const Result<kube::Answer>& answer) {
    if (!answer) {
      greeting_ = Status(answer.error());
      return;
    }
    // Who may not see the version is known all the same.
    const bool is_known = answer->outcome || answer->refusal == kube::Refusal::forbidden ||
                          answer->refusal == kube::Refusal::not_found;
    greeting_ = is_known ? Status() : answer->outcome;
  });
}

void CollectSession::collect(const CollectPlan& plan) {
  for (const PlannedTarget& target : plan.targets) {
    const bool is_suspended = std::holds_alternative<control::Refusal>(target.wanted);
    targets_.push_back({.name = target.name, .gvk = target.gvk, .is_suspended = is_suspended});
    collector_.set(target.name, target.wanted);
  }
  collector_.targets_known();
}

void CollectSession::step(std::chrono::milliseconds longest) {
  loop_.run_once(longest, {});
  if (!reported_.empty()) log_states();
}

void CollectSession::log_states() {
  for (const control::TargetName& name : std::exchange(reported_, {})) {
    const auto report = collector_.report(name);
    if (!report) continue;
    log_.info("target", {{"target", name.text()},
                         {"watch", word(report->watch)},
                         {"settled", report->is_settled},
                         {"reason", report->reason},
                         {"message", report->message}});
  }
}

bool CollectSession::is_settled() const { return collector_.is_settled(); }

std::vector<TargetState> CollectSession::targets() const {
  std::vector<TargetState> out = targets_;
  for (TargetState& target : out) {
    target.report = collector_.report(target.name);
    target.rows = rows_of(target);
  }
  return out;
}

// Those of a cluster target are spread over the namespaces that it collects from.
size_t CollectSession::rows_of(const TargetState& target) const {
  std::vector<std::string> namespaces = {target.name.namespace_name};
  if (target.name.origin == store::Origin::cluster_target && target.report) {
    const auto& effective = target.report->effective_namespaces;
    namespaces.insert(namespaces.end(), effective.begin(), effective.end());
  }
  return rows_.read([&](const store::RowStore& store) {
    size_t rows = 0;
    for (const std::string& one : namespaces)
      rows += store.counts(store::TargetKey{target.name.origin, one, target.name.name}).rows;
    return rows;
  });
}

control::CollectorTotals CollectSession::totals() const { return collector_.totals(); }

store::Counts CollectSession::counts() const {
  return rows_.read([](const store::RowStore& store) { return store.counts(); });
}

std::set<store::PartitionKey> CollectSession::partitions() const {
  std::set<store::PartitionKey> keys = changed_;
  for (const auto& [key, cursor] : cursors_) keys.insert(key);
  for (const TargetState& target : targets_) {
    keys.insert({target.name.origin, target.name.namespace_name});
    const auto report = collector_.report(target.name);
    if (target.name.origin == store::Origin::target || !report) continue;
    for (const std::string& ns : report->effective_namespaces)
      keys.insert({target.name.origin, ns});
  }
  return keys;
}

std::vector<Ref<store::Row>> CollectSession::rows() const {
  return rows_in_order(rows_, partitions());
}

CollectSession::Cursor& CollectSession::cursor_of(const store::PartitionKey& key) {
  const auto [found, is_new] = cursors_.try_emplace(key);
  if (is_new)
    found->second.subscriber =
        rows_.with([&](store::RowStore& store) { return store.subscribe(key); });
  return found->second;
}

void CollectSession::follow() {
  for (const store::PartitionKey& key : partitions()) {
    cursor_of(key).sequence =
        rows_.read([&](const store::RowStore& store) { return store.sequence(key); });
  }
  changed_.clear();
}

std::vector<PartitionChange> CollectSession::take_changes() {
  std::vector<PartitionChange> out;
  for (const store::PartitionKey& key : std::exchange(changed_, {})) {
    PartitionChange change = change_of(key);
    const bool is_empty = change.delta.upserts.empty() && change.delta.erased.empty();
    const bool is_reset = change.delta.scope == store::Delta::Scope::everything && !change.is_first;
    if (!is_empty || is_reset) out.push_back(std::move(change));
  }
  return out;
}

PartitionChange CollectSession::change_of(const store::PartitionKey& key) {
  Cursor& cursor = cursor_of(key);
  return rows_.with([&](store::RowStore& store) {
    PartitionChange change{key, store.changes_since(key, cursor.sequence), !cursor.sequence};
    cursor.sequence = change.delta.sequence;
    store.move_cursor(key, cursor.subscriber, change.delta.sequence);
    return change;
  });
}

void CollectSession::rows_changed(std::span<const store::PartitionKey> partitions) {
  changed_.insert(partitions.begin(), partitions.end());
}

void CollectSession::target_changed(const control::TargetName& target) { reported_.insert(target); }

}  // namespace kollect::app
