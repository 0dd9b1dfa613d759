#include "kube/detail/exchange.h"

namespace kollect::kube {

namespace {

constexpr std::chrono::seconds kCredentialsTimeout{15};
// Of a quiet watch only the part that was filled takes memory. TLS brings 16 KiB at a time anyway.
constexpr size_t kPlainBufferBytes = size_t{128} << 10;

}  // namespace

void Exchange::start(Request request, const net::StreamOptions& options) {
  cancel();
  request_ = std::move(request);
  options_ = options;
  is_second_ = false;
  send();
}

void Exchange::send() {
  is_skipping_ = false;
  auto prepared = client_.prepare(request_, Steady::now() + kCredentialsTimeout, {});
  if (!prepared) {
    failure_ = loop_.call_at(Steady::now(), [this, error = prepared.error()] {
      failure_.reset();
      handler_.on_end(error);
    });
    return;
  }
  refused_ = std::move(prepared->refused);
  loop_.set_connection(std::move(prepared->connection));
  net::StreamOptions options = options_;
  if (prepared->request.url.starts_with("http://")) {
    // There is no HTTP/2 without TLS; hoping for it would let requests wait for each other's heads.
    options.version = net::HttpVersion::http1;
    options.receive_buffer_bytes = kPlainBufferBytes;
  }
  stream_ = loop_.start(std::move(prepared->request), *this, options);
}

void Exchange::cancel() {
  if (stream_) loop_.cancel(*stream_);
  if (failure_) loop_.cancel_timer(*failure_);
  stream_.reset();
  failure_.reset();
}

void Exchange::on_response(const net::Response& head) {
  is_skipping_ = head.status == 401 && !is_second_ && refused_();
  if (!is_skipping_) handler_.on_response(head);
}

net::Flow Exchange::on_chunk(std::string_view chunk) {
  return is_skipping_ ? net::Flow::go_on : handler_.on_chunk(chunk);
}

void Exchange::on_end(const Status& status) {
  stream_.reset();
  if (!is_skipping_) return handler_.on_end(status);
  is_second_ = true;
  send();
}

}  // namespace kollect::kube
