// One target on one resource as the collection thread sees it: a KollectTarget, or what a
// KollectClusterTarget is in one namespace.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "control/detail/failure_book.h"
#include "control/namespace_facts.h"
#include "control/target_setup.h"
#include "store/row_store.h"

namespace kollect::control {

struct Lane {
  store::TargetKey key;
  TargetName target;
  std::shared_ptr<const TargetSetup> setup;
  store::Target* rows = nullptr;  // in the store
  size_t profile = 0;             // in the plan of the feed
  bool needs_whole = true;        // metadata alone would not do

  std::set<std::string, std::less<>> namespaces;  // effective ones
  std::set<std::string, std::less<>> due;         // of these: to be listed again for this lane
  std::set<std::string, std::less<>> replaying;   // of these: a replay is under way
  std::set<std::string, std::less<>> forbidden;   // of these: may not be read
  std::set<std::string, std::less<>>
      served;             // of these: complete by a watch of their own, or denied
  bool is_known = false;  // to some watch, now or before
  // What watches said before was judged otherwise, or not at all: of everything, and beyond that of
  // the objects of a namespace.
  uint64_t hears_since = 0;
  std::map<std::string, uint64_t, std::less<>> hears_namespace_since;

  uint64_t hears(std::string_view ns) const {
    const auto found = hears_namespace_since.find(ns);
    return found == hears_namespace_since.end() ? hears_since
                                                : std::max(hears_since, found->second);
  }
  FailureBook failures;
  uint64_t ticket = 0;  // of the list that began last for it
  bool is_settled = false;
  Steady::time_point policy_failure_counted{};
};

// Who collects from a namespace: what an event of it costs.
struct NamespaceCell {
  NamespaceFacts facts;
  std::vector<Lane*> lanes;  // by profile, so that one extraction serves neighbours
};

using LaneIndex = std::unordered_map<std::string, NamespaceCell, TextHash, std::equal_to<>>;

// Cluster-scoped objects are judged as if they lived here (F8).
inline constexpr std::string_view kClusterStandIn = "default";

}  // namespace kollect::control
