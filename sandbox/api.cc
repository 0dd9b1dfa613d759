#include "sandbox/api.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/json_write.h"
#include "base/yaml.h"
#include "net/url.h"
#include "sandbox/protobuf.h"

namespace kollect::sandbox {

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kUnserved[] = {"log",         "exec",  "attach",
                                          "portforward", "proxy", "binding",
                                          "eviction",    "token", "ephemeralcontainers"};

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) result.push_back(net::percent_decode(path.substr(0, end)).value_or(""));
    path.remove_prefix(end);
  }
  return result;
}

std::string_view verb_of(const Call& call, bool has_name) {
  const std::string& method = call.http->method;
  if (method == "GET" || method == "HEAD")
    return call.is_set("watch") ? "watch" : has_name ? "get" : "list";
  if (method == "DELETE") return has_name ? "delete" : "deletecollection";
  if (method == "POST") return "create";
  return method == "PUT" ? "update" : method == "PATCH" ? "patch" : "";
}

Failure forbidden(const Call& call) {
  const std::string place = call.key.ns.empty()
                                ? "at the cluster scope"
                                : fmt::format("in the namespace \"{}\"", call.key.ns);
  const std::string what =
      fmt::format("User \"{}\" cannot {} resource \"{}{}{}\" in API group \"{}\" {}", call.user,
                  call.verb, call.kind->gvr.resource, call.subresource.empty() ? "" : "/",
                  call.subresource, call.kind->gvr.group, place);
  const std::string name = call.key.name.empty() ? "" : fmt::format(" \"{}\"", call.key.name);
  return {403, "Forbidden", fmt::format("{}{} is forbidden: {}", call.kind->resource(), name, what),
          call.kind, call.key.name};
}

std::optional<uint64_t> version_in(std::string_view text) {
  uint64_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  return version;
}

Failure too_large(uint64_t version, uint64_t current) {
  return {504, "Timeout",
          fmt::format("Too large resource version: {}, current: {}", version, current)};
}

// Where a list goes on: version, namespace and name of the last object.
std::string token_of(uint64_t version, const kube::ObjectKey& last) {
  return base64_encode(fmt::format("{}\n{}\n{}", version, last.ns, last.name));
}

bool read_token(const std::string& token, uint64_t& version, kube::ObjectKey& last) {
  const auto text = base64_decode(token);
  if (!text) return false;
  const size_t first = text->find('\n');
  const size_t second = text->find('\n', first + 1);
  if (first == std::string::npos || second == std::string::npos) return false;
  const auto number = version_in(std::string_view(*text).substr(0, first));
  version = number.value_or(0);
  last = {text->substr(first + 1, second - first - 1), text->substr(second + 1)};
  return number.has_value();
}

}  // namespace

