// What a collector says of its targets, to conditions and to scrapes.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/scalar.h"
#include "control/detail/collector_core.h"

namespace kollect::control {

namespace {

constexpr size_t kMostNamespacesTold = 10;

}  // namespace

TargetReport Collector::Core::report_of(const TargetEntry& entry) const {
  TargetReport report{.is_settled = entry.is_settled()};
  const std::optional<Refusal>& refusal = entry.refusal ? entry.refusal : entry.out_of_scope;
  report.matched_namespaces.assign(entry.matched.begin(), entry.matched.end());
  if (refusal) {
    report.is_degraded = true;
    report.reason = refusal->reason;
    report.message = refusal->message;
    return report;
  }
  report.active_rules = entry.setup->input().filter.resource_rules.size();
  for (const auto& [part, lane] : entry.lanes) {
    report.effective_namespaces.insert(report.effective_namespaces.end(), lane->namespaces.begin(),
                                       lane->namespaces.end());
    entry.feed->describe(*lane, report);
  }
  add_missing_namespaces(entry, report);
  if (report.is_settled) report.namespace_trouble = namespace_trouble(entry);
  add_namespace_failure(entry, report);
  add_remark(entry, report);
  return report;
}

void Collector::Core::add_missing_namespaces(const TargetEntry& entry, TargetReport& report) const {
  const TargetInput& input = entry.setup->input();
  for (const std::string& name : input.filter.included_namespaces) {
    if (is_known_missing(name)) report.missing_namespaces.push_back(name);
  }
}

// Of what lies outside the boundary nothing is known.
bool Collector::Core::is_known_missing(const std::string& namespace_name) const {
  const auto& bounds = options_.watch_namespaces;
  const bool is_asked_about =
      bounds.empty() || std::ranges::find(bounds, namespace_name) != bounds.end();
  return knows_namespaces() && is_asked_about && !api::is_blank(namespace_name) &&
         directory_.find(namespace_name) == nullptr;
}

bool Collector::Core::waits_for_namespaces(const TargetEntry& entry) const {
  if (!directory_.is_ready()) return true;
  const std::vector<std::string>& included = entry.setup->namespaces().included();
  if (included.empty()) return directory_.has_unknown();
  return std::ranges::any_of(included,
                             [this](const auto& name) { return directory_.is_unknown(name); });
}

void Collector::Core::add_namespace_failure(const TargetEntry& entry, TargetReport& report) const {
  const std::optional<Error>& failure = directory_.failure();
  if (!failure || !waits_for_namespaces(entry)) return;
  report.watch = kube::WatchState::retrying;
  report.is_access_refused = failure->fault == Fault::denied;
  if (report.is_degraded) return;
  report.reason = "Progressing";
  report.message = "namespaces are not known: " + failure->text();
}

// Who names them gets them, and objects of the cluster are in none.
std::string Collector::Core::namespace_trouble(const TargetEntry& entry) const {
  if (!directory_.is_by_name() || !options_.watch_namespaces.empty() ||
      !entry.setup->namespaces().included().empty())
    return {};
  const auto kind = kinds_.find(entry.setup->gvk());
  if (kind != kinds_.end() && kind->second->is_of_cluster) return {};
  return fmt::format(
      "namespaces may not be listed, so that {}; grant list and watch on namespaces, or name them "
      "in spec.includedNamespaces",
      entry.setup->input().filter.namespace_selector
          ? "spec.namespaceSelector cannot be followed"
          : "objects are collected from few of them only");
}

void Collector::Core::add_remark(const TargetEntry& entry, TargetReport& report) const {
  if (!report.is_degraded && report.extraction_failures > 0) {
    report.is_degraded = true;
    report.reason = "ExtractionFailed";
    report.message = fmt::format("{} objects cannot be extracted, the last one: {}",
                                 report.extraction_failures, report.last_extraction_error);
  } else if (report.reason.empty() && report.is_kind_forbidden) {
    report.reason = "ScopeForbidden";
    report.message =
        fmt::format("{}, which is cluster-scoped, may not be listed", entry.setup->gvk().text());
  } else if (report.reason.empty() && !report.forbidden_namespaces.empty()) {
    const size_t told = std::min(report.forbidden_namespaces.size(), kMostNamespacesTold);
    report.reason = "ScopeForbidden";
    report.message =
        fmt::format("may not be listed in {} namespaces: {}", report.forbidden_namespaces.size(),
                    fmt::join(std::span(report.forbidden_namespaces).first(told), ", "));
  } else if (report.reason.empty() && !report.namespace_trouble.empty()) {
    report.reason = "ScopeForbidden";
    report.message = report.namespace_trouble;
  } else if (report.reason.empty() && !entry.setup->gates().inert_rules().empty()) {
    report.message = fmt::format("resourceRules[{}] name another kind than the profile: no effect",
                                 fmt::join(entry.setup->gates().inert_rules(), ", "));
  } else if (report.message.empty() && directory_.is_by_name() &&
             options_.watch_namespaces.empty()) {
    report.message =
        "namespaces may not be listed: those in includedNamespaces and the target's own are known";
  }
}

// What it touches outlives the collector.
void Collector::Core::add_scrape(metrics::Registry& metrics) {
  metrics.add_collector([sources = sources_, &rows = parts_.rows](const auto& emit) {
    const auto known = sources->copy();
    std::map<std::pair<std::string, std::string>, size_t> by_profile;
    const size_t all = rows.read([&](const store::RowStore& store) {
      for (const Source& source : known)
        by_profile[{source.profile, source.gvk}] += store.counts(source.key).rows;
      return store.counts().rows;
    });
    emit(metrics::Metric::collect_items, {}, static_cast<double>(all));
    for (const auto& [labels, count] : by_profile) {
      emit(metrics::Metric::collected_objects, {.values = {labels.first, labels.second}},
           static_cast<double>(count));
    }
  });
}

}  // namespace kollect::control
