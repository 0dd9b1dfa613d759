// Requests to an API server as plain values: what would be sent can be tested without a server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/gvk.h"

namespace kollect::kube {

struct Request {
  std::string method = "GET";
  std::string path;                                             // escaped, from the root of the API
  std::vector<std::pair<std::string, std::string>> query = {};  // decoded, in the order of sending
  std::string accept = "application/json";
  std::string content_type = {};  // with a body
  std::string body = {};

  // Path and escaped query.
  std::string target() const;
};

// Where an object, or a collection of them, is.
struct Place {
  Gvr resource;
  std::string ns = {};           // empty: of the cluster, or of all namespaces
  std::string name = {};         // empty: the collection
  std::string subresource = {};  // "status", "scale", "token"

  // "/apis/apps/v1/namespaces/a/deployments/b/status", every part escaped.
  std::string path() const;
};

// What comes back of an object: all of it, or only its metadata (PartialObjectMetadata).
enum class Part { whole, metadata };

struct ListOptions {
  std::string label_selector = {};
  std::string field_selector = {};
  std::string resource_version = {};        // empty: the newest; "0": any
  std::string resource_version_match = {};  // Exact or NotOlderThan; only with a resource version
  std::optional<int> limit = std::nullopt;
  std::string continue_token = {};  // of the page before; label and field selector must be the same
  Part part = Part::whole;
};

struct WatchOptions {
  std::string label_selector = {};
  std::string field_selector = {};
  std::string resource_version = {};
  // Starts with the present objects and a bookmark after them (a streaming list).
  bool send_initial_events = false;
  std::optional<int> timeout_seconds = std::nullopt;
  Part part = Part::whole;
};

struct WriteOptions {
  std::string field_manager = {};
  bool dry_run = false;
  std::string field_validation = {};  // Strict, Warn or Ignore
};

enum class PatchKind { merge, json, strategic, apply };

struct Patch {
  PatchKind kind = PatchKind::merge;
  std::string body;    // JSON; apply takes YAML too
  bool force = false;  // apply only: take fields over from other managers
};

struct DeleteOptions {
  std::string uid = {};               // delete only this very object
  std::string resource_version = {};  // and only in this state
  std::string propagation = {};       // Foreground, Background or Orphan
  std::optional<int> grace_seconds = std::nullopt;
};

Request get(const Place& place, Part part = Part::whole);
Request list(const Place& place, const ListOptions& options = {});
// Always with bookmarks. Of one object: a collection with a field selector on metadata.name.
Request watch(const Place& place, const WatchOptions& options = {});
// Into a collection (or a subresource like "token"); `body` is the object as JSON.
Request create(const Place& place, std::string body, const WriteOptions& options = {});
Request update(const Place& place, std::string body, const WriteOptions& options = {});
// Apply demands a field manager.
Request patch(const Place& place, Patch patch, const WriteOptions& options = {});
Request erase(const Place& place, const DeleteOptions& options = {});
// Anything else: "/version", "/apis".
Request raw_get(std::string path);

}  // namespace kollect::kube
