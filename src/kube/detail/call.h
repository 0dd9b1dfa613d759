// One request and its whole answer, on the loop.
#pragma once

#include <functional>

#include "kube/detail/exchange.h"

namespace kollect::kube {

class Call final : public net::StreamHandler {
 public:
  using Done = std::function<void(Result<Answer>)>;

  // Loop, client and clock outlive this; `done` is called once, from the loop.
  Call(net::Loop& loop, const KubeClient& client, const Clock& clock, Done done)
      : clock_(clock), done_(std::move(done)), exchange_(loop, client, *this) {}

  void start(Request request, std::chrono::milliseconds timeout);
  bool is_done() const { return done_ == nullptr; }

  void on_response(const net::Response& head) override { response_ = head; }
  net::Flow on_chunk(std::string_view chunk) override;
  void on_end(const Status& status) override;

 private:
  void finish(Result<Answer> answer);

  const Clock& clock_;
  Done done_;
  std::string what_;
  net::Response response_;
  Exchange exchange_;
};

}  // namespace kollect::kube
