#include "extract/plan.h"

#include <algorithm>
#include <array>
#include <memory>

namespace kollect::extract {

namespace {

using json::Member;
using json::PathTrie;
using json::Value;

// What the gates and the row's identity need of every object.
constexpr std::array<std::string_view, 7> kMetadata = {
    "name", "namespace", "uid", "resourceVersion", "labels", "annotations", "deletionTimestamp"};

constexpr std::string_view kMetadataOnlyKind = "PartialObjectMetadata";

}  // namespace

Plan::Plan(const api::Gvk& gvk)
    : api_version_(gvk.group.empty() ? gvk.version : gvk.group + "/" + gvk.version),
      kind_(gvk.kind) {
  const PathTrie::Node metadata = wanted_.key(PathTrie::kRoot, "metadata");
  for (const std::string_view name : kMetadata) wanted_.want_all(wanted_.key(metadata, name));
  for (const char* name : {"apiVersion", "kind"}) wanted_.key(PathTrie::kRoot, name);
}

size_t Plan::add(std::shared_ptr<const CompiledProfile> profile) {
  profile->add_needed_paths(wanted_);
  profiles_.push_back(std::move(profile));
  return profiles_.size() - 1;
}

bool Plan::is_metadata_only() const {
  const PathTrie::Entry& root = wanted_.entry(PathTrie::kRoot);
  return !root.all && std::ranges::all_of(root.keys, [](const PathTrie::Branch& branch) {
    return branch.key == "metadata" || branch.key == "kind" || branch.key == "apiVersion";
  });
}

Result<Value> Extractor::load(const Plan& plan, std::string_view bytes) {
  arena_.reset();
  object_ = Value();
  auto scanned = scanner_.scan(bytes, plan.wanted(), arena_);
  if (!scanned) return scanned;
  if (!scanned->is_object())
    return invalid("not an object but a " + std::string(json::word(scanned->kind())));
  object_ = *scanned;
  const Value* kind = object_.find("kind");
  const bool says_its_kind =
      kind != nullptr && !(kind->is_string() && kind->as_string() == kMetadataOnlyKind);
  if (!says_its_kind) object_ = with_kind(plan);
  return object_;
}

// Items of a list say no kind, and metadata alone says what it is instead of whose.
Value Extractor::with_kind(const Plan& plan) {
  const auto read = object_.members();
  auto* members = static_cast<Member*>(arena_.allocate((read.size() + 2) * sizeof(Member)));
  std::uninitialized_copy(read.begin(), read.end(), members);
  std::construct_at(members + read.size(), Member{"kind", Value::string(plan.kind())});
  std::construct_at(members + read.size() + 1,
                    Member{"apiVersion", Value::string(plan.api_version())});
  return arena_.object({members, read.size() + 2});
}

const ExtractionOutput& Extractor::extract(const Plan& plan, size_t profile) {
  plan.profile(profile).run(object_, arena_, output_);
  return output_;
}

}  // namespace kollect::extract
