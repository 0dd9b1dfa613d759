// What a path reads, found by walking its steps instead of an object.
#include <algorithm>

#include "extract/detail/json_path_program.h"
#include "extract/json_path.h"

namespace kollect::extract {

namespace {

using json::PathTrie;
using TrieNodes = std::vector<PathTrie::Node>;

// Unions in a row multiply; beyond this many places all below them is wanted.
constexpr size_t kMaxPlaces = 64;

class Needs {
 public:
  explicit Needs(PathTrie& wanted) : wanted_(wanted) {}

  // Where the steps end; empty when all below has been asked for already.
  TrieNodes walk(const PathSteps& steps, TrieNodes nodes);
  void want_all(const TrieNodes& nodes) {
    for (const PathTrie::Node node : nodes) wanted_.want_all(node);
  }

 private:
  TrieNodes apply(const PathStep& step, const TrieNodes& nodes);
  TrieNodes keys(const std::string& key, const TrieNodes& nodes);
  TrieNodes elements(const TrieNodes& nodes);
  TrieNodes branches(const PathStep& step, const TrieNodes& nodes);
  void add(const LogicalExpr& expression, const TrieNodes& nodes);

  PathTrie& wanted_;
};

TrieNodes Needs::walk(const PathSteps& steps, TrieNodes nodes) {
  for (const PathStep& step : steps) {
    nodes = apply(step, nodes);
    if (nodes.size() <= kMaxPlaces) continue;
    want_all(nodes);
    return {};
  }
  return nodes;
}

TrieNodes Needs::apply(const PathStep& step, const TrieNodes& nodes) {
  switch (step.op) {
    case PathOp::key:
      return keys(step.text, nodes);
    case PathOp::key_or_path: {
      TrieNodes both = keys(step.text, nodes);
      const TrieNodes dotted = branches(step, nodes);
      both.insert(both.end(), dotted.begin(), dotted.end());
      return both;
    }
    case PathOp::index:
    case PathOp::slice:
    case PathOp::elements:
    case PathOp::wildcard:
      return elements(nodes);
    case PathOp::descend:
      want_all(nodes);
      return {};
    case PathOp::union_by_node:
    case PathOp::union_by_branch:
      return branches(step, nodes);
    case PathOp::compare_filter: {
      TrieNodes tested = elements(nodes);
      walk(step.test->left, tested);
      walk(step.test->right, tested);
      return tested;
    }
    case PathOp::logical_filter: {
      TrieNodes tested = elements(nodes);
      add(*step.expression, tested);
      return tested;
    }
    case PathOp::constant:
    case PathOp::text:
      break;
  }
  return {};
}

TrieNodes Needs::keys(const std::string& key, const TrieNodes& nodes) {
  TrieNodes below;
  for (const PathTrie::Node node : nodes) {
    below.push_back(wanted_.key(node, key));
    // Whether a value is a secret may be told by the name beside it.
    if (key == "value") wanted_.key(node, "name");
  }
  return below;
}

TrieNodes Needs::elements(const TrieNodes& nodes) {
  TrieNodes below;
  for (const PathTrie::Node node : nodes) below.push_back(wanted_.element(node));
  return below;
}

TrieNodes Needs::branches(const PathStep& step, const TrieNodes& nodes) {
  TrieNodes ends;
  for (const PathSteps& branch : step.branches) {
    const TrieNodes found = walk(branch, nodes);
    ends.insert(ends.end(), found.begin(), found.end());
  }
  return ends;
}

void Needs::add(const LogicalExpr& expression, const TrieNodes& nodes) {
  for (const LogicalExpr& operand : expression.operands) add(operand, nodes);
  if (expression.kind != LogicalExpr::Kind::query) return;
  const TrieNodes from = expression.absolute ? TrieNodes{PathTrie::kRoot} : nodes;
  want_all(walk(expression.query, from));
}

Touch touch(const PathSteps& steps, std::string_view key) {
  if (steps.empty()) return Touch::yes;
  const PathStep& first = steps[0];
  Touch most = Touch::no;
  switch (first.op) {
    case PathOp::key:
      return first.text == key ? Touch::yes : Touch::no;
    case PathOp::key_or_path:
      if (first.text == key) return Touch::yes;
      [[fallthrough]];
    case PathOp::union_by_node:
    case PathOp::union_by_branch:
      for (const PathSteps& branch : first.branches) most = std::max(most, touch(branch, key));
      return most;
    case PathOp::wildcard:
      return steps.size() == 1 ? Touch::yes : Touch::maybe;
    case PathOp::descend:
      return steps.size() == 1 ? Touch::yes : Touch::maybe;
    case PathOp::logical_filter:
      return Touch::maybe;
    default:
      return Touch::no;  // the root is an object: no element of it can be had
  }
}

bool keeps_member(PathOp op) {
  return op == PathOp::index || op == PathOp::slice || op == PathOp::elements ||
         op == PathOp::compare_filter;
}

}  // namespace

void JsonPath::add_needed_paths(PathTrie& wanted) const {
  Needs needs(wanted);
  needs.want_all(needs.walk(program_->steps, {PathTrie::kRoot}));
}

Touch JsonPath::touches_root_member(std::string_view key) const {
  return touch(program_->steps, key);
}

std::string_view JsonPath::last_key() const {
  const PathSteps& steps = program_->steps;
  const auto last = std::find_if(steps.rbegin(), steps.rend(),
                                 [](const PathStep& step) { return !keeps_member(step.op); });
  return last != steps.rend() && last->op == PathOp::key ? std::string_view(last->text)
                                                         : std::string_view();
}

}  // namespace kollect::extract
