// A profile ready to run: every expression compiled once per generation of the profile.
//
// compile_profile() is where expressions are parsed; run() is what happens per object. Several of
// them on one resource are put together in a Plan (plan.h), so that the bytes of an object are read
// once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/profile.h"
#include "base/json.h"
#include "base/json_scan.h"
#include "base/result.h"
#include "extract/attribute_type.h"
#include "extract/cel/program.h"
#include "extract/json_path.h"
#include "extract/prune.h"
#include "extract/scrub.h"

namespace kollect::extract {

struct CompileOptions {
  std::span<const std::string> scrub_keys =
      {};                           // of the operator, beside the built-in ones and the profile's
  bool may_read_secrets = false;    // the profile's annotation allow-secret-extraction
  bool may_export_secrets = false;  // allow-full-resource-export
  // Told of every expression that is compiled; for counters.
  std::function<void(std::string_view expression)> on_compile = {};
};

// Why an object gives no row (collection.md E1, E2): the attribute and a message that names it, at
// most 256 bytes and without a value of the object.
struct ExtractionFailure {
  std::string attribute;
  std::string message;
};

// What one object gives. Views are good until the next run with the same output.
class ExtractionOutput {
 public:
  // Canonical JSON per attribute of the schema, in its order; empty: left out. Meaningless after a
  // failure.
  std::span<const std::string_view> values() const { return values_; }
  const std::optional<ExtractionFailure>& failure() const { return failure_; }
  // Attributes (numbers of the schema) whose value did not fit their type and was kept as it is.
  std::span<const size_t> misfits() const { return misfits_; }

 private:
  friend class CompiledProfile;
  struct Piece {
    size_t begin = 0;
    size_t end = 0;
  };

  void begin(size_t attributes);
  void put(size_t slot, const json::Value& value);
  void finish();
  void fail(std::string_view attribute, std::string_view why);

  std::string encoded_;
  std::vector<Piece> pieces_;
  std::vector<std::string_view> values_;
  std::vector<size_t> misfits_;
  std::optional<ExtractionFailure> failure_;
};

class CompiledProfile {
 public:
  // The attribute names of its rows, ascending; in Resource mode with the name of the embedded
  // object.
  const std::vector<std::string>& schema() const { return schema_; }
  const api::Gvk& gvk() const { return gvk_; }
  // Remarks for the author, each naming its attribute: what is admitted but doubtful or without
  // effect.
  const std::vector<std::string>& warnings() const { return warnings_; }

  // Adds all that run() reads of an object.
  void add_needed_paths(json::PathTrie& wanted) const;
  // Evaluates every attribute in the order of the profile. The first required one that fails ends
  // it (X4).
  void run(const json::Value& object, json::Arena& arena, ExtractionOutput& output) const;

 private:
  friend class ProfileCompiler;
  struct Cel {
    CelProgram program;
    std::string_view last_key;         // of a plain chain of selections; empty: none
    std::optional<CelProgram> parent;  // what a chain that ends in `.value` selects it from
  };
  struct Attribute {
    std::string name;
    std::variant<JsonPath, Cel> program;
    AttributeType type = AttributeType::any;
    bool is_optional = false;
    bool is_redacted = false;
    size_t slot = 0;
  };

  Result<json::Value> evaluate(const Attribute& attribute, const json::Value& object,
                               json::Arena& arena) const;
  Result<json::Value> evaluate(const JsonPath& path, const json::Value& object,
                               json::Arena& arena) const;
  Result<json::Value> evaluate(const Cel& cel, const json::Value& object, json::Arena& arena) const;
  bool run_one(const Attribute& attribute, const json::Value& object, json::Arena& arena,
               ExtractionOutput& output) const;

  api::Gvk gvk_;
  std::vector<std::string> schema_;
  std::vector<std::string> warnings_;
  std::vector<Attribute> attributes_;  // in the order of the profile
  std::optional<Pruner> pruner_;       // Resource mode
  size_t resource_slot_ = 0;
  Scrubber scrubber_;
  bool hides_secret_data_ = false;
  bool is_secret_ = false;
};

// Fault::invalid with one line per expression that does not compile; each names its attribute.
Result<std::shared_ptr<const CompiledProfile>> compile_profile(const api::ProfileSpec& spec,
                                                               const CompileOptions& options);

// The program of a matchPolicy: bare CEL over `object`.
Result<CelProgram> compile_match_policy(std::string_view text);
// Whether it holds (collection.md 2.4): true, or a string spelled as a true boolean. Every other
// type is no, an evaluation error too.
struct PolicyVerdict {
  bool matches = false;
  bool failed = false;
};
PolicyVerdict match(const CelProgram& policy, const json::Value& object, json::Arena& arena);

}  // namespace kollect::extract
