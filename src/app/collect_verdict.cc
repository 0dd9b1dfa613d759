#include "app/collect_verdict.h"

#include <algorithm>

#include <fmt/format.h>

namespace kollect::app {

namespace {

using control::TargetReport;
using kube::WatchState;

constexpr size_t kNamesShown = 10;

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kNamesShown); ++i)
    text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kNamesShown) text += fmt::format(" and {} more", names.size() - kNamesShown);
  return text;
}

// A reason with its message; nothing twice.
std::string because(const TargetReport& report) {
  if (report.message.empty()) return report.reason.empty() ? "" : ": " + report.reason;
  return ": " + report.message;
}

bool is_all_forbidden(const TargetState& target) {
  if (!target.report) return false;
  const TargetReport& report = *target.report;
  if (report.watch == WatchState::forbidden || report.is_kind_forbidden) return true;
  if (report.is_access_refused) return true;
  return !report.forbidden_namespaces.empty() &&
         report.effective_namespaces.size() <= report.forbidden_namespaces.size() &&
         target.rows == 0;
}

bool is_read_in_part(const TargetReport& report) { return !report.forbidden_namespaces.empty(); }

// Why the watch as a whole brings nothing.
std::optional<std::string> watch_trouble(const TargetState& target) {
  const TargetReport& report = *target.report;
  const std::string kind = api::text(target.gvk);
  if (report.is_kind_forbidden)
    return fmt::format("may not list and watch {}, which is cluster-scoped", kind);
  switch (report.watch) {
    case WatchState::not_installed:
      return "the cluster does not serve " + kind;
    case WatchState::forbidden:
      if (is_read_in_part(report)) return std::nullopt;
      return fmt::format("may not list and watch {}{}", kind, because(report));
    case WatchState::retrying:
      return fmt::format("the server cannot be read{}", because(report));
    case WatchState::resolving:
    case WatchState::listing:
    case WatchState::live:
      return std::nullopt;
  }
  return std::nullopt;
}

// Rows that are not there.
std::vector<std::string> losses(const TargetState& target) {
  const TargetReport& report = *target.report;
  std::vector<std::string> out;
  if (auto trouble = watch_trouble(target)) {
    out.push_back(*std::move(trouble));
  } else if (is_read_in_part(report)) {
    out.push_back(fmt::format("may not read {} in namespaces {}", api::text(target.gvk),
                              names_text(report.forbidden_namespaces)));
  }
  if (!report.namespace_trouble.empty()) out.push_back(report.namespace_trouble);
  if (report.extraction_failures > 0) {
    out.push_back(
        fmt::format("{} object{} gave no row; the last error: {}", report.extraction_failures,
                    report.extraction_failures == 1 ? "" : "s", report.last_extraction_error));
  }
  if (out.empty() && report.is_degraded) out.push_back(report.reason + because(report));
  return out;
}

// Misspelt, or not there yet.
std::optional<std::string> missing_namespaces(const TargetReport& report) {
  if (report.missing_namespaces.empty()) return std::nullopt;
  return fmt::format("spec.includedNamespaces names {}, which the cluster does not have",
                     names_text(report.missing_namespaces));
}

std::optional<std::string> not_settled(const TargetState& target) {
  const TargetReport& report = *target.report;
  if (report.is_settled || report.is_degraded) return std::nullopt;
  const bool is_on_the_way =
      report.watch == WatchState::resolving || report.watch == WatchState::listing;
  if (is_on_the_way) {
    return fmt::format("still {} {} when the time was over", state_word(target),
                       api::text(target.gvk));
  }
  if (report.watch != WatchState::live) return std::nullopt;
  return "not settled when the time was over" + because(report);
}

void judge_target(const TargetState& target, CollectVerdict& out) {
  const std::string name = target.name.text() + ": ";
  if (target.is_suspended) {
    out.remarks.push_back(name + "is suspended and collects nothing");
    return;
  }
  if (!target.report) {
    out.missing.push_back(name + "was not looked at");
    return;
  }
  const TargetReport& report = *target.report;
  if (const auto names = missing_namespaces(report)) out.warnings.push_back(name + *names);
  std::vector<std::string> missing = losses(target);
  if (auto late = not_settled(target)) missing.insert(missing.begin(), *std::move(late));
  for (const std::string& what : missing) out.missing.push_back(name + what);
  if (missing.empty() && target.rows == 0 && !report.reason.empty())
    out.remarks.push_back(name + "no rows" + because(report));
}

}  // namespace

CollectVerdict judge(const std::vector<TargetState>& targets, uint64_t unreadable) {
  CollectVerdict out;
  size_t active = 0;
  size_t refused = 0;
  for (const TargetState& target : targets) {
    judge_target(target, out);
    if (target.is_suspended) continue;
    ++active;
    if (is_all_forbidden(target)) ++refused;
  }
  out.is_refused = active > 0 && refused == active;
  if (unreadable > 0) {
    out.missing.push_back(fmt::format("{} object{} could not be read; --verbose names them",
                                      unreadable, unreadable == 1 ? "" : "s"));
  }
  return out;
}

std::vector<std::string> troubles(const TargetState& target) {
  if (target.is_suspended || !target.report) return {};
  std::vector<std::string> out = losses(target);
  if (auto names = missing_namespaces(*target.report)) out.push_back(*std::move(names));
  return out;
}

std::string_view state_word(const TargetState& target) {
  if (target.is_suspended) return "suspended";
  if (!target.report) return "starting";
  switch (target.report->watch) {
    case WatchState::resolving:
      return target.report->is_kind_forbidden ? "forbidden" : "resolving";
    case WatchState::not_installed:
      return "not installed";
    case WatchState::listing:
      return "listing";
    case WatchState::live:
      return target.report->is_settled ? "live" : "waiting";
    case WatchState::forbidden:
      return "forbidden";
    case WatchState::retrying:
      return "retrying";
  }
  return "";
}

}  // namespace kollect::app
