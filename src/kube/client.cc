#include "kube/client.h"

#include <fmt/format.h>

#include "base/guarded.h"
#include "base/redact.h"
#include "kube/credentials.h"
#include "net/url.h"

namespace kollect::kube {

namespace {

std::string describe(const Request& request) { return request.method + ' ' + request.path; }

// A name like ".." would lead to another object than the one that was meant.
bool climbs(std::string_view path) {
  return path.ends_with("/.") || path.ends_with("/..") ||
         path.find("/./") != std::string_view::npos || path.find("/../") != std::string_view::npos;
}

Fault fault_of(int code) {
  switch (code) {
    case 401:
    case 403:
      return Fault::denied;
    case 404:
    case 410:
      return Fault::missing;
    case 409:
      return Fault::conflict;
    case 429:
      return Fault::throttled;
    case 408:
      return Fault::unavailable;
    default:
      return code >= 400 && code < 500 ? Fault::invalid : Fault::unavailable;
  }
}

ApiStatus status_of(const net::Response& response, Wall::time_point now) {
  ApiStatus status;
  if (auto document = json::Document::parse(response.body);
      document && document->root().text("kind") == "Status") {
    status = read_status(document->root());
  }
  status.code = response.status;
  if (status.message.empty()) status.message = net::reason_phrase(response.status);
  const auto delay = response.headers.find("Retry-After");
  if (delay && !status.retry_after_seconds)
    status.retry_after_seconds = net::retry_after_seconds(*delay, now);
  return status;
}

void add_impersonation(const Impersonation& as, net::Headers& headers) {
  if (as.user.empty()) return;
  headers.add("Impersonate-User", as.user);
  if (!as.uid.empty()) headers.add("Impersonate-Uid", as.uid);
  for (const std::string& group : as.groups) headers.add("Impersonate-Group", group);
  for (const auto& [key, values] : as.extra) {
    for (const std::string& value : values)
      headers.add("Impersonate-Extra-" + net::percent_encode(key), value);
  }
}

// A certificate of a plugin takes the place of the one in the kubeconfig.
net::TlsClient tls_for(const net::TlsClient& own, const Identity& identity) {
  net::TlsClient tls = own;
  if (identity.certificate_pem.empty()) return tls;
  tls.certificate_pem = identity.certificate_pem;
  tls.key_pem = identity.key_pem;
  tls.certificate_file.clear();
  tls.key_file.clear();
  return tls;
}

}  // namespace

ApiStatus read_status(const json::Value& status) {
  ApiStatus read{.reason = std::string(status.text("reason")),
                 .message = redact(status.text("message"))};
  const auto number = [](const json::Value* value) {
    return value != nullptr && value->is_number() ? std::optional(value->as_double())
                                                  : std::nullopt;
  };
  const auto code = number(status.find("code"));
  read.code = code && *code >= 100 && *code < 600 ? static_cast<int>(*code) : 500;
  const auto delay = number(status.at({"details", "retryAfterSeconds"}));
  if (delay && *delay > 0) read.retry_after_seconds = *delay;
  return read;
}

Refusal refusal_of(const ApiStatus& status) {
  if (status.code >= 200 && status.code < 300) return Refusal::none;
  switch (status.code) {
    case 410:
      return Refusal::expired;
    case 409:
      return status.reason == "AlreadyExists" ? Refusal::already_exists : Refusal::conflict;
    case 404:
      return Refusal::not_found;
    case 403:
      return Refusal::forbidden;
    case 401:
      return Refusal::unauthorized;
    case 422:
      return Refusal::invalid;
    default:
      return Refusal::other;
  }
}

Error error_of(const ApiStatus& status, std::string_view what) {
  Error error{.fault = fault_of(status.code), .message = {}, .context = {}};
  error.message = fmt::format("{} was answered with {}: {}", what, status.code, status.message);
  if (error.fault == Fault::throttled) error.retry_after_seconds = status.retry_after_seconds;
  return error;
}

struct KubeClient::State {
  // Connections belong to the client certificate that they were made with.
  struct Session {
    Identity certificate;
    std::shared_ptr<net::Client> client;
  };

