#include "sandbox/lifecycle.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/json_write.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kServerKept[] = {
    "uid",  "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
    "name", "namespace"};

std::string made_uid(Random& random) {
  const uint64_t high = random();
  const uint64_t low = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xfff, ((low >> 48) & 0x3fff) | 0x8000, low & 0xffff'ffff'ffff);
}

std::string made_suffix(Random& random) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  for (int i = 0; i < 5; ++i) suffix += kLetters[random() % kLetters.size()];
  return suffix;
}

bool is_name(std::string_view name, std::string_view group) {
  if (group == "rbac.authorization.k8s.io") return name.find('/') == std::string_view::npos;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 253 && fits(name.front()) && fits(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return fits(c) || c == '-' || c == '.'; });
}

Value with_fallback(Arena& arena, const Value& object, Path path, const Value& value) {
  return object.at(path) != nullptr ? object : with_at(arena, object, path, value);
}

Value service_defaults(Arena& arena, Value object, Random& random) {
  object = with_fallback(arena, object, {"spec", "type"}, text_of("ClusterIP"));
  object = with_fallback(arena, object, {"spec", "sessionAffinity"}, text_of("None"));
  const std::string ip = fmt::format("10.96.{}.{}", random() % 256, 1 + random() % 254);
  if (text_at(object, {"spec", "type"}) != "ExternalName")
    object = with_fallback(arena, object, {"spec", "clusterIP"}, arena.string(ip));
  const Value* ports = object.at({"spec", "ports"});
  if (ports == nullptr || !ports->is_array()) return object;
  std::vector<Value> filled;
  for (const Value& port : ports->items()) {
    const Value* number = port.find("port");
    const Value named = with_fallback(arena, port, {"protocol"}, text_of("TCP"));
    filled.push_back(number != nullptr ? with_fallback(arena, named, {"targetPort"}, *number)
                                       : named);
  }
  return with_at(arena, object, {"spec", "ports"}, arena.array(filled));
}

Value with_string_data(Arena& arena, const Value& secret) {
  Value result = with_fallback(arena, secret, {"type"}, text_of("Opaque"));
  const Value* texts = secret.find("stringData");
  if (texts == nullptr || !texts->is_object()) return result;
  for (const Member& text : texts->members()) {
    if (text.value.is_string())
      result = with_at(arena, result, {"data", text.key},
                       arena.string(base64_encode(text.value.as_string())));
  }
  return without(result, "stringData", arena);
}

Value with_defaults(Arena& arena, const Write& write, const Value& object, Random& random) {
  const std::string& kind = write.kind->name;
  if (write.kind->is_custom) return object;
  if (kind == "Secret") return with_string_data(arena, object);
  if (kind == "Service") return service_defaults(arena, object, random);
  if (kind == "Pod") return with_fallback(arena, object, {"status", "phase"}, text_of("Pending"));
  if (kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet")
    return with_fallback(arena, object, {"spec", "replicas"}, Value::integer(1));
  if (kind != "Namespace") return object;
  const Value name = text_of(object.at({"metadata", "name"})->as_string());
  const Value named =
      with_at(arena, object, {"metadata", "labels", "kubernetes.io/metadata.name"}, name);
  return with_fallback(arena, named, {"status", "phase"}, text_of("Active"));
}

std::optional<Failure> unfit(const Write& write, const Value& object) {
  const kube::Gvk said = kube::gvk_of(object);
  const std::string ns(text_at(object, {"metadata", "namespace"}));
  if (!(said == write.kind->gvk())) {
    return bad_request(
        fmt::format("the object provided is unrecognized (must be of type {}): it says {}",
                    write.kind->gvk().text(), said.text()));
  }
  if (!ns.empty() && write.kind->is_namespaced && ns != write.key.ns) {
    return bad_request(
        "the namespace of the provided object does not match the namespace sent on the request");
  }
  return {};
}

// The spec of most kinds; all but metadata and status where the whole object is what is wanted.
bool same_spec(Arena& arena, const Write& write, const Value& a, const Value& b) {
  const auto spec = [&](const Value& object) {
    if (!write.kind->is_custom && object.find("spec") != nullptr) return *object.find("spec");
    return without(without(object, "metadata", arena), "status", arena);
  };
  return spec(a) == spec(b);
}

Value with_kept(Arena& arena, const Value& wanted, const Value& current) {
  const Value* old = current.find("metadata");
  const Value* given = wanted.find("metadata");
  Value metadata = given != nullptr ? *given : Value::object({});
  for (const std::string_view key : kServerKept) {
    const Value* value = old->find(key);
    metadata =
        value != nullptr ? with(arena, metadata, key, *value) : without(metadata, key, arena);
  }
  return with(arena, wanted, "metadata", metadata);
}

Value replaced(Arena& arena, const Value& target, std::string_view key, const Value& from) {
  const Value* value = from.find(key);
  return value != nullptr ? with(arena, target, key, *value) : without(target, key, arena);
}

}  // namespace

