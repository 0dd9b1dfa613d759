// The HTTP face: a request becomes a call, and a call an answer.
//
// Start reading at Api::answer. Handlers run on the server's threads and never wait; a watch is a
// body that is pulled.
#pragma once

#include <chrono>
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

// A label or field selector of a query. Read-only after parsing; matching is pure.
class Selector {
 public:
  // a=b, a==b, a!=b, a, !a; joined by commas. Empty: everything. Sets (in, notin) are refused.
  static Outcome<Selector> labels(std::string_view text) { return read(text, false); }
  // path=value, path==value and path!=value, joined by commas. An absent field counts as the empty
  // text.
  static Outcome<Selector> fields(std::string_view text) { return read(text, true); }

  bool matches(const Value& object) const;

 private:
  struct Term {
    std::vector<std::string> path = {};
    bool is_negative = false;
    std::optional<std::string> value = {};  // not set: any
  };

  static Outcome<Selector> read(std::string_view text, bool is_of_fields);

  bool is_of_fields_ = false;
  std::vector<Term> terms_ = {};
};

// Which objects a request is about.
struct Selection {
  KindPtr kind;
  kube::ObjectKey key;  // empty parts: all
  Selector labels;
  Selector fields;

  bool contains(const Object& object) const;
};

struct ListPage {
  std::vector<ObjectPtr> objects = {};
  uint64_t version = 0;
  std::string next = {};  // the token to go on with; empty on the last page
  size_t remaining = 0;
};

// How objects are shown: as themselves, as rows of a table, or as their metadata only.
class View {
 public:
  // What an Accept header asks for.
  View(KindPtr kind, std::string_view accept);

  std::string one(const Object& object) const;
  std::string list(const ListPage& page) const;
  // Lines of a watch.
  std::string frame(std::string_view type, const Object& object) const;
  std::string bookmark(uint64_t version, bool ends_initial_events) const;

 private:
  enum class Shape { object, table, metadata };

  std::string type(bool is_list) const;
  std::string item(const Object& object) const;

  KindPtr kind_;
  Shape shape_ = Shape::object;
};

struct Watching {
  uint64_t version = 0;      // events after this one
  bool sends_state = false;  // what lives goes first
  bool marks_initial_end = false;
  bool bookmarks = false;
  std::chrono::milliseconds bookmark_interval{60'000};
  std::chrono::milliseconds timeout{1'800'000};
};

std::unique_ptr<net::BodySource> watch_source(Cluster& cluster, Selection selection, View view,
                                              const Watching& how);
// Sends `text`, then closes the connection, or stays silent.
std::unique_ptr<net::BodySource> broken_source(std::string text, bool is_silent);

// A request as the handlers read it.
struct Call {
  const net::Request* http = nullptr;
  std::string user = {};
  std::vector<std::string> path = {};  // decoded segments
  std::map<std::string, std::string> query = {};
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
    return http->headers.find(name).value_or("");
  }
  View view() const { return {kind, header("Accept")}; }
  Write write() const { return {.kind = kind, .key = key, .subresource = subresource}; }
};

class Api {
 public:
  Api(Cluster& cluster, SandboxOptions options) : cluster_(cluster), options_(std::move(options)) {}

  net::Reply answer(const net::Request& request);

 private:
  net::Reply about_objects(Call& call, std::vector<std::string> rest, const kube::Gvr& group);
  net::Reply served(const Call& call);
  net::Reply list(const Call& call, const Selection& selection);
  net::Reply watch(const Call& call, Selection selection);
  net::Reply with_fault(const InjectedFault& fault, const Call& call);

  Cluster& cluster_;
  const SandboxOptions options_;
};

// The body as JSON or YAML.
Outcome<Value> body_of(const Call& call, Arena& arena);
net::Reply reply_with(int code, std::string body);
net::Reply refusal(const Failure& failure);

// The document at /version, /api, /apis and /openapi/v3...; empty when the path is none of these or
// describes nothing that is served. Discovery is in the aggregated form whatever was asked for.
std::string server_document(const Kinds& kinds, const std::vector<std::string>& path);
// Access and token reviews.
net::Reply review(Cluster& cluster, const Call& call);
// Get, create, update, patch and delete of the object in the call; of a delete the last state.
Outcome<ObjectPtr> outcome_of(Cluster& cluster, const Call& call);

}  // namespace kollect::sandbox
