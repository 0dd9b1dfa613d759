// Rules that several kinds use: references, intervals, unique lists, selectors, fields without
// effect.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "api/field.h"
#include "api/findings.h"
#include "api/scope.h"
#include "api/types.h"

namespace kollect::api {

// A reference inside the namespace: not blank, a bare name.
void check_local_ref(const Path& path, std::string_view name, Findings& findings);
// A reference of a cluster kind: a valid name, and a namespace that is always written.
void check_cluster_ref(const Path& path, const ObjectRef& ref, Findings& findings);
// 0 to 24h.
void check_interval(const Path& path, std::optional<Duration> interval, Findings& findings);
// No empty and no repeated element.
void check_unique(const Path& path, const std::vector<std::string>& list, Findings& findings);
// Version and kind are there.
void check_rule_gvk(const Path& path, const Gvk& gvk, Findings& findings);
// Keys and values are those of labels, operators are known and have the operands they take; a
// selector that is absent passes.
void check_selector(const Path& path, const std::optional<LabelSelector>& selector,
                    Findings& findings);
void check_labels(const Path& path, const TextMap& labels, Findings& findings);
void check_requirements(const Path& path, const std::vector<LabelRequirement>& requirements,
                        Findings& findings);
// An interval that is shorter than the floor of a scope; no floor passes.
void check_floor(const Path& path, Duration interval, const Ceiling& ceiling, Findings& findings);

// Warns about each given field that has no effect.
void warn_inert(std::span<const Field> fields, const void* object, Findings& findings);

// Forbids the blocks of a spec that its sink type does not take.
void check_blocks(std::span<const Field> spec_fields, const void* spec, std::string_view sink_type,
                  Findings& findings);

struct SecretUse {
  Path path;
  const ObjectRef* ref;
};
// Every Secret reference that is given, with its place.
std::vector<SecretUse> secret_uses(std::span<const Field> fields, const void* object);

bool has(const std::vector<std::string>& list, std::string_view name);

}  // namespace kollect::api
