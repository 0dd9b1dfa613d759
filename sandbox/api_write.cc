// The writing half of the API: bodies into objects, and what a client gets back.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/json_write.h"
#include "base/yaml.h"
#include "sandbox/api.h"

namespace kollect::sandbox {

namespace {

// Kubernetes lets a body leave out what the path says.
Outcome<Value> object_in(const Call& call, Arena& arena) {
  auto body = body_of(call, arena);
  if (failure_of(body) != nullptr) return body;
  Value value = std::get<Value>(body);
  if (!value.is_object()) return bad_request("the body is no object");
  const kube::Gvk gvk = call.kind->gvk();
  if (value.find("kind") == nullptr) value = with(arena, value, "kind", arena.string(gvk.kind));
  if (value.find("apiVersion") == nullptr)
    value = with(arena, value, "apiVersion", arena.string(gvk.api_version()));
  return value;
}

// Scale of autoscaling/v1, and back.
Value scale_of(Arena& arena, const Value& object) {
  const Value replicas = Value::integer(int_at(object, {"spec", "replicas"}, 1));
  const Value ready = Value::integer(int_at(object, {"status", "replicas"}));
  Value metadata = without(*object.find("metadata"), "managedFields", arena);
  metadata = without(without(metadata, "labels", arena), "annotations", arena);
  return object_of(arena, {{"kind", text_of("Scale")},
                           {"apiVersion", text_of("autoscaling/v1")},
                           {"metadata", metadata},
                           {"spec", object_of(arena, {{"replicas", replicas}})},
                           {"status", object_of(arena, {{"replicas", ready}})}});
}

Cluster::Edit edit_through(const Call& call, Cluster::Edit edit) {
  if (call.subresource != "scale") return edit;
  return [edit](const Value& current, Arena& arena) -> Outcome<Value> {
    const auto scaled = edit(scale_of(arena, current), arena);
    if (failure_of(scaled) != nullptr) return scaled;
    const int64_t replicas = int_at(std::get<Value>(scaled), {"spec", "replicas"});
    return with_at(arena, current, {"spec", "replicas"}, Value::integer(replicas));
  };
}

}  // namespace

Write Call::write() const {
  std::string manager = option("fieldManager");
  const std::string_view agent = header("User-Agent");
  if (manager.empty()) manager = agent.substr(0, std::min(agent.find('/'), agent.size()));
  const std::string part = subresource == "status" || subresource == "scale" ? subresource : "";
  return {.kind = kind,
          .key = key,
          .owner = {.manager = std::move(manager), .subresource = part, .time = now_text()},
          .subresource = subresource,
          .is_dry_run = option("dryRun") == "All"};
}

net::Reply Api::written(const Call& call, const Outcome<ObjectPtr>& outcome, int code) const {
  if (const Failure* failure = failure_of(outcome)) return refusal(*failure);
  const Object& object = *std::get<ObjectPtr>(outcome);
  net::Reply reply = reply_with(code, "");
  if (call.subresource == "scale") {
    Arena arena;
    reply.response.body = json::to_text(scale_of(arena, *json::parse(object.text, arena)));
  } else {
    View(call.kind, accepted_shape(call.header("Accept")), call.option("includeObject"))
        .one(reply.response.body, object);
  }
  reply.response.body += '\n';
  return reply;
}

net::Reply Api::create(const Call& call) {
  Arena arena;
  const auto object = object_in(call, arena);
  if (const Failure* failure = failure_of(object)) return refusal(*failure);
  return written(call, cluster_.create(call.write(), std::get<Value>(object)), 201);
}

net::Reply Api::update(const Call& call) {
  Arena arena;
  const auto object = call.subresource == "scale" ? body_of(call, arena) : object_in(call, arena);
  if (const Failure* failure = failure_of(object)) return refusal(*failure);
  const Cluster::Edit replace = [&](const Value&, Arena&) { return object; };
  return written(call, cluster_.update(call.write(), edit_through(call, replace)));
}

net::Reply Api::patch(const Call& call) {
  const std::string_view type =
      call.header("Content-Type").substr(0, call.header("Content-Type").find(';'));
  if (type == "application/apply-patch+yaml") return apply(call);
  if (call.kind->is_custom && type.find("strategic") != std::string_view::npos) {
    return refusal({415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types "
                    "include: application/json-patch+json, application/merge-patch+json, "
                    "application/apply-patch+yaml"});
  }
  Arena arena;
  const auto body = body_of(call, arena);
  if (const Failure* failure = failure_of(body)) return refusal(*failure);
  const Value& change = std::get<Value>(body);
  const Cluster::Edit edit = [&](const Value& current, Arena& scratch) -> Outcome<Value> {
    if (type == "application/merge-patch+json") return merge_patch(scratch, current, change);
    if (type != "application/json-patch+json") return strategic_merge(scratch, current, change);
    const auto patched = json_patch(scratch, current, change);
    if (patched) return *patched;
    return Failure{422, "Invalid",
                   "the server rejected our request due to an error in our request: " +
                       patched.error().message};
  };
  return written(call, cluster_.update(call.write(), edit_through(call, edit)));
}

net::Reply Api::apply(const Call& call) {
  if (call.option("fieldManager").empty()) {
    return refusal({422, "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
                    "required for apply patch"});
  }
  Arena arena;
  const auto object = object_in(call, arena);
  if (const Failure* failure = failure_of(object)) return refusal(*failure);
  const Value named =
      with_at(arena, std::get<Value>(object), {"metadata", "name"}, text_of(call.key.name));
  return written(call, cluster_.apply(call.write(), named, call.is_set("force")));
}

Cluster::Erasure Api::erasure(const Call& call) const {
  Arena arena;
  const auto body = yaml::parse(call.http->body, arena);
  const Value options = body ? *body : Value();
  const bool is_pod = call.kind->resource() == "pods";
  const Value* dry_run = options.find("dryRun");
  return {.uid = std::string(text_at(options, {"preconditions", "uid"})),
          .version = std::string(text_at(options, {"preconditions", "resourceVersion"})),
          .is_dry_run = call.option("dryRun") == "All" || dry_run != nullptr,
          .grace_seconds = call.number("gracePeriodSeconds",
                                       int_at(options, {"gracePeriodSeconds"}, is_pod ? 30 : 0))};
}

net::Reply Api::erase(const Call& call) {
  const auto outcome = cluster_.erase(call.kind, call.key, erasure(call));
  if (failure_of(outcome) != nullptr) return written(call, outcome);
  const ObjectPtr& object = std::get<ObjectPtr>(outcome);
  const bool stays = cluster_.read(
      [&](const Store& store) { return store.find(call.kind->resource(), call.key) != nullptr; });
  if (stays) return written(call, outcome);
  Arena arena;
  const Value value = *json::parse(object->text, arena);
  return reply_with(
      200,
      fmt::format(
          R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Success","details":{{"name":"{}","group":"{}","kind":"{}","uid":"{}"}}}})",
          call.key.name, call.kind->gvr.group, call.kind->gvr.resource, kube::uid_of(value)));
}

net::Reply Api::erase_collection(const Call& call) {
  const auto selected = selection(call);
  if (const Failure* failure = failure_of(selected)) return refusal(*failure);
  auto found = page(call, std::get<Selection>(selected));
  if (const Failure* failure = failure_of(found)) return refusal(*failure);
  for (const ObjectPtr& object : std::get<ListPage>(found).objects) {
    // One that is gone meanwhile is what was wanted.
    std::ignore = cluster_.erase(call.kind, object->key, erasure(call));
  }
  net::Reply reply = reply_with(200, "");
  reply.source =
      list_source(View(call.kind, Shape::object, ""), std::get<ListPage>(std::move(found)));
  return reply;
}

}  // namespace kollect::sandbox
