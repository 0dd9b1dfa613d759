// One request on the loop, with the credentials of a client.
#pragma once

#include <optional>

#include "kube/client.h"
#include "net/loop.h"

namespace kollect::kube {

// Sends, and sends once more on a 401 that newer credentials may cure; the handler sees only what
// counts. One request at a time; the loop's thread. Reading credentials happens on this thread: a
// credential plugin holds it up for as long as it runs.
class Exchange final : public net::StreamHandler {
 public:
  // All outlive this.
  Exchange(net::Loop& loop, const KubeClient& client, net::StreamHandler& handler)
      : loop_(loop), client_(client), handler_(handler) {}
  ~Exchange() override { cancel(); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Replaces what is under way. The handler's first call comes later.
  void start(Request request, const net::StreamOptions& options);
  // No further call.
  void cancel();

  void on_response(const net::Response& head) override;
  net::Flow on_chunk(std::string_view chunk) override;
  void on_end(const Status& status) override;

 private:
  void send();

  net::Loop& loop_;
  const KubeClient& client_;
  net::StreamHandler& handler_;
  Request request_;
  net::StreamOptions options_;
  std::optional<net::StreamId> stream_;
  std::optional<net::TimerId> failure_;
  std::function<bool()> refused_;
  bool is_second_ = false;
  bool is_skipping_ = false;  // the answer to the first try
};

}  // namespace kollect::kube
