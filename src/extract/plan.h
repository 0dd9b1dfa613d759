// All profiles of one resource together: what they need of an object is read from its bytes in one
// pass.
//
// A Plan is built when a profile of the resource changes and then only read. An Extractor is the
// place where one thread works: its buffers are reused, so that in the steady state nothing is
// allocated.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/result.h"
#include "extract/cel/program.h"
#include "extract/compiled_profile.h"

namespace kollect::extract {

class Plan {
 public:
  // For objects of this kind; items of a list do not say it themselves.
  explicit Plan(const api::Gvk& gvk);

  // Adds a profile and says its number.
  size_t add(std::shared_ptr<const CompiledProfile> profile);
  // Adds what a match policy reads.
  void add(const CelProgram& policy) { policy.add_needed_paths(wanted_); }

  const CompiledProfile& profile(size_t number) const { return *profiles_[number]; }
  size_t size() const { return profiles_.size(); }
  const json::PathTrie& wanted() const { return wanted_; }
  // Whether only metadata is read, so that PartialObjectMetadata would do.
  bool is_metadata_only() const;

  std::string_view api_version() const { return api_version_; }
  std::string_view kind() const { return kind_; }

 private:
  std::string api_version_;
  std::string kind_;
  std::vector<std::shared_ptr<const CompiledProfile>> profiles_;
  json::PathTrie wanted_;
};

class Extractor {
 public:
  // Reads the wanted parts of one object: identity, labels and annotations always among them. The
  // value is good until the next load and as long as the bytes. Fault::invalid when the bytes are
  // no object.
  Result<json::Value> load(const Plan& plan, std::string_view bytes);

  // What a profile of the plan makes of the object loaded last. Good until the next call.
  const ExtractionOutput& extract(const Plan& plan, size_t profile);
  // For match policies on the object loaded last.
  json::Arena& arena() { return arena_; }

 private:
  json::Value with_kind(const Plan& plan);

  json::Scanner scanner_;
  json::Arena arena_;
  json::Value object_;
  ExtractionOutput output_;
};

}  // namespace kollect::extract
