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
  bool is_set(const std::string& name) const;
  std::string_view header(std::string_view name) const;
  std::string resource() const;  // with the subresource
  View view() const;
  Write write() const { return {.kind = kind, .key = key, .subresource = subresource}; }
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
  net::Reply about_objects(Call& call, std::vector<std::string> rest, const kube::Gvr& group);
  net::Reply served(const Call& call);
  net::Reply list(const Call& call, const Selection& selection);
  net::Reply watch(const Call& call, Selection selection);
  net::Reply acted(const Call& call);
  net::Reply control_faults(const Call& call);
  net::Reply with_fault(const InjectedFault& fault, const Call& call);

  Cluster& cluster_;
  const ApiOptions options_;
};

// The body as JSON or YAML.
Outcome<Value> body_of(const Call& call, Arena& arena);
net::Reply reply_with(int code, std::string body);
net::Reply refusal(const Failure& failure);

// The document at /version, /openapi/v3..., /api..., /apis...; empty when the path is none of these
// or describes nothing that is served.
std::string server_document(const Kinds& kinds, const Call& call, const std::string& version);
// Access and token reviews.
net::Reply review(Cluster& cluster, const Call& call);
// Get, create, update, patch and delete of the object in the call; of a delete the last state.
Outcome<ObjectPtr> outcome_of(Cluster& cluster, const Call& call);

}  // namespace kollect::sandbox
