#include "net/detail/server_connection.h"

#include <exception>

#include <boost/asio/post.hpp>
#include <netinet/tcp.h>

#include "net/detail/response_text.h"

namespace kollect::net {

namespace asio = boost::asio;

namespace {

constexpr size_t kSliceBytes = size_t{256} << 10;
constexpr std::chrono::milliseconds kLingerTime{1'000};
constexpr std::chrono::milliseconds kPeerInterval{1'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

RequestLimits limits_of(const ServerOptions& options) {
  return {options.max_header_bytes, options.max_body_bytes};
}

bool peer_has_gone(TcpSocket& socket) {
  tcp_info state{};
  socklen_t size = sizeof state;
  if (getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &state, &size) != 0) return true;
  return state.tcpi_state != TCP_ESTABLISHED;
}

}  // namespace

ServerConnection::ServerConnection(std::unique_ptr<ServerSocket> socket,
                                   const ServerService& service, std::function<void()> on_closed)
    : socket_(std::move(socket)),
      service_(service),
      options_(service.options),
      on_closed_(std::move(on_closed)),
      gate_(std::make_shared<Guarded<WakeGate>>()),
      parser_(limits_of(options_)),
      waiting_since_(Steady::now()),
      deadline_timer_(socket_->tcp().get_executor()),
      pull_timer_(socket_->tcp().get_executor()),
      peer_timer_(socket_->tcp().get_executor()) {
  ErrorCode ignored;
  const auto remote = socket_->tcp().remote_endpoint(ignored);
  peer_.address = remote.address().to_string();
  peer_.is_tls = socket_->is_tls();
  socket_->tcp().set_option(asio::ip::tcp::no_delay(true), ignored);
}

ServerConnection::~ServerConnection() {
  hold(0);
  gate_->with([](WakeGate& gate) { gate.connection = nullptr; });
}

void ServerConnection::start() {
  asio::post(socket_->tcp().get_executor(), [self = shared_from_this()] {
    self->set_deadline(self->options_.header_timeout);
    self->socket_->handshake([self](const ErrorCode& error, size_t) {
      if (error || self->is_draining() || self->is_closed_) return self->close();
      const CertificateNames names = self->socket_->names();
      self->peer_.common_name = names.common_name;
      self->peer_.organizations = names.organizations;
      self->step_ = Step::header;
      self->parse();
    });
  });
}

void ServerConnection::drain() {
  asio::post(socket_->tcp().get_executor(), [self = shared_from_this()] {
    if (self->step_ == Step::idle || self->step_ == Step::streaming ||
        self->step_ == Step::handshake) {
      self->close();
    }
  });
}

void ServerConnection::evict() {
  waiting_since_.update([](auto& since) { since.reset(); });
  asio::post(socket_->tcp().get_executor(), [self = shared_from_this()] {
    if (self->step_ <= Step::body) self->close();
  });
}

// --- reading

bool ServerConnection::hold(size_t bytes) {
  const size_t before = std::exchange(held_, bytes);
  if (before == bytes) return true;
  return service_.held_bytes.with([&](size_t& all) {
    all = all - before + bytes;
    return all <= options_.max_held_bytes;
  });
}

void ServerConnection::read_request() {
  waiting_since_.update([](auto& since) { since = Steady::now(); });
  parser_ = RequestParser(limits_of(options_));
  sent_continue_ = false;
  step_ = Step::idle;
  if (is_draining()) return close();
  set_deadline(options_.idle_timeout);
  parse();
}

void ServerConnection::read_more() {
  socket_->read_some(buffer_.data(), buffer_.size(),
                     [self = shared_from_this()](const ErrorCode& error, size_t count) {
                       self->took_bytes(error, count);
                     });
}

void ServerConnection::took_bytes(const ErrorCode& error, size_t count) {
  if (error || is_closed_) return close();
  in_.append(buffer_.data(), count);
  parse();
}

void ServerConnection::parse() {
  if (in_.empty()) return read_more();
  if (step_ == Step::idle) {
    step_ = Step::header;
    set_deadline(options_.header_timeout);
  }
  in_.erase(0, parser_.feed(in_));
  if (const auto status = parser_.refusal()) return refuse(*status);
  if (!hold(parser_.body_bytes())) return refuse(503);
  if (parser_.stage() == RequestParser::Stage::done) return answer();
  if (parser_.stage() == RequestParser::Stage::body && step_ == Step::header) {
    step_ = Step::body;
    set_deadline(options_.body_timeout);
    if (parser_.expects_continue() && in_.empty()) return send_continue();
  }
  read_more();
}

void ServerConnection::send_continue() {
  socket_->write(kContinue, [self = shared_from_this()](const ErrorCode& error, size_t) {
    if (error) return self->close();
    self->read_more();
  });
}

// --- answering

void ServerConnection::answer() {
  step_ = Step::handler;
  waiting_since_.update([](auto& since) { since.reset(); });
  clear_deadline();
  const bool keeps_alive = parser_.keeps_alive();
  is_chunked_ = !parser_.is_http_1_0();
  const Request request = parser_.take_request();
  Reply reply = ask(request);
  hold(0);
  after_ = keeps_alive && !is_draining() ? After::next_request : After::linger;
  const bool is_head = request.method == "HEAD";
  if (reply.source && !is_head && may_have_body(reply.response.status)) {
    return stream(std::move(reply.response), std::move(reply.source));
  }
  send_whole(std::move(reply.response), is_head);
}

Reply ServerConnection::ask(const Request& request) {
  try {
    return service_.handler(request, peer_);
  } catch (const std::exception&) {
    return {.response = {.status = 500, .headers = {}, .body = "internal error\n"}};
  }
}

void ServerConnection::send_whole(Response response, bool is_head) {
  if (!may_have_body(response.status)) response.body.clear();
  out_ = head_text(response, {Framing::length, after_ == After::next_request});
  if (!is_head) out_ += response.body;
  step_ = Step::sending;
  send_rest(0);
}

void ServerConnection::refuse(int status) {
  parser_ = RequestParser(limits_of(options_));
  hold(0);
  after_ = After::linger;
  send_whole({.status = status, .headers = {}, .body = std::string(reason_phrase(status)) + "\n"},
             false);
}

// --- sending: slices, so that each has its own deadline

void ServerConnection::send_rest(size_t from) {
  if (from >= out_.size()) return sent();
  set_deadline(options_.body_timeout);
  const std::string_view slice = std::string_view(out_).substr(from, kSliceBytes);
  socket_->write(slice, [self = shared_from_this(), from](const ErrorCode& error, size_t count) {
    if (error || self->is_closed_) return self->close();
    self->send_rest(from + count);
  });
}

void ServerConnection::sent() {
  out_.clear();
  if (source_) {
    if (pulled_.state == BodySource::State::wait) return wait_for_source(pulled_.again_at);
    return pull();
  }
  if (after_ == After::linger) return linger();
  read_request();
}

// --- streaming

void ServerConnection::stream(Response response, std::unique_ptr<BodySource> source) {
  if (is_draining()) return close();
  if (!is_chunked_) after_ = After::linger;
  step_ = Step::streaming;
  out_ = head_text(response, {is_chunked_ ? Framing::chunked : Framing::until_close,
                              after_ == After::next_request});
  source_ = std::move(source);
  pulled_ = {.state = BodySource::State::more, .again_at = std::nullopt};
  pull_again_ = false;
  gate_->with([this](WakeGate& gate) { gate.connection = this; });
  try {
    source_->start(make_waker());
  } catch (const std::exception&) {
    return close();
  }
  watch_peer();
  pull();
}

// The gate is shut before the connection goes, so a waker never reaches a connection that is no
// more.
Waker ServerConnection::make_waker() {
  return [gate = gate_] {
    gate->with([](WakeGate& open) {
      if (open.connection == nullptr || std::exchange(open.is_posted, true)) return;
      asio::post(open.connection->socket_->tcp().get_executor(),
                 [weak = open.connection->weak_from_this()] {
                   if (const auto self = weak.lock()) self->woken();
                 });
    });
  };
}

// The head still waits in out_ the first time and goes out with the first piece.
void ServerConnection::pull() {
  if (is_closed_ || !source_) return;
  phase_ = Phase::pulling;
  const size_t begin = out_.size();
  if (is_chunked_) begin_chunk(out_);
  pulled_ = pull_source();
  if (is_chunked_) end_chunk(out_, begin);
  if (is_closed_) return;
  if (pulled_.state == BodySource::State::cut) return close();
  if (pulled_.state == BodySource::State::end) {
    if (is_chunked_) out_ += kLastChunk;
    end_stream();
  }
  phase_ = Phase::writing;
  if (!out_.empty() || !source_) return send_rest(0);
  if (pulled_.state == BodySource::State::wait) return wait_for_source(pulled_.again_at);
  asio::post(socket_->tcp().get_executor(), [self = shared_from_this()] { self->pull(); });
}

BodySource::Pulled ServerConnection::pull_source() {
  try {
    return source_->pull(out_);
  } catch (const std::exception&) {
    close();
    return {};
  }
}

void ServerConnection::wait_for_source(std::optional<Steady::time_point> again_at) {
  clear_deadline();
  if (std::exchange(pull_again_, false)) return pull();
  phase_ = Phase::waiting;
  if (!again_at) return;
  pull_timer_.expires_at(*again_at);
  pull_timer_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    if (self && !error) self->woken();
  });
}

