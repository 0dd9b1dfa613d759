#include "api/kind.h"

#include <array>

#include "api/connection_test.h"
#include "api/inventory.h"
#include "api/profile.h"
#include "api/scope.h"
#include "api/sink.h"
#include "api/target.h"

namespace kollect::api {

std::span<const Kind* const> kinds() {
  static const std::array<const Kind*, 11> kAll = {
      &kind_of<Profile>(),       &kind_of<Target>(),
      &kind_of<Inventory>(),     &kind_of<SnapshotSink>(),
      &kind_of<DatabaseSink>(),  &kind_of<EventSink>(),
      &kind_of<Scope>(),         &kind_of<ConnectionTest>(),
      &kind_of<ClusterTarget>(), &kind_of<ClusterInventory>(),
      &kind_of<ClusterScope>(),
  };
  return kAll;
}

const Kind* find_kind(std::string_view name) {
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

}  // namespace kollect::api
