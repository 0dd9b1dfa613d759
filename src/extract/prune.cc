#include "extract/prune.h"

#include <algorithm>
#include <charconv>

#include "extract/detail/json_path_text.h"
#include "extract/secret_view.h"

namespace kollect::extract {

namespace {

using Tokens = std::vector<std::string>;

const Tokens kIdentity[] = {{"metadata", "name"}, {"metadata", "namespace"}, {"metadata", "uid"}};

const Tokens kDefaults[] = {
    {"metadata", "managedFields"},
    {"metadata", "resourceVersion"},
    {"metadata", "generation"},
    {"metadata", "annotations", std::string(kLastAppliedAnnotation)},
    {"metadata", "annotations", "argocd.argoproj.io/tracking-id"},
};

// RFC 6901: digits without leading zeros.
int64_t index_of(std::string_view token) {
  int64_t index = -1;
  const char* end = token.data() + token.size();
  const bool is_plain = !token.empty() && token[0] != '-' && (token[0] != '0' || token.size() == 1);
  if (!is_plain) return -1;
  const auto read = std::from_chars(token.data(), end, index);
  return read.ec == std::errc() && read.ptr == end ? index : -1;
}

}  // namespace

Pruner::Pruner(const PruneSpec& spec) : include_(spec.include), nodes_(1) {
  if (spec.dedupe_identity) {
    for (const Tokens& tokens : kIdentity) remove(tokens);
  }
  if (spec.defaults) {
    for (const Tokens& tokens : kDefaults) remove(tokens);
  }
  for (const std::string& pointer : spec.json_pointers) {
    if (const auto tokens = pointer_tokens(pointer)) remove(*tokens);
  }
  for (const std::string& path : spec.json_paths) {
    if (const auto tokens = path_tokens(path)) remove(*tokens);
  }
}

void Pruner::remove(std::span<const std::string> tokens) {
  uint32_t at = 0;
  for (const std::string& token : tokens) {
    auto& cuts = nodes_[at].cuts;
    auto place = std::lower_bound(cuts.begin(), cuts.end(), token,
                                  [](const Cut& c, const std::string& t) { return c.token < t; });
    if (place == cuts.end() || place->token != token) {
      place = cuts.insert(place, {token, index_of(token), static_cast<uint32_t>(nodes_.size())});
      at = place->node;
      nodes_.emplace_back();
    } else {
      at = place->node;
    }
  }
  nodes_[at].goes = true;
}

bool Pruner::keeps_section(std::string_view key) const {
  if (include_ == Include::all || key == "apiVersion" || key == "kind") return true;
  if (key == "metadata") return include_ == Include::metadata_only;
  if (key == "spec") return include_ == Include::spec_only || include_ == Include::spec_and_status;
  if (key == "status") {
    return include_ == Include::status_only || include_ == Include::spec_and_status;
  }
  return false;
}

json::Value Pruner::prune(const json::Value& object, json::Arena& arena) const {
  if (!object.is_object()) return object;
  const std::span<const json::Member> members = object.members();
  auto* kept = static_cast<json::Member*>(arena.allocate(members.size() * sizeof(json::Member)));
  const auto* end =
      std::copy_if(members.begin(), members.end(), kept,
                   [this](const json::Member& member) { return keeps_section(member.key); });
  const auto sections = json::Value::object({kept, static_cast<size_t>(end - kept)});
  return cut(sections, nodes_[0], arena);
}

json::Value Pruner::cut(const json::Value& value, const Node& node, json::Arena& arena) const {
  if (node.cuts.empty()) return value;
  if (value.is_object()) return cut_object(value, node, arena);
  return value.is_array() ? cut_array(value, node, arena) : value;
}

// Elements become null, so that those after them keep their places.
json::Value Pruner::cut_array(const json::Value& array, const Node& node,
                              json::Arena& arena) const {
  const std::span<const json::Value> items = array.items();
  json::Value* copied = nullptr;
  for (const Cut& below : node.cuts) {
    if (below.index < 0 || static_cast<size_t>(below.index) >= items.size()) continue;
    if (copied == nullptr) {
      copied = static_cast<json::Value*>(arena.allocate(items.size() * sizeof(json::Value)));
      std::copy(items.begin(), items.end(), copied);
    }
    json::Value& item = copied[below.index];
    item = nodes_[below.node].goes ? json::Value() : cut(item, nodes_[below.node], arena);
  }
  return copied == nullptr ? array : json::Value::array({copied, items.size()});
}

json::Value Pruner::cut_object(const json::Value& object, const Node& node,
                               json::Arena& arena) const {
  const std::span<const json::Member> members = object.members();
  const bool has_any = std::any_of(node.cuts.begin(), node.cuts.end(), [&](const Cut& below) {
    return object.find(below.token) != nullptr;
  });
  if (!has_any) return object;
  auto* copied = static_cast<json::Member*>(arena.allocate(members.size() * sizeof(json::Member)));
  size_t size = 0;
  auto below = node.cuts.begin();
  for (const json::Member& member : members) {
    while (below != node.cuts.end() && below->token < member.key) ++below;
    const bool is_hit = below != node.cuts.end() && below->token == member.key;
    if (is_hit && nodes_[below->node].goes) continue;
    copied[size] = member;
    if (is_hit) copied[size].value = cut(member.value, nodes_[below->node], arena);
    ++size;
  }
  return json::Value::object({copied, size});
}

void Pruner::add_needed_paths(json::PathTrie& wanted) const {
  if (include_ == Include::all) {
    wanted.want_all(json::PathTrie::kRoot);
    return;
  }
  for (const std::string_view key : {"apiVersion", "kind", "metadata", "spec", "status"}) {
    if (keeps_section(key)) wanted.want_all(wanted.key(json::PathTrie::kRoot, key));
  }
}

}  // namespace kollect::extract