void ServerConnection::woken() {
  gate_->with([](WakeGate& gate) { gate.is_posted = false; });
  if (is_closed_ || !source_) return;
  if (phase_ != Phase::waiting) {
    pull_again_ = true;
    return;
  }
  pull_timer_.cancel();
  pull();
}

// Nothing is read while a response streams, so the end of the connection must be looked for. Bytes
// that wait to be read (a goodbye, a next request) hide the end from the wait: then it is looked
// for now and then.
void ServerConnection::watch_peer() {
  socket_->tcp().async_wait(TcpSocket::wait_read,
                            [self = shared_from_this()](const ErrorCode& error) {
                              if (!error) self->look_for_peer();
                            });
}

void ServerConnection::look_for_peer() {
  if (is_closed_ || !source_) return;
  if (peer_has_gone(socket_->tcp())) return close();
  peer_timer_.expires_after(kPeerInterval);
  peer_timer_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    if (self && !error) self->look_for_peer();
  });
}

void ServerConnection::end_stream() {
  gate_->with([](WakeGate& gate) { gate.connection = nullptr; });
  source_.reset();
  step_ = Step::sending;
}

// --- time and end

void ServerConnection::set_deadline(Millis limit) {
  deadline_ = Steady::now() + limit;
  if (!is_armed_ || deadline_ < deadline_timer_.expiry()) arm_deadline();
}

