#include "kube/detail/refusal.h"

namespace kollect::kube {

ApiStatus read_refusal(const net::Response& response, Wall::time_point now) {
  ApiStatus status;
  if (const auto document = json::Document::parse(response.body);
      document && document->root().text("kind") == "Status") {
    status = read_status(document->root());
  }
  status.code = response.status;
  if (status.message.empty()) status.message = net::reason_phrase(response.status);
  if (const auto delay = response.headers.find("Retry-After"))
    status.retry_after_seconds = net::retry_after_seconds(*delay, now);
  return status;
}

}  // namespace kollect::kube