Outcome<Value> born(Arena& arena, const Write& write, const Value& object, Random& random) {
  if (auto failure = unfit(write, object)) return *failure;
  std::string name(text_at(object, {"metadata", "name"}));
  const std::string_view prefix = text_at(object, {"metadata", "generateName"});
  if (name.empty() && !prefix.empty()) name = std::string(prefix) + made_suffix(random);
  if (name.empty()) {
    return invalid_object(write.kind, "",
                          "metadata.name: Required value: name or generateName is required");
  }
  if (!is_name(name, write.kind->gvr.group)) {
    return invalid_object(
        write.kind, name,
        fmt::format("metadata.name: Invalid value: \"{}\": a lowercase RFC 1123 subdomain must "
                    "consist of lower case alphanumeric characters, '-' or '.', and must start and "
                    "end with an alphanumeric character",
                    name));
  }
  const Value* given = object.find("metadata");
  Value metadata = with(arena, *given, "name", arena.string(name));
  metadata = write.kind->is_namespaced
                 ? with(arena, metadata, "namespace", arena.string(write.key.ns))
                 : without(metadata, "namespace", arena);
  metadata = with(arena, metadata, "uid", arena.string(made_uid(random)));
  metadata = with(arena, metadata, "creationTimestamp", arena.string(write.owner.time));
  metadata = without(metadata, "deletionTimestamp", arena);
  metadata = without(metadata, "managedFields", arena);
  if (write.kind->has_generation) metadata = with(arena, metadata, "generation", Value::integer(1));
  Value result = with(arena, object, "metadata", metadata);
  if (write.kind->has_status && !write.keeps_status) result = without(result, "status", arena);
  const Value owned = with_owner(arena, Value::object({}), result, write.owner);
  return with_defaults(arena, write, owned, random);
}

Outcome<Value> changed(Arena& arena, const Write& write, const Value& current,
                       const Value& wanted) {
  if (auto failure = unfit(write, wanted)) return *failure;
  const std::string_view version = kube::resource_version_of(wanted);
  if (!version.empty() && version != kube::resource_version_of(current)) {
    return write_conflict(write.kind, write.key.name,
                          "the object has been modified; please apply your changes to the latest "
                          "version and try again");
  }
  if (const std::string_view uid = kube::uid_of(wanted);
      !uid.empty() && uid != kube::uid_of(current)) {
    return write_conflict(write.kind, write.key.name,
                          fmt::format("Precondition failed: UID in precondition: {}, UID in object "
                                      "meta: {}",
                                      uid, kube::uid_of(current)));
  }
  Value result = with_kept(arena, wanted, current);
  if (write.subresource == "status") {
    result = replaced(arena, current, "status", wanted);
    if (const Value* owners = wanted.at({"metadata", "managedFields"}))
      result = with_at(arena, result, {"metadata", "managedFields"}, *owners);
  } else if (write.kind->has_status && !write.keeps_status) {
    result = replaced(arena, result, "status", current);
  }
  if (write.kind->name == "Secret" && !write.kind->is_custom)
    result = with_string_data(arena, result);
  if (write.kind->has_generation && !same_spec(arena, write, current, result)) {
    result = with_at(arena, result, {"metadata", "generation"},
                     Value::integer(kube::generation_of(current) + 1));
  }
  return write.owner.is_apply ? result : with_owner(arena, current, result, write.owner);
}

bool differs(Arena& arena, const Value& a, const Value& b) {
  const auto bare = [&](const Value& object) {
    const Value result = without_at(arena, object, {"metadata", "resourceVersion"});
    const Value* entries = object.at({"metadata", "managedFields"});
    if (entries == nullptr || !entries->is_array()) return result;
    std::vector<Value> timeless;
    for (const Value& entry : entries->items()) timeless.push_back(without(entry, "time", arena));
    return with_at(arena, result, {"metadata", "managedFields"}, arena.array(timeless));
  };
  return !(bare(a) == bare(b));
}

}  // namespace kollect::sandbox
