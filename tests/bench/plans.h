// Plans as users write them, for figures about extraction and collection.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "bench/corpus.h"
#include "extract/plan.h"

namespace kollect::bench {

struct NamedPath {
  std::string_view name;
  std::string_view path;  // as in a profile: `$.spec.replicas`, `cel:...`
};

// The eight attributes of pod_paths() as a profile has them.
std::span<const NamedPath> simple_attributes();
// Eight of a pod whose values take some 70 bytes together.
std::span<const NamedPath> short_attributes();
// Two JSONPaths and a CEL expression on a Deployment.
std::span<const NamedPath> mixed_attributes();

api::ProfileSpec profile_of(Resource resource, std::span<const NamedPath> attributes);
// A plan of one profile; Fault::invalid when an expression does not compile.
Result<extract::Plan> plan_of(Resource resource, std::span<const NamedPath> attributes);

}  // namespace kollect::bench
