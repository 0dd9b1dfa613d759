// Conditions of a status, with the rules of metav1: one per type, and a time that moves only with
// the status.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace kollect::kube {

enum class Truth { yes, no, unknown };

// "True", "False", "Unknown".
std::string_view word(Truth truth);

struct Condition {
  std::string type;
  Truth status = Truth::unknown;
  std::string reason;   // PascalCase, never empty
  std::string message;  // for people
  int64_t observed_generation = 0;
  std::string last_transition_time = {};  // RFC 3339; set by set_condition

  bool operator==(const Condition&) const = default;
};

using Conditions = std::vector<Condition>;

const Condition* find_condition(const Conditions& conditions, std::string_view type);
bool is_true(const Conditions& conditions, std::string_view type);

// Puts `wanted` where its type stands, or at the end. The transition time becomes `now` when the
// status differs from what stood there, else it stays. True when anything changed.
bool set_condition(Conditions& conditions, Condition wanted, Wall::time_point now);
// True when it was there.
bool remove_condition(Conditions& conditions, std::string_view type);

// Of status.conditions: what is no condition is left out.
Conditions conditions_from(const json::Value& list);
// The list, in the same order; text lives in the arena.
json::Value to_json(const Conditions& conditions, json::Arena& arena);

}  // namespace kollect::kube
