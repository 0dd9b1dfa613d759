#include "kube/request.h"

#include "base/json_write.h"
#include "base/result.h"
#include "net/url.h"

namespace kollect::kube {

namespace {

constexpr std::string_view kJson = "application/json";

void add(Request& request, std::string_view name, const std::string& value) {
  if (!value.empty()) request.query.emplace_back(name, value);
}

std::string metadata_accept(std::string_view kind) {
  return "application/json;as=" + std::string(kind) + ";g=meta.k8s.io;v=v1";
}

std::string_view content_type(PatchKind kind) {
  switch (kind) {
    case PatchKind::merge:
      return "application/merge-patch+json";
    case PatchKind::json:
      return "application/json-patch+json";
    case PatchKind::strategic:
      return "application/strategic-merge-patch+json";
    case PatchKind::apply:
      return "application/apply-patch+yaml";
  }
  return kJson;
}

void add_write_options(Request& request, const WriteOptions& options) {
  if (options.dry_run) request.query.emplace_back("dryRun", "All");
  add(request, "fieldManager", options.field_manager);
  add(request, "fieldValidation", options.field_validation);
}

Request write(std::string_view method, const Place& place, std::string body,
              const WriteOptions& options) {
  Request request{.method = std::string(method), .path = place.path()};
  request.content_type = kJson;
  request.body = std::move(body);
  add_write_options(request, options);
  return request;
}

}  // namespace

std::string Request::target() const {
  return query.empty() ? path : path + '?' + net::format_query(query);
}

std::string Place::path() const {
  std::string path =
      resource.group.empty() ? "/api" : "/apis/" + net::percent_encode(resource.group);
  const auto add_part = [&](std::string_view part) { path += '/' + net::percent_encode(part); };
  add_part(resource.version);
  if (!ns.empty()) {
    add_part("namespaces");
    add_part(ns);
  }
  add_part(resource.resource);
  if (!name.empty()) add_part(name);
  if (!subresource.empty()) add_part(subresource);
  return path;
}

Request get(const Place& place, Part part) {
  Request request{.path = place.path()};
  if (part == Part::metadata) request.accept = metadata_accept("PartialObjectMetadata");
  return request;
}

Request list(const Place& place, const ListOptions& options) {
  Request request{.path = place.path()};
  add(request, "labelSelector", options.label_selector);
  add(request, "fieldSelector", options.field_selector);
  add(request, "resourceVersion", options.resource_version);
  add(request, "resourceVersionMatch", options.resource_version_match);
  if (options.limit) request.query.emplace_back("limit", std::to_string(*options.limit));
  add(request, "continue", options.continue_token);
  if (options.part == Part::metadata) request.accept = metadata_accept("PartialObjectMetadataList");
  return request;
}

Request watch(const Place& place, const WatchOptions& options) {
  Request request{.path = place.path()};
  request.query.emplace_back("watch", "true");
  request.query.emplace_back("allowWatchBookmarks", "true");
  add(request, "labelSelector", options.label_selector);
  add(request, "fieldSelector", options.field_selector);
  add(request, "resourceVersion", options.resource_version);
  if (options.send_initial_events) {
    request.query.emplace_back("sendInitialEvents", "true");
    request.query.emplace_back("resourceVersionMatch", "NotOlderThan");
  }
  if (options.timeout_seconds)
    request.query.emplace_back("timeoutSeconds", std::to_string(*options.timeout_seconds));
  if (options.part == Part::metadata) request.accept = metadata_accept("PartialObjectMetadata");
  return request;
}

Request create(const Place& place, std::string body, const WriteOptions& options) {
  return write("POST", place, std::move(body), options);
}

Request update(const Place& place, std::string body, const WriteOptions& options) {
  return write("PUT", place, std::move(body), options);
}

Request patch(const Place& place, Patch patch, const WriteOptions& options) {
  KOLLECT_CHECK(patch.kind != PatchKind::apply || !options.field_manager.empty());
  Request request = write("PATCH", place, std::move(patch.body), options);
  request.content_type = content_type(patch.kind);
  if (patch.kind == PatchKind::apply && patch.force) request.query.emplace_back("force", "true");
  return request;
}

Request erase(const Place& place, const DeleteOptions& options) {
  Request request{.method = "DELETE", .path = place.path()};
  json::Arena arena;
  std::vector<json::Member> preconditions;
  if (!options.uid.empty()) preconditions.push_back({"uid", arena.string(options.uid)});
  if (!options.resource_version.empty()) {
    preconditions.push_back({"resourceVersion", arena.string(options.resource_version)});
  }
  std::vector<json::Member> members;
  if (!preconditions.empty()) members.push_back({"preconditions", arena.object(preconditions)});
  if (!options.propagation.empty())
    members.push_back({"propagationPolicy", arena.string(options.propagation)});
  if (options.grace_seconds) {
    members.push_back({"gracePeriodSeconds", json::Value::integer(*options.grace_seconds)});
  }
  if (members.empty()) return request;
  members.push_back({"apiVersion", json::Value::string("v1")});
  members.push_back({"kind", json::Value::string("DeleteOptions")});
  request.content_type = kJson;
  request.body = json::to_text(arena.object(members));
  return request;
}

Request raw_get(std::string path) { return {.path = std::move(path)}; }

}  // namespace kollect::kube
