// What the sandbox serves: a row per built-in kind, and the kinds of CustomResourceDefinitions.
// And how it says no.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "kube/gvk.h"

namespace kollect::sandbox {

// A printer column: what its JSONPaths find, with slashes between.
struct Column {
  std::string name;
  std::string type;
  std::vector<std::string> paths;
  std::string priority = "0";  // above 0: only in wide output
};

struct Kind {
  kube::Gvr gvr;
  std::string name;  // "Deployment"
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};
  bool is_namespaced = true;
  bool has_status = false;
  bool is_review = false;  // answered at once and kept nowhere
  bool is_custom = false;
  std::vector<Column> columns = {};
  std::string defaults = {};  // JSON: what an object that does not say it has all the same

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
Kinds custom_kinds(const json::Value& definition);

struct Failure {
  int code = 500;
  std::string reason;   // "NotFound"
  std::string message;  // as the real server words it
};

// The value, or why there is none.
template <typename T>
struct [[nodiscard]] Outcome : std::variant<T, Failure> {
  using std::variant<T, Failure>::variant;

  explicit operator bool() const { return this->index() == 0; }
  const T& operator*() const { return std::get<0>(*this); }
  const Failure& failure() const { return std::get<1>(*this); }
};

Failure not_found(const Kind& kind, std::string_view name);
// `what` begins with the path of the field.
Failure invalid_object(const Kind& kind, std::string_view name, std::string_view what);
Failure bad_request(std::string message);
// No such path.
Failure unserved();
// The metav1.Status: the body of the answer, and the object of an ERROR frame.
std::string status_text(const Failure& failure);

}  // namespace kollect::sandbox
