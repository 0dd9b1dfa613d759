#include "kube/conditions.h"

#include <algorithm>

namespace kollect::kube {

namespace {

Truth parse_truth(std::string_view text) {
  if (text == "True") return Truth::yes;
  if (text == "False") return Truth::no;
  return Truth::unknown;
}

auto of_type(std::string_view type) {
  return [type](const Condition& condition) { return condition.type == type; };
}

}  // namespace

std::string_view word(Truth truth) {
  switch (truth) {
    case Truth::yes:
      return "True";
    case Truth::no:
      return "False";
    case Truth::unknown:
      return "Unknown";
  }
  return "Unknown";
}

const Condition* find_condition(const Conditions& conditions, std::string_view type) {
  const auto found = std::find_if(conditions.begin(), conditions.end(), of_type(type));
  return found == conditions.end() ? nullptr : &*found;
}

bool is_true(const Conditions& conditions, std::string_view type) {
  const Condition* found = find_condition(conditions, type);
  return found != nullptr && found->status == Truth::yes;
}

bool set_condition(Conditions& conditions, Condition wanted, Wall::time_point now) {
  const auto found = std::find_if(conditions.begin(), conditions.end(), of_type(wanted.type));
  const bool keeps_time = found != conditions.end() && found->status == wanted.status;
  wanted.last_transition_time = keeps_time ? found->last_transition_time : rfc3339(now);
  if (found == conditions.end()) {
    conditions.push_back(std::move(wanted));
    return true;
  }
  if (*found == wanted) return false;
  *found = std::move(wanted);
  return true;
}

bool remove_condition(Conditions& conditions, std::string_view type) {
  return std::erase_if(conditions, of_type(type)) > 0;
}

Conditions conditions_from(const json::Value& list) {
  Conditions conditions;
  if (!list.is_array()) return conditions;
  for (const json::Value& item : list.items()) {
    if (item.text("type").empty()) continue;
    const json::Value* generation = item.find("observedGeneration");
    conditions.push_back(
        {.type = std::string(item.text("type")),
         .status = parse_truth(item.text("status")),
         .reason = std::string(item.text("reason")),
         .message = std::string(item.text("message")),
         .observed_generation = generation != nullptr && generation->kind() == json::Kind::integer
                                    ? generation->as_int()
                                    : 0,
         .last_transition_time = std::string(item.text("lastTransitionTime"))});
  }
  return conditions;
}

json::Value to_json(const Conditions& conditions, json::Arena& arena) {
  std::vector<json::Value> items;
  for (const Condition& condition : conditions) {
    std::vector<json::Member> members = {
        {"type", arena.string(condition.type)},
        {"status", json::Value::string(word(condition.status))},
        {"reason", arena.string(condition.reason)},
        {"message", arena.string(condition.message)},
        {"lastTransitionTime", arena.string(condition.last_transition_time)}};
    if (condition.observed_generation > 0) {
      members.push_back(
          {"observedGeneration", json::Value::integer(condition.observed_generation)});
    }
    items.push_back(arena.object(members));
  }
  return arena.array(items);
}

}  // namespace kollect::kube
