// What the sandbox serves: a row per built-in kind, and the kinds of CustomResourceDefinitions.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "kube/gvk.h"

namespace kollect::sandbox {

// A printer column; `source` is text with JSONPaths in braces: "{.spec.a}/{.spec.b}".
struct Column {
  std::string name;
  std::string type;
  int64_t priority = 0;  // above 0: only in wide output
  std::string source;
};

struct Kind {
  kube::Gvr gvr;
  std::string name;  // "Deployment"
  std::string singular;
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};
  bool is_namespaced = true;
  bool has_status = false;
  bool is_review = false;  // answered at once and kept nowhere
  bool is_custom = false;
  std::vector<Column> columns = {};

  // "deployments.apps", "pods": the name in messages and the key of the objects, which all versions
  // share.
  std::string resource() const;
  kube::Gvk gvk() const { return {gvr.group, gvr.version, name}; }
};

// Kinds are shared: a watch keeps the one it was asked for.
using KindPtr = std::shared_ptr<const Kind>;
using Kinds = std::map<kube::Gvr, KindPtr>;

Kinds builtin_kinds();
// The kinds that a CustomResourceDefinition serves, one per served version.
std::vector<Kind> custom_kinds(const json::Value& definition);

}  // namespace kollect::sandbox