std::string Call::option(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

int64_t Call::number(const std::string& name, int64_t fallback) const {
  const auto found = version_in(option(name));
  return found && !option(name).empty() ? static_cast<int64_t>(*found) : fallback;
}

std::string_view Call::header(std::string_view name) const {
  return http->headers.find(name).value_or("");
}

std::string Call::resource() const {
  return subresource.empty() ? kind->resource() : kind->resource() + '/' + subresource;
}

net::Reply reply_with(int code, std::string body) {
  return {.response = {.status = code,
                       .headers = {{"Content-Type", std::string(kJson)}},
                       .body = std::move(body)}};
}

net::Reply refusal(const Failure& failure) {
  net::Reply reply = reply_with(failure.code, status_text(failure) + '\n');
  if (failure.retry_after_seconds > 0)
    reply.response.headers.add("Retry-After", std::to_string(failure.retry_after_seconds));
  return reply;
}

Outcome<Value> body_of(const Call& call, Arena& arena) {
  const std::string_view type = call.header("Content-Type");
  const bool is_text = type.empty() || type.find("json") != std::string_view::npos ||
                       type.find("yaml") != std::string_view::npos;
  if (!is_text && !type.starts_with(kProtobuf)) {
    return Failure{415, "UnsupportedMediaType",
                   "the body of the request was in an unknown format - accepted media types "
                   "include: application/json, application/yaml"};
  }
  const auto value =
      is_text ? yaml::parse(call.http->body, arena) : object_from_protobuf(call.http->body, arena);
  if (!value) return bad_request(value.error().text());
  return *value;
}

net::Reply Api::answer(const net::Request& request) {
  const net::Target target = net::split_target(request.url);
  Call call{.http = &request};
  call.path = segments(target.path);
  for (auto& [name, value] : net::parse_query(target.query))
    call.query.insert_or_assign(std::move(name), std::move(value));
  if (!call.path.empty() &&
      (call.path[0] == "healthz" || call.path[0] == "readyz" || call.path[0] == "livez"))
    return reply_with(200, "ok");
  std::string_view token = call.header("Authorization");
  if (token.starts_with("Bearer ")) token.remove_prefix(7);
  call.user = token.empty()
                  ? options_.anonymous
                  : cluster_.with_access([&](Access& access) { return access.user(token); });
  if (call.user.empty()) return refusal({401, "Unauthorized", "Unauthorized"});
  return routed(call);
}

net::Reply Api::routed(Call& call) {
  const auto& path = call.path;
  if (!path.empty() && path[0] == "sandbox") return control(call);
  net::Reply reply;
  if (describe_server(cluster_, call, options_.version, reply)) return reply;
  if (path.size() > 2 && path[0] == "api")
    return about_objects(call, {path.begin() + 2, path.end()}, {"", path[1], ""});
  if (path.size() > 3 && path[0] == "apis")
    return about_objects(call, {path.begin() + 3, path.end()}, {path[1], path[2], ""});
  return refusal({404, "NotFound", "the server could not find the requested resource"});
}

net::Reply Api::about_objects(Call& call, std::vector<std::string> rest, const kube::Gvr& group) {
  const bool is_inside = rest.size() > 2 && rest[0] == "namespaces" &&
                         !(rest.size() == 3 && (rest[2] == "status" || rest[2] == "finalize"));
  if (is_inside) {
    call.key.ns = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  net::Reply reply;
  if (call.http->method == "POST") {
    const bool is_review =
        std::ranges::find(review_kinds(), rest[0], &ReviewKind::plural) != review_kinds().end();
    const auto fault = is_review ? cluster_.fault_for_request("create", rest[0]) : std::nullopt;
    if (fault && fault->kind != FaultKind::half_page) return with_fault(*fault, call);
    if (review(cluster_, call, rest[0], reply)) return reply;
  }
  call.kind = cluster_.kind(kube::Gvr{group.group, group.version, rest[0]});
  if (!call.kind || rest.size() > 3 || (is_inside && !call.kind->is_namespaced))
    return refusal({404, "NotFound", "the server could not find the requested resource"});
  if (rest.size() > 1) call.key.name = rest[1];
  if (rest.size() > 2) call.subresource = rest[2];
  call.verb = verb_of(call, rest.size() > 1);
  cluster_.count(call.verb + ' ' + call.resource());
  const bool is_allowed = cluster_.with_access([&](const Access& access) {
    return access.allows(call.user, {call.verb, call.resource(), call.key.ns});
  });
  if (!is_allowed) return refusal(forbidden(call));
  if (const auto fault = cluster_.fault_for_request(call.verb, call.kind->resource()))
    return with_fault(*fault, call);
  return served(call);
}

net::Reply Api::served(const Call& call) {
  const Kind& kind = *call.kind;
  const bool is_known = call.subresource.empty() ||
                        (call.subresource == "status" && kind.has_status) ||
                        (call.subresource == "scale" && kind.has_scale);
  if (!is_known && std::ranges::find(kUnserved, call.subresource) != std::end(kUnserved)) {
    return refusal({501, "NotImplemented",
                    fmt::format("kollect-sandbox runs no workloads: it has no {}/{}",
                                kind.resource(), call.subresource)});
  }
  if (!is_known)
    return refusal({404, "NotFound", "the server could not find the requested resource"});
  if (kind.is_namespaced && call.key.ns.empty() &&
      (call.verb == "create" || !call.key.name.empty()))
    return refusal(bad_request("an object of this kind needs a namespace in its path"));
  if (call.verb == "list" || call.verb == "watch") return list(call);
  if (call.verb == "get") return get(call);
  if (call.verb == "create" && call.key.name.empty()) return create(call);
  if (call.verb == "update" && !call.key.name.empty()) return update(call);
  if (call.verb == "patch" && !call.key.name.empty()) return patch(call);
  if (call.verb == "delete" && call.subresource.empty()) return erase(call);
  if (call.verb == "deletecollection") return erase_collection(call);
  return refusal(
      {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"});
}

// --- reading

Outcome<Selection> Api::selection(const Call& call) const {
  const auto labels = Selector::labels(call.option("labelSelector"));
  if (!labels) return bad_request(labels.error().message);
  std::string text = call.option("fieldSelector");
  if (!call.key.name.empty()) text = "metadata.name=" + call.key.name;
  const auto fields = Selector::fields(text);
  if (!fields) return bad_request(fields.error().message);
  for (const std::string& key : fields->keys()) {
    if (key != "metadata.name" && key != "metadata.namespace" &&
        std::ranges::find(call.kind->selectable, key) == call.kind->selectable.end()) {
      return bad_request("field label not supported: " + key);
    }
  }
  return Selection{call.kind, call.key.ns, *labels, *fields};
}

net::Reply Api::list(const Call& call) {
  auto selected = selection(call);
  if (const Failure* failure = failure_of(selected)) return refusal(*failure);
  if (call.verb == "watch") return watch(call, std::get<Selection>(std::move(selected)));
  auto found = page(call, std::get<Selection>(selected));
  if (const Failure* failure = failure_of(found)) return refusal(*failure);
  View view(call.kind, accepted_shape(call.header("Accept")), call.option("includeObject"));
  net::Reply reply = reply_with(200, "");
  reply.source = list_source(std::move(view), std::get<ListPage>(std::move(found)));
  return reply;
}

Outcome<ListPage> Api::page(const Call& call, const Selection& selection) const {
  return cluster_.read([&](const Store& store) -> Outcome<ListPage> {
    const auto asked = version_in(call.option("resourceVersion"));
    const bool is_exact = call.option("resourceVersionMatch") == "Exact";
    uint64_t version = is_exact && asked ? *asked : store.version();
    kube::ObjectKey last;
    const std::string token = call.option("continue");
    if (!token.empty() && !read_token(token, version, last))
      return bad_request("continue key is not valid: it is of another server");
    if (asked && *asked > store.version()) return too_large(*asked, store.version());
    ListPage page{.objects = {}, .head = {.version = version}};
    std::vector<ObjectPtr> all;
    if (!store.as_of(call.kind->resource(), version, all)) {
      return expired(token.empty() ? "The resourceVersion for the provided list is too old."
                                   : "The provided continue parameter is too old to display a "
                                     "consistent list result. You can start a new list without "
                                     "the continue parameter.");
    }
    const auto limit = static_cast<size_t>(call.number("limit", 0));
    for (const ObjectPtr& object : all) {
      if ((!token.empty() && !(last < object->key)) || !selection.contains(*object)) continue;
      if (limit == 0 || page.objects.size() < limit) {
        page.objects.push_back(object);
      } else {
        ++page.head.remaining;
      }
    }
    if (page.head.remaining > 0) page.head.next = token_of(version, page.objects.back()->key);
    return page;
  });
}

net::Reply Api::watch(const Call& call, Selection selection) {
  const std::string version = call.option("resourceVersion");
  const std::string initial = call.option("sendInitialEvents");
  const bool wants_state = initial == "true" || initial == "1";
  const auto asked = version_in(version.empty() ? "0" : version);
  if (!asked) return refusal(bad_request("resourceVersion: Invalid value: " + version));
  if (wants_state && call.option("resourceVersionMatch") != "NotOlderThan") {
    return refusal({422, "Invalid",
                    "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"});
  }
  if (wants_state) cluster_.count("watchlist " + call.kind->resource());
  const uint64_t current = cluster_.read([](const Store& store) { return store.version(); });
  if (*asked > current) return refusal(too_large(*asked, current));
  Watching how{.version = *asked == 0 ? current : *asked,
               .sends_state = wants_state || (initial.empty() && *asked == 0),
               .marks_initial_end = wants_state && call.is_set("allowWatchBookmarks"),
               .bookmarks = call.is_set("allowWatchBookmarks"),
               .bookmark_interval = options_.bookmark_interval};
  how.timeout = std::chrono::seconds(call.number("timeoutSeconds", 1800));
  View view(call.kind, accepted_shape(call.header("Accept")), call.option("includeObject"));
  net::Reply reply = reply_with(200, "");
  reply.source = watch_source(cluster_, std::move(selection), std::move(view), how);
  return reply;
}

net::Reply Api::get(const Call& call) {
  const ObjectPtr object = cluster_.read(
      [&](const Store& store) { return store.find(call.kind->resource(), call.key); });
  if (!object) return refusal(not_found(call.kind, call.key.name));
  return written(call, object);
}

// --- misbehaviour

net::Reply Api::with_fault(const InjectedFault& fault, const Call& call) {
  switch (fault.kind) {
    case FaultKind::gone:
      return refusal(expired("an injected fault"));
    case FaultKind::throttled: {
      Failure failure{429, "TooManyRequests", "an injected fault"};
      failure.retry_after_seconds = fault.retry_after_seconds;
      return refusal(failure);
    }
    case FaultKind::failed:
      return refusal({fault.code == 0 ? 500 : fault.code, "InternalError", "an injected fault"});
    case FaultKind::garbage:
      return reply_with(200, "\x01{]garbage");
    default:
      break;
  }
  net::Reply reply = reply_with(200, "");
  std::string body;
  if (fault.kind == FaultKind::half_page) {
    reply = served(call);
    body = std::move(reply.response.body);
    while (reply.source && reply.source->pull(body).state == net::BodySource::State::more) {
    }
    body.resize(body.size() / 2);
  }
  reply.source = broken_source(std::move(body), fault.kind == FaultKind::stall);
  return reply;
}

net::Reply Api::control(const Call& call) {
  const std::string what = call.path.size() > 1 ? call.path[1] : "";
  if (what == "faults" && call.http->method == "DELETE") {
    cluster_.clear_faults();
    return reply_with(200, "{}\n");
  }
  if (what == "faults" && call.http->method == "POST") {
    Arena arena;
    const auto body = yaml::parse(call.http->body, arena);
    const auto fault = body ? parse_fault(*body) : body.error();
    if (!fault) return refusal(bad_request(fault.error().text()));
    cluster_.inject(*fault);
    return reply_with(200, "{}\n");
  }
  if (what == "forget" && call.http->method == "POST") {
    cluster_.forget_history(call.option("resource"));
    return reply_with(200, "{}\n");
  }
  if (what != "counters")
    return refusal({404, "NotFound", "the sandbox has /sandbox/faults, forget and counters"});
  Arena arena;
  std::vector<Member> rows;
  const auto counters = cluster_.counters();
  for (const auto& [name, count] : counters) rows.push_back({name, Value::unsigned_integer(count)});
  return reply_with(200, json::to_text(arena.object(rows)) + '\n');
}

}  // namespace kollect::sandbox
