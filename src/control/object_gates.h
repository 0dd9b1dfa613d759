// The gates that an object passes before anything is extracted from it (collection.md 2.1, gates 3
// and 4): compiled once per target, pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/target.h"
#include "base/json.h"
#include "base/result.h"
#include "control/namespace_facts.h"
#include "extract/cel/program.h"
#include "extract/plan.h"

namespace kollect::control {

// An object as the gates see it. All views are of the object read last.
struct GatedObject {
  std::string_view name;
  const json::Value* labels = nullptr;
  const json::Value* whole = nullptr;
};

struct GateSpec {
  std::vector<api::ResourceRule> rules = {};
  std::optional<api::LabelSelector> label_selector = {};  // without rules only
  std::vector<std::string> names = {};                    // without rules only
  WatchMode mode = WatchMode::all;
};

class ObjectGates {
 public:
  // `watched` is the kind of the profile: rules for another kind never match. Fault::invalid names
  // the rule and the field that cannot be used (F18).
  static Result<ObjectGates> compile(const GateSpec& spec, const api::Gvk& watched);

  struct Verdict {
    bool is_open = false;
    bool policy_failed = false;  // a match policy ended with an error: its rule did not match
  };
  // `facts` is null for a namespace that is not known.
  Verdict judge(const GatedObject& object, const NamespaceFacts* facts, json::Arena& arena) const;

  // Adds what match policies read of an object.
  void add_to(extract::Plan& plan) const;
  // Whether labels of the namespace are looked at, beside its watch word.
  bool reads_namespace_labels() const;
  // Rules for another kind, by their number: to be told to the user (W2).
  const std::vector<size_t>& inert_rules() const { return inert_; }

 private:
  struct Rule {
    std::optional<api::LabelSelector> namespace_selector;
    api::LabelSelector labels;
    std::optional<extract::CelProgram> policy;
  };

  static Result<Rule> compile_rule(const api::ResourceRule& given);
  bool rule_matches(const Rule& rule, const GatedObject& object, const NamespaceFacts* facts,
                    json::Arena& arena, Verdict& verdict) const;
  bool is_selected(const GatedObject& object) const;

  bool has_rules_ = false;
  std::vector<Rule> rules_;
  std::vector<size_t> inert_;
  std::optional<api::LabelSelector> label_selector_;
  std::vector<std::string> names_;  // ascending
  WatchMode mode_ = WatchMode::all;
};

}  // namespace kollect::control
