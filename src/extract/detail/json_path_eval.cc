#include "extract/detail/json_path_eval.h"

#include <algorithm>

#include "base/text.h"

namespace kollect::extract {

namespace {

// Visited values, tested elements and compared items of one evaluation: some tens of milliseconds.
constexpr size_t kMaxWork = 1'000'000;

constexpr bool is_single(const PathStep& step) {
  return step.op == PathOp::key || step.op == PathOp::index ||
         (step.op == PathOp::elements && step.bounds.single);
}

// The element that an index names, counted from the end when negative.
const json::Value* element(const json::Value& array, int64_t index) {
  const std::span<const json::Value> items = array.items();
  if (index < 0) index += static_cast<int64_t>(items.size());
  const bool is_inside = index >= 0 && index < static_cast<int64_t>(items.size());
  return is_inside ? &items[static_cast<size_t>(index)] : nullptr;
}

// Few members are compared one by one: their lengths tell most of them apart.
const json::Member* find_member(std::span<const json::Member> members, const std::string& key) {
  constexpr size_t kFew = 12;
  if (members.size() <= kFew) {
    for (const json::Member& member : members) {
      if (is_same_key(member.key, key)) return &member;
    }
    return nullptr;
  }
  const auto found =
      std::lower_bound(members.begin(), members.end(), key,
                       [](const json::Member& m, const std::string& k) { return m.key < k; });
  return found != members.end() && found->key == key ? &*found : nullptr;
}

bool move_to_member(const PathStep& step, Match& node) {
  if (!node.value->is_object()) return false;
  const json::Member* member = find_member(node.value->members(), step.text);
  if (member == nullptr) return false;
  node = {&member->value, member, node.value};
  return true;
}

}  // namespace

void MatchList::grow(size_t needed) {
  const size_t capacity = std::max({needed, 2 * capacity_, size_t{8}});
  auto* grown = static_cast<Match*>(arena_->allocate(capacity * sizeof(Match)));
  std::copy(begin(), end(), grown);
  matches_ = grown;
  capacity_ = capacity;
}

void MatchList::append(const MatchList& other) {
  if (other.size_ == 0) return;
  if (size_ + other.size_ > capacity_) grow(size_ + other.size_);
  std::copy(other.begin(), other.end(), matches_ + size_);
  size_ += other.size_;
}

bool PathEvaluation::fail(PathError error) {
  error_ = error;
  return false;
}

bool PathEvaluation::spend(size_t work) {
  work_ += work;
  return work_ <= kMaxWork || fail(PathError::too_much_work);
}

bool PathEvaluation::walk(const PathSteps& steps, const Match& from, MatchList& out) {
  Match node = from;
  MatchList nodes(arena_);
  size_t i = 0;
  Advance moved = Advance::moved;
  while (i < steps.size() && is_single(steps[i]) && moved == Advance::moved) {
    moved = advance(steps[i++], node);
  }
  if (moved == Advance::failed) return false;
  if (moved == Advance::moved) {
    if (i == steps.size()) {
      out.push(node);
      return true;
    }
    nodes.push(node);
  }
  for (; i < steps.size(); ++i) {
    MatchList next(arena_);
    if (!apply(steps[i], nodes, next)) return false;
    nodes = next;
  }
  out.append(nodes);
  return true;
}

PathEvaluation::Advance PathEvaluation::advance(const PathStep& step, Match& node) {
  if (!spend(1)) return Advance::failed;
  if (step.op == PathOp::key) {
    return move_to_member(step, node) ? Advance::moved : Advance::nothing;
  }
  const bool is_strict = step.op == PathOp::elements;
  if (!node.value->is_array()) {
    if (!is_strict || node.value->is_null()) return Advance::nothing;
    fail(PathError::not_a_list);
    return Advance::failed;
  }
  const json::Value* found = element(*node.value, *step.bounds.begin);
  if (found == nullptr) {
    if (!is_strict) return Advance::nothing;
    fail(PathError::out_of_bounds);
    return Advance::failed;
  }
  node.value = found;
  return Advance::moved;
}

bool PathEvaluation::apply(const PathStep& step, const MatchList& in, MatchList& out) {
  if (step.op == PathOp::union_by_branch) return union_by_branch(step, in, out);
  if (step.op == PathOp::text) {
    out.push({&step.constant->value});
    return true;
  }
  return std::all_of(in.begin(), in.end(),
                     [&](const Match& node) { return spend(1) && apply_to(step, node, out); });
}

bool PathEvaluation::apply_to(const PathStep& step, const Match& node, MatchList& out) {
  switch (step.op) {
    case PathOp::elements:
      if (!step.bounds.single) return elements(step.bounds, node, out);
      [[fallthrough]];
    case PathOp::key:
    case PathOp::index: {
      Match moved = node;
      const Advance advanced = advance(step, moved);
      if (advanced == Advance::moved) out.push(moved);
      return advanced != Advance::failed;
    }
    case PathOp::key_or_path:
      return key_or_path(step, node, out);
    case PathOp::slice:
      return slice(step.bounds, node, out);
    case PathOp::wildcard:
      return wildcard(node, out);
    case PathOp::descend:
      return descend(node, 0, out);
    case PathOp::union_by_node:
      return std::all_of(step.branches.begin(), step.branches.end(),
                         [&](const PathSteps& branch) { return walk(branch, node, out); });
    case PathOp::compare_filter:
      return compare_filter(*step.test, node, out);
    case PathOp::logical_filter:
      return logical_filter(*step.expression, node, out);
    case PathOp::constant:
      out.push({&step.constant->value});
      return true;
    case PathOp::union_by_branch:
    case PathOp::text:
      break;
  }
  broken_promise("a step of whole lists", __FILE__, __LINE__);
}

bool PathEvaluation::key_or_path(const PathStep& step, const Match& node, MatchList& out) {
  Match member = node;
  if (!move_to_member(step, member)) return walk(step.branches[0], node, out);
  out.push(member);
  return true;
}

// Bounds outside of the array are errors, except that equal ones select nothing wherever they are.
bool PathEvaluation::elements(const PathBounds& bounds, const Match& node, MatchList& out) {
  if (node.value->is_null()) return true;
  if (!node.value->is_array()) return fail(PathError::not_a_list);
  const std::span<const json::Value> items = node.value->items();
  const auto size = static_cast<int64_t>(items.size());
  int64_t begin = bounds.begin.value_or(0);
  int64_t end = bounds.end.value_or(size);
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  if (begin == end) return true;
  const bool is_inside = begin >= 0 && begin < size && end >= 0 && end <= size;
  if (!is_inside || begin > end) return fail(PathError::out_of_bounds);
  const int64_t step = bounds.step.value_or(1);
  if (step <= 0) return fail(PathError::bad_step);
  for (int64_t i = begin; i < end; i += std::min(step, end - i)) {
    out.push({&items[static_cast<size_t>(i)], node.member, node.parent});
  }
  return spend(out.size());
}

bool PathEvaluation::slice(const PathBounds& bounds, const Match& node, MatchList& out) {
  const int64_t step = bounds.step.value_or(1);
  if (!node.value->is_array() || step == 0) return true;
  const std::span<const json::Value> items = node.value->items();
  const auto size = static_cast<int64_t>(items.size());
  const bool forward = step > 0;
  // Backward a position may stand before the first element.
  const auto clamp = [&](std::optional<int64_t> bound, int64_t fallback) {
    if (!bound) return fallback;
    const int64_t from_start = *bound < 0 ? *bound + size : *bound;
    return forward ? std::clamp(from_start, int64_t{0}, size)
                   : std::clamp(from_start, int64_t{-1}, size - 1);
  };
  const int64_t begin = clamp(bounds.begin, forward ? 0 : size - 1);
  const int64_t end = clamp(bounds.end, forward ? size : -1);
  for (int64_t i = begin; forward ? i < end : i > end; i += step) {
    out.push({&items[static_cast<size_t>(i)], node.member, node.parent});
  }
  return spend(items.size());
}

bool PathEvaluation::wildcard(const Match& node, MatchList& out) {
  if (node.value->is_object()) {
    for (const json::Member& member : node.value->members()) {
      out.push({&member.value, &member, node.value});
    }
    return spend(node.value->members().size());
  }
  if (!node.value->is_array()) return true;
  for (const json::Value& item : node.value->items()) {
    out.push({&item, node.member, node.parent});
  }
  return spend(node.value->items().size());
}

bool PathEvaluation::descend(const Match& node, size_t depth, MatchList& out) {
  if (depth > json::kMaxDepth) return fail(PathError::too_deep);
  if (node.value->is_array()) {
    const std::span<const json::Value> items = node.value->items();
    if (!items.empty()) out.push(node);
    return spend(items.size()) &&
           std::all_of(items.begin(), items.end(), [&](const json::Value& item) {
             return descend({&item, node.member, node.parent}, depth + 1, out);
           });
  }
  if (!node.value->is_object()) return true;
  const std::span<const json::Member> members = node.value->members();
  if (!members.empty()) out.push(node);
  return spend(members.size()) &&
         std::all_of(members.begin(), members.end(), [&](const json::Member& member) {
           return descend({&member.value, &member, node.value}, depth + 1, out);
         });
}

// A branch that names keys and finds none of them ends the path: not an error, but missing.
bool PathEvaluation::union_by_branch(const PathStep& step, const MatchList& in, MatchList& out) {
  for (const PathSteps& branch : step.branches) {
    const size_t before = out.size();
    for (const Match& node : in) {
      if (!spend(1) || !walk(branch, node, out)) return false;
    }
    const PathOp op = branch.empty() ? PathOp::wildcard : branch[0].op;
    const bool names_key = op == PathOp::key || op == PathOp::key_or_path;
    if (names_key && out.size() == before && in.size() > 0) return false;
  }
  return true;
}

}  // namespace kollect::extract
