// The HTTP face: a request becomes a call, and a call an answer.
//
// Start reading at answer(). What is here runs on the server's threads and never waits; a watch is
// a body that is pulled.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"
#include "sandbox/cluster.h"
#include "sandbox/sandbox.h"

namespace kollect::sandbox {

net::Reply answer(Cluster& cluster, const SandboxOptions& options, const net::Request& request);

// A request as it is read.
struct Call {
  Cluster& cluster;
  const SandboxOptions& options;
  const net::Request& http;
  std::vector<std::string> path = {};  // decoded segments
  std::map<std::string, std::string> query = {};
  std::string user = {};
  // Of objects:
  KindPtr kind = nullptr;
  std::string verb = {};  // as RBAC names it
  kube::ObjectKey key = {};
  std::string subresource = {};

  std::string option(const std::string& name) const;
  bool is_set(const std::string& name) const {
    return option(name) == "true" || option(name) == "1";
  }
  std::string_view header(std::string_view name) const {
    return http.headers.find(name).value_or("");
  }
  Write write() const { return {.kind = kind, .key = key, .subresource = subresource}; }
};

// The label and the field selector of a query. Read-only after parsing; matching is pure.
class Selector {
 public:
  // Labels: a=b, a==b, a!=b, a, !a; fields: path=value, path==value, path!=value; joined by commas.
  // Empty: everything. Sets (in, notin) are refused.
  static Outcome<Selector> of(std::string_view labels, std::string_view fields);

  bool matches(const Value& object) const;

 private:
  struct Term {
    std::vector<std::string> path = {};
    bool is_of_field = false;  // which counts as empty when it is absent
    bool is_negative = false;
    std::optional<std::string> value = {};  // not set: any
  };

  static Outcome<Term> term(std::string_view text, bool is_of_field);

  std::vector<Term> terms_ = {};
};

struct ListPage {
  std::vector<ObjectPtr> objects = {};
  uint64_t version = 0;
  size_t limit = 0;  // what goes beyond is for the next page; 0: all go on this one
};

// Which objects a client sees, and how: as themselves, as rows of a table, or as their metadata.
class View {
 public:
  // What path, selectors and Accept header of a call ask for.
  static Outcome<View> of(const Call& call);

  const Kind& kind() const { return *kind_; }
  bool contains(const Object& object) const;
  std::string one(const Object& object) const;
  std::string list(ListPage page) const;
  // Lines of a watch.
  std::string frame(std::string_view type, const Object& object) const;
  std::string bookmark(uint64_t version, bool ends_initial_events) const;

 private:
  enum class Shape { object, table, metadata };

  std::string type(bool is_list) const;
  std::string item(const Object& object) const;

  KindPtr kind_;
  kube::ObjectKey key_;  // empty parts: all
  Selector selector_;
  Shape shape_ = Shape::object;
};

net::Reply watch(const Call& call, const View& view);
// Sends `text`, then cuts the connection, or waits for ever.
net::Reply broken_reply(std::string text, net::BodySource::State then);

// The fallback when the text is empty, nothing when it is no number.
std::optional<uint64_t> number_in(std::string_view text, uint64_t fallback);
inline constexpr const char* kJson = "application/json";
net::Reply reply_with(int code, std::string body, const char* type = kJson);
net::Reply refusal(const Failure& failure);

// The document at /version, /api, /apis and /openapi/...; empty when the path is none of these or
// describes nothing that is served. Discovery is in the aggregated form whatever was asked for.
std::string server_document(const Kinds& kinds, const std::vector<std::string>& path);

}  // namespace kollect::sandbox
