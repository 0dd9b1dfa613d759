#include "control/object_gates.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/scalar.h"
#include "extract/compiled_profile.h"

namespace kollect::control {

namespace {

// `core` is a spelling of the core group.
bool is_kind(const api::Gvk& rule, const api::Gvk& watched) {
  const auto group = [](const api::Gvk& gvk) {
    return gvk.group == "core" ? std::string_view() : std::string_view(gvk.group);
  };
  return group(rule) == group(watched) && rule.version == watched.version &&
         rule.kind == watched.kind;
}

}  // namespace

Result<ObjectGates::Rule> ObjectGates::compile_rule(const api::ResourceRule& given) {
  if (api::is_blank(given.gvk.version)) return invalid("gvk.version: must be given");
  if (api::is_blank(given.gvk.kind)) return invalid("gvk.kind: must be given");
  Rule rule{.namespace_selector = given.namespace_selector,
            .labels = {given.match_labels, given.match_expressions},
            .policy = std::nullopt};
  if (rule.namespace_selector && !is_valid(*rule.namespace_selector))
    return invalid("namespaceSelector: is no valid selector");
  if (!is_valid(rule.labels)) return invalid("matchExpressions: is no valid selector");
  if (api::is_blank(given.match_policy)) return rule;
  auto policy = extract::compile_match_policy(given.match_policy);
  if (!policy) return policy.error().in("matchPolicy");
  rule.policy = *std::move(policy);
  return rule;
}

Result<ObjectGates> ObjectGates::compile(const GateSpec& spec, const api::Gvk& watched) {
  ObjectGates gates;
  gates.has_rules_ = !spec.rules.empty();
  gates.label_selector_ = spec.label_selector;
  gates.names_ = spec.names;
  gates.mode_ = spec.mode;
  std::ranges::sort(gates.names_);
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    auto rule = compile_rule(spec.rules[i]);
    if (!rule) return rule.error().in(fmt::format("resourceRules[{}]", i));
    if (is_kind(spec.rules[i].gvk, watched)) {
      gates.rules_.push_back(*std::move(rule));
    } else {
      gates.inert_.push_back(i);
    }
  }
  return gates;
}

ObjectGates::Verdict ObjectGates::judge(const GatedObject& object, const NamespaceFacts* facts,
                                        json::Arena& arena) const {
  Verdict verdict;
  const WatchWord of_namespace = facts == nullptr ? WatchWord::silent : facts->watch;
  if (!may_collect(watch_word(Labels(object.labels)), of_namespace, mode_)) return verdict;
  verdict.is_open =
      has_rules_ ? std::ranges::any_of(rules_,
                                       [&](const Rule& rule) {
                                         return rule_matches(rule, object, facts, arena, verdict);
                                       })
                 : is_selected(object);
  return verdict;
}

bool ObjectGates::rule_matches(const Rule& rule, const GatedObject& object,
                               const NamespaceFacts* facts, json::Arena& arena,
                               Verdict& verdict) const {
  const Labels of_namespace = facts == nullptr ? Labels() : Labels(facts->labels);
  if (rule.namespace_selector && !matches(*rule.namespace_selector, of_namespace)) return false;
  if (!matches(rule.labels, Labels(object.labels))) return false;
  if (!rule.policy) return true;
  const extract::PolicyVerdict said = extract::match(*rule.policy, *object.whole, arena);
  verdict.policy_failed |= said.failed;
  return said.matches;
}

bool ObjectGates::is_selected(const GatedObject& object) const {
  if (!names_.empty() && !std::ranges::binary_search(names_, object.name, std::less<>()))
    return false;
  return !label_selector_ || matches(*label_selector_, Labels(object.labels));
}

void ObjectGates::add_to(extract::Plan& plan) const {
  for (const Rule& rule : rules_) {
    if (rule.policy) plan.add(*rule.policy);
  }
}

bool ObjectGates::reads_namespace_labels() const {
  return std::ranges::any_of(rules_,
                             [](const Rule& rule) { return rule.namespace_selector.has_value(); });
}

}  // namespace kollect::control