  State(ClusterAccess cluster, KubeClientOptions client_options, const Clock& wall_clock)
      : access(std::move(cluster)),
        options(std::move(client_options)),
        clock(wall_clock),
        credentials(access, wall_clock) {}

  net::ConnectionOptions connection(const Identity& identity) const {
    net::ConnectionOptions connection;
    connection.tls = tls_for(access.tls, identity);
    connection.version = options.version;
    connection.proxy = access.proxy_url;
    return connection;
  }

  std::shared_ptr<net::Client> client_for(const Identity& identity) {
    const Identity certificate{.certificate_pem = identity.certificate_pem,
                               .key_pem = identity.key_pem};
    return session.with([&](std::optional<Session>& held) {
      if (!held || !(held->certificate == certificate)) {
        auto fresh = std::make_shared<net::Client>(net::ClientOptions{
            .connection = connection(identity), .max_body_bytes = options.max_body_bytes});
        held = Session{certificate, std::move(fresh)};
      }
      return held->client;
    });
  }

  net::Request request_for(const Request& request, const Identity& identity) const {
    net::Request out{.method = request.method,
                     .url = access.server + request.target(),
                     .headers = {},
                     .body = request.body};
    out.headers.add("Accept", request.accept);
    out.headers.add("User-Agent", options.user_agent);
    if (!request.content_type.empty()) out.headers.add("Content-Type", request.content_type);
    if (!identity.authorization.empty()) out.headers.add("Authorization", identity.authorization);
    add_impersonation(access.impersonation, out.headers);
    return out;
  }

  const ClusterAccess access;
  const KubeClientOptions options;
  const Clock& clock;
  Credentials credentials;
  Guarded<std::optional<Session>> session;
};

KubeClient::KubeClient(ClusterAccess access, KubeClientOptions options, const Clock& clock)
    : state_(std::make_unique<State>(std::move(access), std::move(options), clock)) {}
KubeClient::~KubeClient() = default;
KubeClient::KubeClient(KubeClient&&) noexcept = default;
KubeClient& KubeClient::operator=(KubeClient&&) noexcept = default;

const ClusterAccess& KubeClient::access() const { return state_->access; }

Result<Answer> KubeClient::send(const Request& request, net::Deadline deadline,
                                std::stop_token stop) const {
  const std::string what = describe(request);
  if (climbs(request.path)) return invalid(what + ": a name may not be . or ..");
  auto identity = state_->credentials.current(deadline, stop);
  if (!identity) return identity.error().in(what);
  auto response =
      state_->client_for(*identity)->call(state_->request_for(request, *identity), deadline, stop);
  if (response && response->status == 401 && state_->credentials.refuse(*identity)) {
    const auto renewed = state_->credentials.current(deadline, stop);
    if (!renewed) return renewed.error().in(what);
    if (!(*renewed == *identity)) {
      response = state_->client_for(*renewed)->call(state_->request_for(request, *renewed),
                                                    deadline, stop);
    }
  }
  if (!response) return response.error();
  Answer answer{.http_status = response->status};
  if (!response->is_success()) {
    const ApiStatus status = status_of(*response, state_->clock.wall());
    answer.refusal = refusal_of(status);
    answer.outcome = error_of(status, what);
  }
  answer.body = std::move(response->body);
  return answer;
}

Result<json::Document> KubeClient::call(const Request& request, net::Deadline deadline,
                                        std::stop_token stop) const {
  const auto answer = send(request, deadline, std::move(stop));
  if (!answer) return answer.error();
  if (!answer->outcome) return answer->outcome.error();
  auto document = json::Document::parse(answer->body);
  if (!document)
    return unavailable(describe(request) + ": the answer is no JSON: " + document.error().message);
  return document;
}

Result<KubeClient::Prepared> KubeClient::prepare(const Request& request, net::Deadline deadline,
                                                 std::stop_token stop) const {
  if (climbs(request.path)) return invalid(describe(request) + ": a name may not be . or ..");
  auto identity = state_->credentials.current(deadline, std::move(stop));
  if (!identity) return identity.error().in(describe(request));
  return Prepared{.request = state_->request_for(request, *identity),
                  .connection = state_->connection(*identity),
                  .refused = [state = state_.get(), identity = *identity] {
                    return state->credentials.refuse(identity);
                  }};
}

}  // namespace kollect::kube
