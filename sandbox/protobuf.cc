#include "sandbox/protobuf.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/base64.h"
#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

// `type` is text, number, truth, map (of texts), secrets (a map of bytes), skip (what the server
// sets anyway), or a message; a list when `is_list`.
struct Field {
  std::string_view message;
  uint64_t number;
  std::string_view name, type = "text";
  bool is_list = false;
};

constexpr Field kFields[] = {
    {"ObjectMeta", 1, "name"},
    {"ObjectMeta", 2, "generateName"},
    {"ObjectMeta", 3, "namespace"},
    {"ObjectMeta", 11, "labels", "map"},
    {"ObjectMeta", 12, "annotations", "map"},
    {"Namespace", 3, "status", "skip"},
    {"ConfigMap", 2, "data", "map"},
    {"ConfigMap", 3, "binaryData", "secrets"},
    {"ConfigMap", 4, "immutable", "truth"},
    {"Secret", 2, "data", "secrets"},
    {"Secret", 3, "type"},
    {"Secret", 4, "stringData", "map"},
    {"Secret", 5, "immutable", "truth"},
    {"Deployment", 2, "spec", "DeploymentSpec"},
    {"Deployment", 3, "status", "skip"},
    {"DeploymentSpec", 1, "replicas", "number"},
    {"DeploymentSpec", 2, "selector", "LabelSelector"},
    {"DeploymentSpec", 3, "template", "PodTemplateSpec"},
    {"DeploymentSpec", 4, "strategy", "skip"},
    {"LabelSelector", 1, "matchLabels", "map"},
    {"PodTemplateSpec", 1, "metadata", "ObjectMeta"},
    {"PodTemplateSpec", 2, "spec", "PodSpec"},
    {"PodSpec", 2, "containers", "Container", true},
    {"Container", 1, "name"},
    {"Container", 2, "image"},
    {"Container", 3, "command", "text", true},
    {"Container", 4, "args", "text", true},
    {"Container", 6, "ports", "ContainerPort", true},
    {"ContainerPort", 1, "name"},
    {"ContainerPort", 3, "containerPort", "number"},
    {"ContainerPort", 4, "protocol"},
    {"Role", 2, "rules", "PolicyRule", true},
    {"ClusterRole", 2, "rules", "PolicyRule", true},
    {"PolicyRule", 1, "verbs", "text", true},
    {"PolicyRule", 2, "apiGroups", "text", true},
    {"PolicyRule", 3, "resources", "text", true},
    {"PolicyRule", 4, "resourceNames", "text", true},
    {"RoleBinding", 2, "subjects", "Subject", true},
    {"RoleBinding", 3, "roleRef", "RoleRef"},
    {"ClusterRoleBinding", 2, "subjects", "Subject", true},
    {"ClusterRoleBinding", 3, "roleRef", "RoleRef"},
    {"Subject", 1, "kind"},
    {"Subject", 2, "apiGroup"},
    {"Subject", 3, "name"},
    {"Subject", 4, "namespace"},
    {"RoleRef", 1, "apiGroup"},
    {"RoleRef", 2, "kind"},
    {"RoleRef", 3, "name"},
    {"SelfSubjectAccessReview", 2, "spec", "AccessSpec"},
    {"SelfSubjectAccessReview", 3, "status", "skip"},
    {"AccessSpec", 1, "resourceAttributes", "ResourceAttributes"},
    {"AccessSpec", 2, "nonResourceAttributes", "PathAttributes"},
    {"ResourceAttributes", 1, "namespace"},
    {"ResourceAttributes", 2, "verb"},
    {"ResourceAttributes", 3, "group"},
    {"ResourceAttributes", 4, "version"},
    {"ResourceAttributes", 5, "resource"},
    {"ResourceAttributes", 6, "subresource"},
    {"ResourceAttributes", 7, "name"},
    {"PathAttributes", 1, "path"},
    {"PathAttributes", 2, "verb"},
    {"SelfSubjectRulesReview", 2, "spec", "RulesSpec"},
    {"SelfSubjectRulesReview", 3, "status", "skip"},
    {"RulesSpec", 1, "namespace"},
    {"SelfSubjectReview", 2, "status", "skip"},
    {"ServiceAccount", 2, "secrets", "skip"},
    {"", 1, "metadata", "ObjectMeta"},  // of every object
    {"Envelope", 1, "type", "TypeMeta"},
    {"Envelope", 2, "raw"},
    {"TypeMeta", 1, "apiVersion"},
    {"TypeMeta", 2, "kind"},
    {"Entry", 1, "key"},
    {"Entry", 2, "value"},
};

