#include "serve/webhook.h"

#include "serve/admission.h"

namespace kollect::serve {
namespace {

net::Reply reply(int status, std::string content_type, std::string body) {
  net::Reply out;
  out.response.status = status;
  out.response.headers.set("Content-Type", std::move(content_type));
  out.response.body = std::move(body);
  return out;
}

}  // namespace

net::Handler admission_handler(api::RuleContext context, ReviewObserver observer) {
  return [context, observer](const net::Request& request, const net::Peer&) {
    // The API server appends its timeout: `?timeout=10s`.
    const std::string_view target = request.url;
    const std::string_view path = target.substr(0, target.find('?'));
    if (request.method != "POST") {
      net::Reply refused = reply(405, "text/plain; charset=utf-8", "POST an AdmissionReview\n");
      refused.response.headers.set("Allow", "POST");
      return refused;
    }
    AdmissionAnswer answer = answer_admission(path, request.body, context);
    if (observer) observer(kind_of_path(path), answer.status);
    return reply(answer.status, std::move(answer.content_type), std::move(answer.body));
  };
}

}  // namespace kollect::serve
