// The targets of a collector and where their lanes are: membership of namespaces, decided as
// namespaces and setups change.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/detail/feed.h"
#include "control/detail/namespace_directory.h"
#include "control/target_setup.h"

namespace kollect::control {

struct TargetEntry {
  TargetName name;
  std::shared_ptr<const TargetSetup> setup;  // null while it is refused
  std::optional<Refusal> refusal;            // of who prepared it
  std::optional<Refusal> out_of_scope;       // by its namespaces (F12)
  std::set<std::string, std::less<>> matched;
  std::set<std::string, std::less<>> outside;  // of these: not in the scope
  Feed* feed = nullptr;
  // A target has one lane under "", a cluster target one per effective namespace.
  std::map<std::string, Lane*, std::less<>> lanes;
  bool is_resolved = false;

  bool is_settled() const;
};

// The loop's thread alone.
class TargetTable {
 public:
  using FeedSource = std::function<Feed&(const api::Gvk&)>;
  // A lane was made, or is about to go.
  struct Observer {
    std::function<void(Lane&)> added;
    std::function<void(Lane&)> removed;
  };

  TargetTable(const NamespaceDirectory& directory, FeedSource feeds, Observer observer)
      : directory_(directory), feeds_(std::move(feeds)), observer_(std::move(observer)) {}

  // False when nothing is different.
  bool set(const TargetName& name, PreparedTarget wanted);
  void remove(const TargetName& name);
  // Of all targets; once namespaces are known.
  void resolve_all();
  // Targets whose membership may have changed, and those that name it.
  std::vector<TargetName> namespace_changed(const std::string& name, const NamespaceFacts* facts);

  const TargetEntry* find(const TargetName& name) const;
  const std::map<TargetName, TargetEntry>& all() const { return entries_; }

 private:
  void take_down(TargetEntry& entry);
  void resolve(TargetEntry& entry);
  void place(TargetEntry& entry, const NamespaceFacts& facts);
  void displace(TargetEntry& entry, const std::string& name);
  bool judge_scope(TargetEntry& entry) const;
  void enter(TargetEntry& entry, const NamespaceFacts& facts);
  Lane& lane_of(TargetEntry& entry, const std::string& part);
  void drop_lane(TargetEntry& entry, const std::string& part);

  const NamespaceDirectory& directory_;
  const FeedSource feeds_;
  const Observer observer_;
  std::map<TargetName, TargetEntry> entries_;
};

}  // namespace kollect::control
