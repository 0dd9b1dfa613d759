#include "control/detail/collector_core.h"

#include <algorithm>

namespace kollect::control {

namespace {

metrics::SeriesKey errors_of_targets(std::string error_class) {
  return {.values = {"KollectTarget", std::move(error_class)}};
}

RowWorkshop make_workshop(const CollectorParts& parts, const CollectorOptions& options) {
  using metrics::Metric;
  return {
      .rows = parts.rows,
      .extraction_errors =
          parts.metrics.counter(Metric::reconcile_errors, errors_of_targets("terminal")),
      .policy_errors =
          parts.metrics.counter(Metric::reconcile_errors, errors_of_targets("terminal")),
      .forbidden = parts.metrics.counter(Metric::reconcile_errors, errors_of_targets("forbidden")),
      .unreviewed = parts.metrics.counter(Metric::reconcile_errors, errors_of_targets("transient")),
      .durations = parts.metrics.histogram(Metric::collect_dispatch_duration),
      .stalls = parts.metrics.counter(Metric::collect_dispatch_backpressure),
      .most_versions = options.most_versions,
      .rows_changed = {},
      .failures_changed = {}};
}

store::PartitionKey partition_of(const Lane& lane) {
  return {lane.key.origin, lane.key.namespace_name};
}

NamespaceDirectory::Source source_of(const CollectorOptions& options) {
  return options.watch_namespaces.empty() ? NamespaceDirectory::Source::watch
                                          : NamespaceDirectory::Source::by_name;
}

}  // namespace

Collector::Core::Core(const CollectorParts& parts, CollectorOptions options)
    : parts_(parts),
      options_(std::move(options)),
      session_(parts.loop, parts.client),
      reviews_(parts.metrics, {.age = options_.review}),
      workshop_(make_workshop(parts, options_)),
      directory_(parts.loop, session_, *this, source_of(options_)),
      targets_(directory_, [this](const api::Gvk& gvk) -> Feed& { return feed_for(gvk); },
               {.added = [this](Lane& lane) { lane_added(lane); },
                .removed = [this](Lane& lane) { lane_removed(lane); }}) {
  workshop_.rows_changed = [this] {
    rows_are_dirty_ = true;
    flush_soon();
  };
  workshop_.failures_changed = [this](Lane& lane) { lane_changed(lane); };
  parts_.metrics.gauge(metrics::Metric::collect_dispatch_queue_depth).set(0);
  add_scrape(parts_.metrics);
  parts_.loop.on_wake([this] { take_posted(); });
  directory_.want(options_.watch_namespaces);
  directory_.start(options_.watcher);
}

Collector::Core::~Core() {
  parts_.loop.on_wake([] {});
  if (flush_) parts_.loop.cancel_timer(*flush_);
  sources_->with([](std::vector<Source>& sources) { sources.clear(); });
}

// --- what is wanted

void Collector::Core::post(const TargetName& target, std::optional<PreparedTarget> wanted) {
  shared_.with([&](Shared& shared) {
    shared.inbox.push_back({target, std::move(wanted)});
    shared.is_settled = false;
  });
  parts_.loop.wake();
}

void Collector::Core::post_targets_known() {
  shared_.with([](Shared& shared) { shared.targets_known = true; });
  parts_.loop.wake();
}

void Collector::Core::post_followed(const store::PartitionKey& partition) {
  shared_.with([&](Shared& shared) { shared.followed.push_back(partition); });
  parts_.loop.wake();
}

void Collector::Core::take_posted() {
  std::vector<Posted> posted;
  std::vector<store::PartitionKey> followed;
  const bool all_known = shared_.with([&](Shared& shared) {
    posted.swap(shared.inbox);
    followed.swap(shared.followed);
    return shared.targets_known;
  });
  take_targets(std::move(posted));
  followed_.insert(followed.begin(), followed.end());
  dirty_partitions_.insert(followed.begin(), followed.end());
  if (!std::exchange(targets_known_, all_known) && all_known) look_at_partitions();
  if (!dirty_targets_.empty() || !dirty_partitions_.empty()) flush_soon();
}

void Collector::Core::take_targets(std::vector<Posted> posted) {
  for (Posted& one : posted) {
    dirty_targets_.insert(one.target);
    if (one.target.origin == store::Origin::target)
      dirty_partitions_.insert({one.target.origin, one.target.namespace_name});
    if (!one.wanted) {
      targets_.remove(one.target);
      continue;
    }
    const auto* setup = std::get_if<std::shared_ptr<const TargetSetup>>(&*one.wanted);
    if (setup != nullptr) want_namespaces(**setup);
    targets_.set(one.target, *std::move(one.wanted));
  }
}

// All that anybody reads or collects into.
void Collector::Core::look_at_partitions() {
  dirty_partitions_.insert(followed_.begin(), followed_.end());
  for (const auto& [name, entry] : targets_.all()) {
    if (name.origin == store::Origin::target)
      dirty_partitions_.insert({name.origin, name.namespace_name});
    for (const auto& [part, lane] : entry.lanes) dirty_partitions_.insert(partition_of(*lane));
  }
}

// All that can be asked about where namespaces cannot be listed.
void Collector::Core::want_namespaces(const TargetSetup& setup) {
  if (!options_.watch_namespaces.empty()) return;
  directory_.want(setup.namespaces().included());
  if (setup.name().origin == store::Origin::target) directory_.want({setup.name().namespace_name});
}

// Every cluster has it, whether or not namespaces may be listed.
void Collector::Core::Kind::stand_in_wanted() {
  is_of_cluster = true;
  if (core.options_.watch_namespaces.empty()) core.directory_.want({std::string(kClusterStandIn)});
}

void Collector::Core::namespaces_in_doubt() {
  for (const auto& [name, entry] : targets_.all()) dirty_targets_.insert(name);
  flush_soon();
}

void Collector::Core::namespaces_ready() {
  targets_.resolve_all();
  for (const auto& [name, entry] : targets_.all()) dirty_targets_.insert(name);
  look_at_partitions();
  flush_soon();
}

void Collector::Core::namespace_changed(const std::string& name, const NamespaceFacts* facts) {
  if (facts != nullptr) {
    for (const auto& [gvk, kind] : kinds_) kind->feed->facts_changed(*facts);
  }
  for (const TargetName& target : targets_.namespace_changed(name, facts))
    dirty_targets_.insert(target);
  flush_soon();
}

Feed& Collector::Core::feed_for(const api::Gvk& gvk) {
  std::unique_ptr<Kind>& kind = kinds_[gvk];
  if (kind == nullptr) {
    kind = std::make_unique<Kind>(*this);
    kind->feed = std::make_unique<Feed>(FeedParts{.loop = parts_.loop,
                                                  .session = session_,
                                                  .rows = parts_.rows,
                                                  .metrics = parts_.metrics,
                                                  .reviews = reviews_,
                                                  .workshop = workshop_,
                                                  .listener = *kind,
                                                  .log = parts_.log},
                                        options_, gvk);
  }
  return *kind->feed;
}

void Collector::Core::lane_added(Lane& lane) {
  unsettled_[partition_of(lane)].insert(&lane);
  sources_are_dirty_ = true;
  lane_changed(lane);
}

void Collector::Core::lane_removed(Lane& lane) {
  lane_changed(lane);
  unsettled_[partition_of(lane)].erase(&lane);
  sources_are_dirty_ = true;
}

void Collector::Core::lane_changed(Lane& lane) {
  dirty_targets_.insert(lane.target);
  const store::PartitionKey partition = partition_of(lane);
  dirty_partitions_.insert(partition);
  if (lane.is_settled) {
    unsettled_[partition].erase(&lane);
  } else {
    unsettled_[partition].insert(&lane);
  }
  flush_soon();
}

// --- what is told

void Collector::Core::flush_soon() {
  if (flush_) return;
  flush_ = parts_.loop.call_at(Steady::now() + options_.flush, [this] {
    flush_.reset();
    flush();
  });
}

void Collector::Core::flush() {
  settle_partitions();
  if (std::exchange(sources_are_dirty_, false)) publish_sources();
  publish_reports();
  tell_rows();
  std::erase_if(kinds_, [this](const auto& entry) {
    const Feed& feed = *entry.second->feed;
    const bool is_idle = feed.is_idle();
    if (is_idle) feed.add_to(idle_totals_);
    return is_idle;
  });
  watch_crds();
}

void Collector::Core::settle_partitions() {
  for (const store::PartitionKey& partition : dirty_partitions_) {
    const auto waiting = unsettled_.find(partition);
    const bool is_settled = targets_known_ && knows_namespaces() &&
                            (waiting == unsettled_.end() || waiting->second.empty());
    if (waiting != unsettled_.end() && waiting->second.empty()) unsettled_.erase(waiting);
    parts_.rows.with([&](store::RowStore& rows) { rows.set_settled(partition, is_settled); });
  }
}

void Collector::Core::publish_reports() {
  std::vector<TargetName> changed;
  const auto dirty = std::exchange(dirty_targets_, {});
  for (const TargetName& target : dirty) {
    const TargetEntry* entry = targets_.find(target);
    std::optional<TargetReport> report;
    if (entry != nullptr) report = report_of(*entry);
    const bool is_news = shared_.with([&](Shared& shared) {
      if (!report) return shared.reports.erase(target) > 0;
      TargetReport& known = shared.reports[target];
      if (known == *report) return false;
      known = *std::move(report);
      return true;
    });
    if (is_news) changed.push_back(target);
  }
  const bool all_settled =
      knows_namespaces() && std::ranges::all_of(targets_.all(), [](const auto& entry) {
        return entry.second.is_settled();
      });
  shared_.with([&](Shared& shared) { shared.is_settled = all_settled && shared.inbox.empty(); });
  for (const TargetName& target : changed) parts_.listener.target_changed(target);
}

void Collector::Core::publish_sources() {
  std::vector<Source> sources;
  for (const auto& [name, entry] : targets_.all()) {
    if (!entry.setup) continue;
    const std::string gvk = entry.setup->gvk().text();
    for (const auto& [part, lane] : entry.lanes)
      sources.push_back({lane->key, entry.setup->input().profile->metadata.name, gvk});
  }
  sources_->with([&](std::vector<Source>& known) { known = std::move(sources); });
}

void Collector::Core::tell_rows() {
  std::set<store::PartitionKey> partitions = std::exchange(dirty_partitions_, {});
  if (std::exchange(rows_are_dirty_, false)) {
    const auto changed =
        parts_.rows.with([](store::RowStore& rows) { return rows.take_changed(); });
    partitions.insert(changed.begin(), changed.end());
  }
  if (partitions.empty()) return;
  const std::vector<store::PartitionKey> all(partitions.begin(), partitions.end());
  parts_.listener.rows_changed(all);
}

void Collector::Core::watch_crds() {
  const bool is_wanted = std::ranges::any_of(
      kinds_, [](const auto& entry) { return entry.second->feed->is_not_installed(); });
  if (!is_wanted) {
    crds_.reset();
  } else if (crds_ == nullptr) {
    crds_ = std::make_unique<CrdWatch>(session_);
  }
}

std::optional<TargetReport> Collector::Core::report(const TargetName& target) const {
  return shared_.read([&](const Shared& shared) -> std::optional<TargetReport> {
    const auto found = shared.reports.find(target);
    if (found == shared.reports.end()) return std::nullopt;
    return found->second;
  });
}

bool Collector::Core::is_settled() const {
  return shared_.read([](const Shared& shared) { return shared.is_settled; });
}

CollectorTotals Collector::Core::totals() const {
  CollectorTotals totals = idle_totals_;
  for (const auto& [gvk, kind] : kinds_) kind->feed->add_to(totals);
  return totals;
}

}  // namespace kollect::control