void ServerConnection::arm_deadline() {
  is_armed_ = true;
  deadline_timer_.expires_at(deadline_);
  deadline_timer_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->is_armed_ = false;
    if (self->is_closed_ || self->deadline_ == Steady::time_point::max()) return;
    if (Steady::now() >= self->deadline_) return self->close();
    self->arm_deadline();
  });
}

// Closing with unread bytes would reset the connection, and the client might lose the answer.
void ServerConnection::linger() {
  step_ = Step::closing;
  set_deadline(kLingerTime);
  socket_->shut_down([self = shared_from_this()](const ErrorCode&, size_t) {
    ErrorCode ignored;
    self->socket_->tcp().shutdown(TcpSocket::shutdown_send, ignored);
    self->discard();
  });
}

void ServerConnection::discard() {
  if (is_closed_) return;
  socket_->tcp().async_read_some(asio::buffer(buffer_),
                                 [self = shared_from_this()](const ErrorCode& error, size_t) {
                                   if (error) return self->close();
                                   self->discard();
                                 });
}

void ServerConnection::close() {
  if (std::exchange(is_closed_, true)) return;
  gate_->with([](WakeGate& gate) { gate.connection = nullptr; });
  source_.reset();
  deadline_timer_.cancel();
  pull_timer_.cancel();
  peer_timer_.cancel();
  ErrorCode ignored;
  socket_->tcp().close(ignored);
  on_closed_();
}

}  // namespace kollect::net