const Field* field_of(std::string_view message, uint64_t number) {
  const auto is_it = [&](const Field& field) {
    return field.message == message && field.number == number;
  };
  const Field* found = std::ranges::find_if(kFields, is_it);
  if (found != std::end(kFields)) return found;
  const bool is_object =
      std::ranges::any_of(kFields, [&](const Field& field) { return field.type == message; });
  return number == 1 && !is_object && message != "Envelope" ? field_of("", 1) : nullptr;
}

struct Wire {
  uint64_t number = 0;
  uint64_t value = 0;
  std::string_view bytes;
};

bool take_varint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return true;
  }
  return false;
}

bool take_field(std::string_view& bytes, Wire& wire) {
  uint64_t tag = 0;
  if (!take_varint(bytes, tag) || !take_varint(bytes, wire.value)) return false;
  wire.number = tag >> 3U;
  wire.bytes = {};
  if ((tag & 7U) == 0) return true;
  if ((tag & 7U) != 2 || wire.value > bytes.size()) return false;
  wire.bytes = bytes.substr(0, wire.value);
  bytes.remove_prefix(wire.value);
  wire.value = 0;
  return true;
}

Result<Value> message_from(std::string_view message, std::string_view bytes, Arena& arena);

// The pair of a map, added to what came before it.
Result<Value> with_entry(const Value* map, const Field& field, std::string_view bytes,
                         Arena& arena) {
  const auto entry = message_from("Entry", bytes, arena);
  if (!entry) return entry;
  const std::string_view text = entry->text("value");
  const Value value = field.type == "map" ? text_of(text) : arena.string(base64_encode(text));
  return with(arena, map != nullptr ? *map : Value(), entry->text("key"), value);
}

Result<Value> field_value(const Field& field, const Wire& wire, const Value* old, Arena& arena) {
  if (field.type == "number") return Value::integer(static_cast<int64_t>(wire.value));
  if (field.type == "truth") return Value::boolean(wire.value != 0);
  if (field.type == "map" || field.type == "secrets")
    return with_entry(old, field, wire.bytes, arena);
  if (field.type == "text") return arena.string(wire.bytes);
  return message_from(field.type, wire.bytes, arena);
}

Result<Value> message_from(std::string_view message, std::string_view bytes, Arena& arena) {
  Value object = Value::object({});
  while (!bytes.empty()) {
    Wire wire;
    if (!take_field(bytes, wire)) return invalid("the body is no protobuf");
    const Field* field = field_of(message, wire.number);
    const bool is_empty = wire.bytes.empty() && wire.value == 0;
    if (is_empty && (field == nullptr || field->type != "number")) continue;
    if (field == nullptr) {
      return invalid(fmt::format("field {} of {} cannot be read from protobuf here: send JSON",
                                 wire.number, message));
    }
    if (field->type == "skip") continue;
    const Value* old = object.find(field->name);
    auto value = field_value(*field, wire, old, arena);
    if (!value) return value;
    if (field->is_list)
      value = list_with(arena, old != nullptr ? old->items() : std::span<const Value>(), *value);
    object = with(arena, object, field->name, *value);
  }
  return object;
}

}  // namespace

Result<Value> object_from_protobuf(std::string_view bytes, Arena& arena) {
  constexpr std::string_view kMagic("k8s\0", 4);
  if (!bytes.starts_with(kMagic)) return invalid("the body is no Kubernetes protobuf");
  const auto envelope = message_from("Envelope", bytes.substr(kMagic.size()), arena);
  if (!envelope) return envelope;
  const std::string_view kind = text_at(*envelope, {"type", "kind"});
  auto object = message_from(kind, envelope->text("raw"), arena);
  if (!object) return object;
  const Value named = with(arena, *object, "kind", text_of(kind));
  return with(arena, named, "apiVersion", text_of(text_at(*envelope, {"type", "apiVersion"})));
}

}  // namespace kollect::sandbox
