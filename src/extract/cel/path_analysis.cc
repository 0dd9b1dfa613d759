#include "extract/cel/path_analysis.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace kollect::extract {

namespace {

using Meaning = Resolution::Meaning;
using Node = json::PathTrie::Node;

// Where in the object a value may come from.
struct Origin {
  std::vector<Node> places;  // the value itself
  std::vector<Origin>
      elements;  // of a list that a comprehension made: none or one, where its elements come from
};

void unite(Origin& into, Origin&& other) {
  into.places.insert(into.places.end(), other.places.begin(), other.places.end());
  std::ranges::move(other.elements, std::back_inserter(into.elements));
}

class Analysis {
 public:
  Analysis(const AstBuilder& ast, const Checked& checked, uint32_t object_variable)
      : ast_(ast), checked_(checked), object_variable_(object_variable) {}

  Touched run(NodeId root);

 private:
  Origin origin(NodeId id);
  Origin name(const Resolution& resolution);
  Origin select(NodeId id, const AstNode& node);
  Origin index(const AstNode& node);
  Origin call(NodeId id, const AstNode& node);
  Origin loop(const AstNode& node);
  Origin bind(const AstNode& node);
  Origin below(const Origin& holder, std::string_view key);
  Origin elements_of(Origin&& holder);
  void want(const Origin& value);
  void want_all(const AstNode& node, size_t first = 0);
  void find_chain(NodeId root);
  bool is_step_of_chain(const AstNode& node) const;

  const AstBuilder& ast_;
  const Checked& checked_;
  const uint32_t object_variable_;
  std::vector<Origin> locals_;
  Touched touched_;
};

Touched Analysis::run(NodeId root) {
  want(origin(root));
  find_chain(root);
  return std::move(touched_);
}

void Analysis::want(const Origin& value) {
  for (const Node place : value.places) touched_.paths.want_all(place);
  for (const Origin& element : value.elements) want(element);
}

void Analysis::want_all(const AstNode& node, size_t first) {
  for (size_t i = first; i < node.children.size(); ++i) want(origin(node.children[i]));
}

Origin Analysis::below(const Origin& holder, std::string_view key) {
  Origin made;
  for (const Node place : holder.places) made.places.push_back(touched_.paths.key(place, key));
  return made;
}

Origin Analysis::elements_of(Origin&& holder) {
  Origin made;
  for (const Node place : holder.places) made.places.push_back(touched_.paths.element(place));
  for (Origin& element : holder.elements) unite(made, std::move(element));
  return made;
}

Origin Analysis::origin(NodeId id) {
  const AstNode& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::absent:
    case NodeKind::constant:
      return {};
    case NodeKind::identifier:
      return name(checked_.resolutions[id]);
    case NodeKind::select:
      return select(id, node);
    case NodeKind::has:
      below(origin(node.children[0]), node.name);
      return {};
    case NodeKind::index:
      return index(node);
    case NodeKind::call:
    case NodeKind::receiver_call:
      return call(id, node);
    case NodeKind::conditional: {
      want(origin(node.children[0]));
      Origin either = origin(node.children[1]);
      unite(either, origin(node.children[2]));
      return either;
    }
    case NodeKind::logical_and:
    case NodeKind::logical_or:
    case NodeKind::list:
    case NodeKind::map:
      want_all(node);
      return {};
    case NodeKind::loop:
      return loop(node);
    case NodeKind::bind:
      return bind(node);
  }
  return {};
}

Origin Analysis::name(const Resolution& resolution) {
  if (resolution.meaning == Meaning::local) return locals_[resolution.slot];
  const bool is_object =
      resolution.meaning == Meaning::variable && resolution.slot == object_variable_;
  return is_object ? Origin{.places = {json::PathTrie::kRoot}, .elements = {}} : Origin{};
}

Origin Analysis::select(NodeId id, const AstNode& node) {
  const Resolution& resolution = checked_.resolutions[id];
  if (resolution.meaning != Meaning::nothing) return name(resolution);
  return below(origin(node.children[0]), node.name);
}

