#include "bench/replay/routes.h"

#include <charconv>
#include <ctime>

#include <fmt/format.h>

#include "base/json_write.h"
#include "bench/replay/discovery.h"

namespace kollect::bench {
namespace {

constexpr uint64_t kOpenEnd = ~uint64_t{0};
constexpr std::string_view kReview =
    R"({"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{},"status":{"allowed":true}})";

Response text(int status, std::string body) {
  return {status, "application/json", fixed_stream(std::move(body))};
}

Response failure(int code, std::string_view reason, std::string_view message) {
  std::string quoted;
  json::append_string(quoted, message);
  return text(
      code,
      fmt::format(
          R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":{},"reason":"{}","code":{}}})",
          quoted, reason, code));
}

struct Collection {
  std::string_view prefix;
  std::string_view plural;
  Resource resource;
};
constexpr Collection kCollections[] = {
    {"/api/v1/", "pods", Resource::pods},
    {"/apis/apps/v1/", "deployments", Resource::deployments},
    {"/api/v1/", "configmaps", Resource::configmaps},
    {"/api/v1/", "namespaces", Resource::namespaces},
};

// The objects that a path names: all of a resource, or those of one namespace.
std::optional<Selection> selection(std::string_view path, const Corpus& corpus) {
  for (const auto& [prefix, plural, resource] : kCollections) {
    if (!path.starts_with(prefix)) continue;
    std::string_view rest = path.substr(prefix.size());
    if (rest == plural) return Selection{resource, 0, kOpenEnd};
    if (!rest.starts_with("namespaces/") || !rest.ends_with(plural)) continue;
    rest.remove_prefix(std::string_view("namespaces/").size());
    rest.remove_suffix(plural.size());
    if (!rest.ends_with('/')) continue;
    const uint64_t number = namespace_number(rest.substr(0, rest.size() - 1));
    const IndexRange range = number < corpus.shape().namespaces
                                 ? corpus.initial_range(resource, number)
                                 : corpus.added_range(resource, number);
    return Selection{resource, range.first, range.last};
  }
  return std::nullopt;
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

Response Routes::answer(const Request& request, double now_seconds) {
  if (request.path.starts_with("/replay/")) return control(request, now_seconds);
  if (const DiscoveryText found = discovery(request); !found.content_type.empty()) {
    return {200, std::string(found.content_type), fixed_stream(std::string(found.body))};
  }
  if (request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
    return text(201, std::string(kReview));
  }
  if (request.path == "/healthz" || request.path == "/readyz" || request.path == "/livez") {
    return {200, "text/plain", fixed_stream("ok")};
  }
  auto what = selection(request.path, cluster_.corpus());
  if (!what) return failure(404, "NotFound", "the server could not find the requested resource");
  if (request.method != "GET")
    return failure(405, "MethodNotAllowed", "the replay server only reads");
  what->metadata_only = request.accept.find("as=PartialObjectMetadata") != std::string::npos;
  return collection(request, *what, now_seconds);
}

Response Routes::collection(const Request& request, const Selection& what, double now_seconds) {
  if (!request.parameter("labelSelector").empty() || !request.parameter("fieldSelector").empty()) {
    return failure(400, "BadRequest", "the replay server does not select by labels or fields");
  }
  return request.flag("watch") ? watch(request, what, now_seconds) : list(request, what);
}

Response Routes::list(const Request& request, Selection what) {
  Page page{request.number("limit", 0), cluster_.version()};
  const std::string_view token = request.parameter("continue");
  if (!token.empty()) {
    const char* const end = token.data() + token.size();
    const auto version = std::from_chars(token.data(), end, page.version);
    const bool split = version.ptr != end && *version.ptr == '.';
    const auto index = std::from_chars(version.ptr + (split ? 1 : 0), end, what.first);
    if (!split || index.ec != std::errc() || index.ptr != end) {
      return failure(400, "BadRequest", "the continue token is not ours");
    }
    if (!cluster_.remembers(page.version)) {
      return failure(410, "Expired", "the provided continue parameter is too old");
    }
  }
  return {200, "application/json", list_stream(cluster_, what, page)};
}

Response Routes::watch(const Request& request, const Selection& what, double now_seconds) {
  const double timeout = static_cast<double>(request.number("timeoutSeconds", 0));
  const Watching how{.version = request.number("resourceVersion", 0),
                     .initial_events = request.flag("sendInitialEvents"),
                     .bookmarks = request.flag("allowWatchBookmarks"),
                     .bookmark_seconds = bookmark_seconds_,
                     .until_seconds = timeout > 0 ? now_seconds + timeout : 0};
  return {200, "application/json", watch_stream(cluster_, what, how)};
}

Response Routes::control(const Request& request, double now_seconds) {
  if (request.path == "/replay/stats") return stats();
  if (request.method != "POST") return failure(405, "MethodNotAllowed", "POST it");
  if (request.path == "/replay/stop") {
    churn_.stop();
    return stats();
  }
  if (request.path != "/replay/churn") return failure(404, "NotFound", "no such control");
  const Script script{std::string(request.parameter("script")),
                      static_cast<double>(request.number("rate", 0)), request.number("steps", 0)};
  const Status started = churn_.start(script, now_seconds);
  if (!started) return failure(400, "BadRequest", started.error().text());
  return stats();
}

Response Routes::stats() const {
  std::string out = fmt::format(
      R"({{"requests":{},"bytes":{},"cpu_seconds":{:.6f},"version":{},"churning":{},"live":{{)",
      counters_.requests, counters_.bytes, cpu_seconds(), cluster_.version(), churn_.is_running());
  for (const Collection& each : kCollections) {
    out += fmt::format(R"({}"{}":{})", out.back() == '{' ? "" : ",", each.plural,
                       cluster_.live_count(each.resource));
  }
  return text(200, out + "}}");
}

}  // namespace kollect::bench
