#include "sandbox/api.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/json_write.h"
#include "base/yaml.h"
#include "net/url.h"

namespace kollect::sandbox {

namespace {

constexpr const char* kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
constexpr const char* kOpenApiV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result;
  for (const std::string& part : split(path, '/'))
    if (!part.empty()) result.push_back(net::percent_decode(part).value_or(""));
  return result;
}

std::string verb_of(const Call& call, bool has_name) {
  const std::string& method = call.http.method;
  if (method == "GET") return call.is_set("watch") ? "watch" : has_name ? "get" : "list";
  if (method == "POST" && !has_name) return "create";
  if (!has_name) return {};
  if (method == "PUT") return "update";
  return method == "PATCH" ? "patch" : method == "DELETE" ? "delete" : "";
}

Failure forbidden(const Call& call) {
  const std::string place = call.key.ns.empty()
                                ? "at the cluster scope"
                                : fmt::format("in the namespace \"{}\"", call.key.ns);
  const std::string name = call.key.name.empty() ? "" : fmt::format(" \"{}\"", call.key.name);
  return {403, "Forbidden",
          fmt::format("{}{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group "
                      "\"{}\" {}",
                      call.kind->resource(), name, call.user, call.verb, call.kind->gvr.resource,
                      call.kind->gvr.group, place)};
}

// --- reading

// A later page shows what is there now, behind the last object of the page before; a watch from the
// version of the first page makes up for what the list missed.
net::Reply list(const Call& call, const View& view) {
  // The version of the first page, and the last object.
  const kube::ObjectKey token = kube::parse_object_key(call.option("continue"));
  const kube::ObjectKey last = kube::parse_object_key(token.name);
  const auto limit = number_in(call.option("limit"), 0);
  const auto first = number_in(token.ns, 0);
  const bool is_torn = !first || token.ns.empty() != token.name.empty();
  if (!limit || is_torn || !number_in(call.option("resourceVersion"), 0))
    return refusal(bad_request("limit, continue or resourceVersion is not valid"));
  ListPage page{.limit = *limit};
  const bool is_known = call.cluster.read([&](const ClusterState& state) {
    const Shelf& shelf = state.store.shelf(view.kind().resource());
    page.version = *first == 0 ? state.store.version() : *first;
    for (const auto& [key, object] : shelf.objects)
      if (last < key && view.contains(*object)) page.objects.push_back(object);
    return page.version >= shelf.forgotten;
  });
  if (!is_known) return refusal({410, "Expired", "The provided continue parameter is too old"});
  return reply_with(200, view.list(std::move(page)));
}

// --- one object

// The body as JSON or YAML.
Outcome<Value> body_of(const Call& call, Arena& arena) {
  if (call.header("Content-Type").find("protobuf") != std::string_view::npos) {
    return Failure{415, "UnsupportedMediaType",
                   "kollect-sandbox reads no protobuf: use kubectl apply, or create -f"};
  }
  const auto value = yaml::parse(call.http.body, arena);
  if (!value) return bad_request(value.error().text());
  if (!value->is_object()) return bad_request("the body is no object");
  return *value;
}

Outcome<ObjectPtr> patch(const Call& call, const Value& change) {
  std::string_view type = call.header("Content-Type");
  type = type.substr(0, type.find(';'));
  const bool is_strategic = type == "application/strategic-merge-patch+json";
  if (type == "application/apply-patch+yaml") {
    return call.cluster.change([&](ClusterState& state) {
      return state.apply(call.write(), call.option("fieldManager"), change);
    });
  }
  if (type != "application/merge-patch+json" && (!is_strategic || call.kind->is_custom)) {
    return Failure{415, "UnsupportedMediaType",
                   "kollect-sandbox takes merge patches, apply patches and, of built-in kinds, "
                   "strategic merge patches"};
  }
  return call.cluster.change([&](ClusterState& state) {
    return state.update(call.write(), [&](const Value& current, Arena& arena) {
      return merged(arena, current, change, is_strategic ? Merge::strategic : Merge::plain);
    });
  });
}

// Why a body is not meant for the place in the path; a patch need not say what it is meant for.
std::optional<Failure> misplaced(const Call& call, const Value& body) {
  const kube::ObjectKey said = kube::key_of(body);
  if (!call.key.ns.empty() && !said.ns.empty() && said.ns != call.key.ns) {
    return bad_request(
        "the namespace of the provided object does not match the namespace sent on the request");
  }
  const bool is_silent = call.verb == "patch" && said.name.empty();
  if (is_silent || call.verb == "create" || said.name == call.key.name) return {};
  return bad_request(
      fmt::format("the name of the object ({}) does not match the name on the URL ({})", said.name,
                  call.key.name));
}

// Of a delete the last state.
Outcome<ObjectPtr> outcome_of(const Call& call) {
  if (call.verb == "get") {
    const ObjectPtr found = call.cluster.read([&](const ClusterState& state) {
      return state.store.find(call.kind->resource(), call.key);
    });
    if (!found) return not_found(*call.kind, call.key.name);
    return found;
  }
  Arena arena;
  const bool is_delete = call.verb == "delete";  // its body, which it need not have, holds options
  const auto body =
      is_delete && call.http.body.empty() ? Outcome<Value>(Value()) : body_of(call, arena);
  if (!body) return body.failure();
  if (!call.option("dryRun").empty() || (is_delete && !items_at(*body, {"dryRun"}).empty()))
    return bad_request("kollect-sandbox knows no dry run");
  if (is_delete) {
    return call.cluster.change([&](ClusterState& state) {
      return state.erase(call.kind, call.key, value_at(*body, {"preconditions"}));
    });
  }
  if (const auto refused = misplaced(call, *body)) return *refused;
  if (call.verb == "patch") return patch(call, *body);
  return call.cluster.change([&](ClusterState& state) {
    if (call.verb == "create") return state.create(call.write(), *body);
    return state.update(call.write(), [&](const Value&, Arena&) { return *body; });
  });
}

// --- reviews

std::string access_status(const ClusterState& state, const std::string& user, const Value& spec) {
  const Value asked = value_at(spec, {"resourceAttributes"});
  std::string resource(asked.text("resource"));
  for (const auto& [key, mark] : {std::pair("group", '.'), std::pair("subresource", '/')})
    if (!asked.text(key).empty()) resource += mark + std::string(asked.text(key));
  const bool allowed = state.allows(
      {user, std::string(asked.text("verb")), resource, std::string(asked.text("namespace"))});
  return fmt::format(R"({{"allowed":{},"reason":"{}"}})", allowed,
                     allowed ? "" : "a rule of kollect-sandbox denies it");
}

std::string token_status(const Value& spec) {
  const std::string user = user_of(spec.text("token"));
  if (user.empty()) return R"({"authenticated":false,"error":"invalid bearer token"})";
  return fmt::format(R"({{"authenticated":true,"user":{{"username":{},)"
                     R"("groups":["system:authenticated"]}}}})",
                     quoted(user));
}

net::Reply review(const Call& call) {
  Arena arena;
  const auto body = body_of(call, arena);
  if (!body) return refusal(body.failure());
  const Value spec = value_at(*body, {"spec"});
  const std::string status = call.cluster.read([&](const ClusterState& state) {
    if (call.kind->name == "TokenReview") return token_status(spec);
    const bool is_self = call.kind->name == "SelfSubjectAccessReview";
    return access_status(state, is_self ? call.user : std::string(spec.text("user")), spec);
  });
  const Value answer = patched(arena, *body, fmt::format(R"({{"status":{}}})", status));
  return reply_with(201, json::to_text(answer) + '\n');
}

// --- the way of a request

net::Reply served(const Call& call) {
  const Kind& kind = *call.kind;
  if (!call.subresource.empty() && (call.subresource != "status" || !kind.has_status))
    return refusal({501, "NotImplemented", "kollect-sandbox has no " + call.subresource});
  if (call.verb.empty() || (kind.is_review && call.verb != "create")) {
    return refusal({405, "MethodNotAllowed",
                    "the server does not allow this method on the requested resource"});
  }
  if (kind.is_review) return review(call);
  const auto view = View::of(call);
  if (!view) return refusal(view.failure());
  if (call.verb == "list") return list(call, *view);
  if (call.verb == "watch") return watch(call, *view);
  if (kind.is_namespaced && call.key.ns.empty())
    return refusal(bad_request("an object of this kind needs a namespace in its path"));
  const auto done = outcome_of(call);
  if (!done) return refusal(done.failure());
  return reply_with(call.verb == "create" ? 201 : 200, (*view).one(**done));
}

net::Reply with_fault(const InjectedFault& fault, const Call& call) {
  if (fault.kind == FaultKind::gone) return refusal({410, "Expired", "an injected fault"});
  if (fault.kind == FaultKind::garbage) return reply_with(200, "\x01{]garbage");
  if (fault.kind == FaultKind::failed)
    return refusal({fault.code == 0 ? 500 : fault.code, "InternalError", "an injected fault"});
  if (fault.kind == FaultKind::throttled) {
    net::Reply reply = refusal({429, "TooManyRequests", "an injected fault"});
    reply.response.headers.add("Retry-After", std::to_string(fault.retry_after_seconds));
    return reply;
  }
  if (fault.kind == FaultKind::stall) return broken_reply("", net::BodySource::State::wait);
  std::string body = fault.kind == FaultKind::half_page ? served(call).response.body : "";
  body.resize(body.size() / 2);
  return broken_reply(std::move(body), net::BodySource::State::cut);
}

// `rest` is the path behind the version.
net::Reply about_objects(Call& call, std::vector<std::string> rest, kube::Gvr gvr) {
  const bool is_inside = rest.size() > 2 && rest[0] == "namespaces" && rest[2] != "status";
  if (is_inside) {
    call.key.ns = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  gvr.resource = rest[0];
  call.kind = call.cluster.read([&](const ClusterState& state) { return state.kind(gvr); });
  if (!call.kind || rest.size() > 3 || (is_inside && !call.kind->is_namespaced))
    return refusal(unserved());
  if (rest.size() > 1) call.key.name = rest[1];
  if (rest.size() > 2) call.subresource = rest[2];
  call.verb = verb_of(call, rest.size() > 1);
  const std::string resource =
      call.kind->resource() + (call.subresource.empty() ? "" : '/' + call.subresource);
  bool is_allowed = false;
  const auto fault = call.cluster.with([&](ClusterState& state) {
    ++state.counters[{call.verb, resource}];
    is_allowed =
        call.kind->is_review || state.allows({call.user, call.verb, resource, call.key.ns});
    return is_allowed ? state.next_fault(call.verb, call.kind->resource()) : std::nullopt;
  });
  if (!is_allowed) return refusal(forbidden(call));
  return fault ? with_fault(*fault, call) : served(call);
}

}  // namespace

std::optional<uint64_t> number_in(std::string_view text, uint64_t fallback) {
  if (text.empty()) return fallback;
  uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::string Call::option(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

net::Reply reply_with(int code, std::string body, const char* type) {
  return {
      .response = {.status = code, .headers = {{"Content-Type", type}}, .body = std::move(body)}};
}

net::Reply refusal(const Failure& failure) {
  return reply_with(failure.code, status_text(failure) + '\n');
}

net::Reply answer(Cluster& cluster, const SandboxOptions& options, const net::Request& request) {
  const net::Target target = net::split_target(request.url);
  Call call{.cluster = cluster, .options = options, .http = request, .path = segments(target.path)};
  for (auto& [name, value] : net::parse_query(target.query))
    call.query.insert_or_assign(std::move(name), std::move(value));
  const auto& path = call.path;
  const std::string root = path.empty() ? "" : path[0];
  if (root == "healthz" || root == "readyz" || root == "livez") return reply_with(200, "ok");
  std::string_view token = call.header("Authorization");
  if (token.starts_with("Bearer ")) token.remove_prefix(7);
  call.user = token.empty() ? options.anonymous : user_of(token);
  if (call.user.empty()) return refusal({401, "Unauthorized", "Unauthorized"});
  if (root == "api" && path.size() > 2)
    return about_objects(call, {path.begin() + 2, path.end()}, {"", path[1], ""});
  if (root == "apis" && path.size() > 3)
    return about_objects(call, {path.begin() + 3, path.end()}, {path[1], path[2], ""});
  const Kinds kinds = cluster.read([](const ClusterState& state) { return state.kinds; });
  const std::string text = server_document(kinds, path);
  if (text.empty()) return refusal(unserved());
  const char* type = path.size() == 2 && path[1] == "v2" ? kOpenApiV2 : kJson;
  return reply_with(200, text, root.starts_with("api") ? kAggregated : type);
}

}  // namespace kollect::sandbox
