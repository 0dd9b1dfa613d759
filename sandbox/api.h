// The HTTP face: a request becomes a call, and a call an answer.
//
// Start reading at Api::answer. Handlers run on the server's threads and never wait.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"
#include "sandbox/cluster.h"
#include "sandbox/streams.h"

namespace kollect::sandbox {

// A request that is about objects, or about what the server is.
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
  int64_t number(const std::string& name, int64_t fallback) const;
  std::string_view header(std::string_view name) const;
  std::string resource() const;  // with the subresource
  Write write() const;
};

struct ApiOptions {
  std::string version;  // gitVersion
  std::chrono::milliseconds bookmark_interval{60'000};
  std::string anonymous = {};  // the user of a request without a token; empty: 401
};

class Api {
 public:
  Api(Cluster& cluster, ApiOptions options) : cluster_(cluster), options_(std::move(options)) {}

  net::Reply answer(const net::Request& request);

 private:
  net::Reply routed(Call& call);
  net::Reply about_objects(Call& call, std::vector<std::string> rest, const kube::Gvr& group);
  net::Reply served(const Call& call);
  net::Reply list(const Call& call);
  net::Reply watch(const Call& call, Selection selection);
  net::Reply get(const Call& call);
  net::Reply create(const Call& call);
  net::Reply update(const Call& call);
  net::Reply patch(const Call& call);
  net::Reply apply(const Call& call);
  net::Reply erase(const Call& call);
  net::Reply erase_collection(const Call& call);
  net::Reply control(const Call& call);
  net::Reply with_fault(const InjectedFault& fault, const Call& call);
  Outcome<Selection> selection(const Call& call) const;
  Outcome<ListPage> page(const Call& call, const Selection& selection) const;
  Cluster::Erasure erasure(const Call& call) const;
  net::Reply written(const Call& call, const Outcome<ObjectPtr>& outcome, int code = 200) const;

  Cluster& cluster_;
  const ApiOptions options_;
};

// The body as JSON, YAML or one of the few protobuf messages.
Outcome<Value> body_of(const Call& call, Arena& arena);
net::Reply reply_with(int code, std::string body);
net::Reply refusal(const Failure& failure);

// /api, /apis and below, /version, /openapi/v3 and below; false when the path is none of these.
bool describe_server(const Cluster& cluster, const Call& call, const std::string& version,
                     net::Reply& reply);
// Access and token reviews; false when the resource is no review.
bool review(Cluster& cluster, const Call& call, std::string_view plural, net::Reply& reply);

struct ReviewKind {
  std::string_view group, kind, plural;
  bool is_namespaced = false;
};
std::span<const ReviewKind> review_kinds();

}  // namespace kollect::sandbox
