// Objects, their versions, and what happened to them lately.
//
// Not thread-safe: it lives inside the cluster's lock. An object is kept once, as canonical JSON
// text; the history refers to it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "kube/object.h"

namespace kollect::sandbox {

struct Object {
  kube::ObjectKey key;
  uint64_t version = 0;  // resourceVersion
  std::string text;
};
using ObjectPtr = std::shared_ptr<const Object>;

struct Event {
  ObjectPtr before;  // null: it came into being
  ObjectPtr after;   // with the version of the event; of an end the last state
  bool is_end = false;
};

// The objects of one resource.
struct Shelf {
  std::map<kube::ObjectKey, ObjectPtr> objects = {};
  std::deque<Event> history = {};  // oldest first
  uint64_t forgotten = 0;          // events up to this version are no longer known
};

class Store {
 public:
  explicit Store(size_t history_limit) : history_limit_(history_limit) {}

  // Of the newest change.
  uint64_t version() const { return version_; }
  const Shelf& shelf(const std::string& resource) const;
  ObjectPtr find(const std::string& resource, const kube::ObjectKey& key) const;
  // The object that is now kept, which carries the next version.
  ObjectPtr put(const std::string& resource, const json::Value& object);
  void erase(const std::string& resource, const kube::ObjectKey& key);
  // Drops the history; watches from older versions end with 410.
  void forget(const std::string& resource);
  // The objects of every resource in a namespace, as (resource, key).
  std::vector<std::pair<std::string, kube::ObjectKey>> contents(const std::string& ns) const;

 private:
  ObjectPtr next(const json::Value& value);
  void record(Shelf& shelf, Event event) const;

  const size_t history_limit_;
  uint64_t version_ = 1;
  std::map<std::string, Shelf> shelves_;
};

}  // namespace kollect::sandbox
