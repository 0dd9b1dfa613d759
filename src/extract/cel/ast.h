// The syntax tree of an expression, and the builder through which parser and macros make it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "extract/cel/value.h"

namespace kollect::extract {

using NodeId = uint32_t;
inline constexpr NodeId kAbsentNode = 0;

enum class NodeKind : uint8_t {
  absent,
  constant,       // value
  identifier,     // name; a leading dot makes it absolute
  select,         // children[0].name; flag optional: .?name
  has,            // has(children[0].name)
  index,          // children[0][children[1]]; flag optional: [?i]
  call,           // name(children...)
  receiver_call,  // children[0].name(children[1...])
  logical_and,    // two or more children
  logical_or,
  conditional,  // children[0] ? children[1] : children[2]
  list,         // children; optional_children marks ?x
  map,   // children are key, value, key, value, ...; optional_children marks ?k by the index of the
         // key
  loop,  // a comprehension; see LoopKind
  bind,  // name = children[0] in children[1]
};

// What a comprehension makes of its steps. Children: range, condition or kAbsentNode, transform or
// kAbsentNode. The transforms of map_entries are maps, which are put together.
enum class LoopKind : uint8_t { all, exists, exists_one, list, map, map_entries };

struct AstNode {
  NodeKind kind = NodeKind::absent;
  LoopKind loop = LoopKind::all;
  bool optional = false;
  uint32_t offset = 0;  // byte in the source, for messages
  uint32_t depth = 1;   // of the tree below and including this node
  std::string_view name = {};
  std::string_view variable = {};         // loop: element, or index or key when there are two
  std::string_view second_variable = {};  // loop: "" when there is only one
  CelValue value = {};
  std::vector<NodeId> children = {};
  std::vector<bool> optional_children = {};
};

struct SourceError {
  uint32_t offset;
  std::string message;
};

// Owns the nodes and the texts in them. Nodes never move to another id.
class AstBuilder {
 public:
  // Texts of constants and names are kept in `arena`, which must outlive the tree and its program.
  explicit AstBuilder(json::Arena& arena) : arena_(arena), nodes_(1) {}

  // Where the nodes made from now on are said to be; macros find it set to the place of the call.
  void set_offset(uint32_t offset) { offset_ = offset; }
  uint32_t offset() const { return offset_; }

  const AstNode& node(NodeId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }

  NodeId constant(const CelValue& value);
  NodeId identifier(std::string_view name);
  NodeId select(NodeId operand, std::string_view field);
  NodeId call(std::string_view function, std::vector<NodeId> arguments);
  NodeId receiver_call(NodeId receiver, std::string_view function, std::vector<NodeId> arguments);
  NodeId conditional(NodeId condition, NodeId then, NodeId otherwise);
  NodeId list(std::vector<NodeId> items);
  // `variable` names what `value` computes, once, while `body` is computed. A name starting with
  // '@' cannot clash.
  NodeId bind(std::string_view variable, NodeId value, NodeId body);
  // range.map(variable, transform) and range.filter(...) in one: condition and transform may be
  // kAbsentNode.
  NodeId list_loop(NodeId range, std::string_view variable, NodeId condition, NodeId transform);
  NodeId add(AstNode node);

  // The name when this node is a plain identifier, else "".
  std::string_view plain_name(NodeId id) const;
  // Text that lives as long as the tree.
  std::string_view keep(std::string_view text) { return arena_.copy(text); }
  json::Arena& arena() { return arena_; }

  void error(uint32_t offset, std::string message);
  const std::vector<SourceError>& errors() const { return errors_; }

 private:
  json::Arena& arena_;
  std::vector<AstNode> nodes_;
  std::vector<SourceError> errors_;
  uint32_t offset_ = 0;
};

}  // namespace kollect::extract
