#include "kube/detail/call.h"

#include "kube/detail/refusal.h"

namespace kollect::kube {

namespace {

constexpr size_t kMostBytes = size_t{64} << 20;

}  // namespace

void Call::start(Request request, std::chrono::milliseconds timeout) {
  what_ = request.method + ' ' + request.path;
  exchange_.start(std::move(request), {.deadline = Steady::now() + timeout});
}

net::Flow Call::on_chunk(std::string_view chunk) {
  if (response_.body.size() + chunk.size() <= kMostBytes) {
    response_.body += chunk;
    return net::Flow::go_on;
  }
  exchange_.cancel();
  finish(unavailable(what_ + ": the answer is too large"));
  return net::Flow::cancel;
}

void Call::on_end(const Status& status) {
  if (!status) return finish(status.error());
  Answer answer{.http_status = response_.status};
  if (!response_.is_success()) {
    const ApiStatus refusal = read_refusal(response_, clock_.wall());
    answer.refusal = refusal_of(refusal);
    answer.outcome = error_of(refusal, what_);
  }
  answer.body = std::move(response_.body);
  finish(std::move(answer));
}

void Call::finish(Result<Answer> answer) {
  const Done done = std::exchange(done_, nullptr);
  done(std::move(answer));
}

}  // namespace kollect::kube
