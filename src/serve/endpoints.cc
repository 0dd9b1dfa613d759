#include "serve/endpoints.h"

#include <algorithm>

#include <fmt/format.h>

#include "metrics/exposition.h"

namespace kollect::serve {

namespace {

net::Reply reply(int status, std::string_view content_type, std::string body) {
  net::Reply out;
  out.response.status = status;
  out.response.headers.set("Content-Type", std::string(content_type));
  out.response.body = std::move(body);
  return out;
}

net::Reply plain(int status, std::string body) {
  return reply(status, "text/plain; charset=utf-8", std::move(body));
}

bool is_read(const net::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

net::Reply only_reads() {
  net::Reply out = plain(405, "GET only\n");
  out.response.headers.set("Allow", "GET, HEAD");
  return out;
}

net::Reply look_at(const std::vector<HealthCheck>& checks, std::string_view name, bool is_verbose) {
  std::string lines;
  bool is_known = name.empty() || name == "ping";
  bool holds = true;
  for (const HealthCheck& check : checks) {
    if (!name.empty() && name != check.name) continue;
    is_known = true;
    const Status status = check.look();
    holds = holds && status.has_value();
    lines += status ? fmt::format("[+] {}\n", check.name)
                    : fmt::format("[-] {}: {}\n", check.name, status.error().text());
  }
  if (!is_known) return plain(404, "no such check\n");
  if (!holds) return plain(503, lines);
  return plain(200, is_verbose ? lines + "ok\n" : "ok");
}

struct Target {
  std::string_view path;
  std::string_view query;
};

Target target_of(const net::Request& request) {
  const std::string_view all = request.url;
  const size_t mark = std::min(all.find('?'), all.size());
  return {all.substr(0, mark), all.substr(std::min(mark + 1, all.size()))};
}

}  // namespace

net::Handler health_handler(std::vector<HealthCheck> live, std::vector<HealthCheck> ready) {
  return [live = std::move(live), ready = std::move(ready)](const net::Request& request,
                                                            const net::Peer&) {
    const auto [path, query] = target_of(request);
    const std::string_view root = path.substr(0, path.find('/', 1));
    const std::string_view name = path.substr(std::min(root.size() + 1, path.size()));
    if (root != "/healthz" && root != "/readyz") return plain(404, "no such page\n");
    if (!is_read(request)) return only_reads();
    return look_at(root == "/healthz" ? live : ready, name, query.starts_with("verbose"));
  };
}

net::Handler metrics_handler(const metrics::Registry& registry, AccessGate* gate) {
  return [&registry, gate](const net::Request& request, const net::Peer&) {
    if (target_of(request).path != "/metrics") return plain(404, "no such page\n");
    if (!is_read(request)) return only_reads();
    if (gate != nullptr) {
      auto refusal = gate->judge(request, {"get", "/metrics"}).refusal();
      if (refusal) return net::Reply{.response = std::move(*refusal)};
    }
    const auto format = metrics::negotiate(request.headers.find("Accept").value_or(""));
    return reply(200, metrics::content_type(format), expose(registry.gather(), format));
  };
}

}  // namespace kollect::serve