Origin Analysis::index(const AstNode& node) {
  Origin holder = origin(node.children[0]);
  const AstNode& key = ast_.node(node.children[1]);
  if (key.kind == NodeKind::constant) {
    if (key.value.kind() == CelKind::string) return below(holder, key.value.as_text());
    return elements_of(std::move(holder));
  }
  want(origin(node.children[1]));
  want(holder);
  return {};
}

Origin Analysis::call(NodeId id, const AstNode& node) {
  if (checked_.resolutions[id].is_global_call) {
    want_all(node, 1);
    return {};
  }
  const bool is_size = node.name == "size" && node.children.size() == 1;
  if (is_size) {
    elements_of(origin(node.children[0]));
    return {};
  }
  if (node.kind == NodeKind::receiver_call && node.name == "hasValue") {
    origin(node.children[0]);
    return {};
  }
  if (node.kind == NodeKind::receiver_call && node.name == "value" && node.children.size() == 1) {
    return origin(node.children[0]);
  }
  const bool is_or = node.name == "or" || node.name == "orValue";
  if (node.kind == NodeKind::receiver_call && is_or && node.children.size() == 2) {
    Origin either = origin(node.children[0]);
    unite(either, origin(node.children[1]));
    return either;
  }
  want_all(node);
  return {};
}

// Keys of a map are strings of their own; its values are kept whole with the elements of its place.
Origin Analysis::loop(const AstNode& node) {
  const Origin element = elements_of(origin(node.children[0]));
  const bool has_two = !node.second_variable.empty();
  locals_.push_back(has_two ? Origin{} : element);
  if (has_two) locals_.push_back(element);
  if (node.children[1] != kAbsentNode) want(origin(node.children[1]));
  Origin made;
  const bool is_list = node.loop == LoopKind::list;
  if (node.children[2] != kAbsentNode) {
    made = origin(node.children[2]);
  } else if (is_list) {
    made = locals_.back();
  }
  locals_.resize(locals_.size() - (has_two ? 2 : 1));
  if (!is_list) {
    want(made);
    return {};
  }
  Origin list;
  list.elements.push_back(std::move(made));
  return list;
}

Origin Analysis::bind(const AstNode& node) {
  locals_.push_back(origin(node.children[0]));
  Origin body = origin(node.children[1]);
  locals_.pop_back();
  return body;
}

bool Analysis::is_step_of_chain(const AstNode& node) const {
  if (node.kind == NodeKind::select) return true;
  if (node.kind == NodeKind::index) {
    return ast_.node(node.children[1]).kind == NodeKind::constant;
  }
  if (node.kind != NodeKind::receiver_call) return false;
  if (node.children.size() == 1) return node.name == "value";
  return node.name == "orValue" && node.children.size() == 2 &&
         ast_.node(node.children[1]).kind == NodeKind::constant;
}

void Analysis::find_chain(NodeId root) {
  const AstNode* node = &ast_.node(root);
  while (is_step_of_chain(*node)) {
    if (node->kind == NodeKind::select) touched_.chain.push_back(node->name);
    if (node->kind == NodeKind::index) {
      const CelValue& key = ast_.node(node->children[1]).value;
      if (key.kind() == CelKind::string) touched_.chain.push_back(key.as_text());
    }
    root = node->children[0];
    node = &ast_.node(root);
  }
  const Resolution& base = checked_.resolutions[root];
  touched_.is_chain = node->kind == NodeKind::identifier && base.meaning == Meaning::variable &&
                      base.slot == object_variable_;
  if (!touched_.is_chain) touched_.chain.clear();
  std::ranges::reverse(touched_.chain);
}

}  // namespace

Touched touched_paths(const AstBuilder& ast, const Checked& checked, NodeId root,
                      uint32_t object_variable) {
  return Analysis(ast, checked, object_variable).run(root);
}

}  // namespace kollect::extract
