// Talking to one API server: requests of request.h in, objects or errors out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "kube/kubeconfig.h"
#include "kube/request.h"
#include "net/client.h"

namespace kollect::kube {

// Why a server refused, as far as callers act on it; the fault of the error says the rest.
enum class Refusal {
  none,
  expired,  // 410, also as a Status inside a watch: the resource version or continue token is too
            // old
  already_exists,  // 409 of a create
  conflict,        // 409 otherwise: the object has changed
  not_found,
  forbidden,
  unauthorized,
  invalid,  // 422: the object breaks its schema or a rule
  other,
};

// A Status object, or what a response without one amounts to.
struct ApiStatus {
  int code = 200;
  std::string reason = {};   // "NotFound"
  std::string message = {};  // of the server, redacted
  std::optional<double> retry_after_seconds = std::nullopt;
};

// Reads a Status object (of a response, or of an ERROR event of a watch).
ApiStatus read_status(const json::Value& status);
Refusal refusal_of(const ApiStatus& status);
// 401, 403: denied; 404, 410: missing; 409: conflict; 429: throttled; 408, 5xx: unavailable; other
// 4xx: invalid. `what` is the request, "GET /api/v1/pods".
Error error_of(const ApiStatus& status, std::string_view what);

// What a server said to one request.
struct Answer {
  int http_status = 200;
  std::string body = {};
  Refusal refusal = Refusal::none;
  Status outcome = {};  // an error unless http_status is 2xx
};

struct KubeClientOptions {
  std::string user_agent = "kollect";
  net::HttpVersion version = net::HttpVersion::automatic;
  size_t max_body_bytes = size_t{256} << 20;
};

// Any thread may call; connections are shared. On a 401 the credentials are fetched anew and the
// request is sent once more. Calls end within a second of a stop.
class KubeClient {
 public:
  // Connects to nothing yet. `clock` outlives this.
  explicit KubeClient(ClusterAccess access, KubeClientOptions options = {},
                      const Clock& clock = system_clock());
  ~KubeClient();
  KubeClient(KubeClient&&) noexcept;
  KubeClient& operator=(KubeClient&&) noexcept;

  // Errors are those of credentials and network alone; what the server refused is in the answer.
  Result<Answer> send(const Request& request, net::Deadline deadline, std::stop_token stop) const;

  // The object in the answer; everything else is an error.
  Result<json::Document> call(const Request& request, net::Deadline deadline,
                              std::stop_token stop) const;

  // For those who run their own transfers (watches, streamed lists): the request with URL,
  // credentials and impersonation, and how to connect. A 401 to it is told by refused(); true:
  // prepare and send it once more.
  struct Prepared {
    net::Request request;
    net::ConnectionOptions connection;
    std::function<bool()> refused;
  };
  Result<Prepared> prepare(const Request& request, net::Deadline deadline,
                           std::stop_token stop) const;

  const ClusterAccess& access() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kollect::kube
