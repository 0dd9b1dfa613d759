#include "net/testing/h2_server.h"

#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <sys/socket.h>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <unistd.h>

#include "base/result.h"
#include "net/testing/raw_server.h"

namespace kollect::net {

namespace {

constexpr int kPollMilliseconds = 50;
constexpr uint32_t kStreamsPerConnection = 250;
constexpr size_t kUnlimited = SIZE_MAX;

struct FreeSession {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

// The bytes of one connection. Both moves return -1 on an end, 0 when nothing can be moved now.
class Wire {
 public:
  Wire(int fd, SSL_CTX* tls) : ssl_(SSL_new(tls)) { SSL_set_fd(ssl_, fd); }
  ~Wire() { SSL_free(ssl_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool accept() { return SSL_accept(ssl_) == 1; }
  ssize_t read(uint8_t* into, size_t size) {
    return moved(SSL_read(ssl_, into, static_cast<int>(size)));
  }
  ssize_t write(const uint8_t* bytes, size_t size) {
    return moved(SSL_write(ssl_, bytes, static_cast<int>(size)));
  }

 private:
  ssize_t moved(int count) {
    if (count > 0) return count;
    const int error = SSL_get_error(ssl_, count);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }

  SSL* ssl_;
};

// What one stream was asked for and still has to send.
struct Answer {
  std::string path;
  size_t left = 0;
  bool stays_open = false;
  bool is_cut = false;
};

// One connection's protocol state.
class Session {
 public:
  Session() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &Session::on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Session::on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Session::on_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_server_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    session_.reset(session);
    const nghttp2_settings_entry limit{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                                       kStreamsPerConnection};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &limit, 1);
  }

  bool feed(const uint8_t* bytes, size_t size) {
    return nghttp2_session_mem_recv(session_.get(), bytes, size) >= 0;
  }

  // The next bytes to send; empty when there are none now. Good until the next call.
  std::pair<const uint8_t*, size_t> next() {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    return {bytes, size > 0 ? static_cast<size_t>(size) : 0};
  }

 private:
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* self) {
    if (std::string_view(reinterpret_cast<const char*>(name), name_size) != ":path") return 0;
    auto& answers = static_cast<Session*>(self)->answers_;
    answers[frame->hd.stream_id].path.assign(reinterpret_cast<const char*>(value), value_size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type == NGHTTP2_HEADERS) static_cast<Session*>(self)->answer(frame->hd.stream_id);
    return 0;
  }

  static int on_close(nghttp2_session*, int32_t stream, uint32_t, void* self) {
    static_cast<Session*>(self)->answers_.erase(stream);
    return 0;
  }

  void answer(int32_t stream) {
    Answer& answer = answers_[stream];
    const std::string_view path = answer.path;
    if (path == "/idle" || path == "/cut") answer.left = 5;
    if (path == "/endless") answer.left = kUnlimited;
    if (path.starts_with("/bytes/"))
      std::from_chars(path.data() + 7, path.data() + path.size(), answer.left);
    answer.stays_open = path == "/idle";
    answer.is_cut = path == "/cut";
    char name[] = ":status";
    char value[] = "200";
    const nghttp2_nv status{reinterpret_cast<uint8_t*>(name), reinterpret_cast<uint8_t*>(value), 7,
                            3, NGHTTP2_NV_FLAG_NONE};
    const nghttp2_data_provider body{.source = {.ptr = &answer},
                                     .read_callback = &Session::on_read};
    nghttp2_submit_response(session_.get(), stream, &status, 1, &body);
  }

  static ssize_t on_read(nghttp2_session*, int32_t, uint8_t* into, size_t size, uint32_t* flags,
                         nghttp2_data_source* source, void*) {
    auto& answer = *static_cast<Answer*>(source->ptr);
    if (answer.left == 0 && answer.is_cut) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (answer.left == 0 && answer.stays_open) return NGHTTP2_ERR_DEFERRED;
    const size_t count = std::min(size, answer.left);
    std::memset(into, 'x', count);
    if (answer.left != kUnlimited) answer.left -= count;
    if (answer.left == 0 && !answer.stays_open && !answer.is_cut) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  std::map<int32_t, Answer> answers_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
};

int choose_h2(SSL*, const unsigned char** out, unsigned char* out_size,
              const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kWanted[] = "\x02h2";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kWanted, 3, offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Moves bytes both ways until the end or a stop.
void pump(int fd, Wire& wire, const std::stop_token& stop) {
  Session session;
  std::vector<uint8_t> buffer(16384);
  std::pair<const uint8_t*, size_t> out{nullptr, 0};
  while (!stop.stop_requested()) {
    if (out.second == 0) out = session.next();
    const ssize_t sent = out.second == 0 ? 0 : wire.write(out.first, out.second);
    if (sent < 0) return;
    out.first += sent;
    out.second -= static_cast<size_t>(sent);
    const ssize_t count = wire.read(buffer.data(), buffer.size());
    if (count < 0 || (count > 0 && !session.feed(buffer.data(), static_cast<size_t>(count))))
      return;
    if (sent > 0 || count > 0) continue;
    const short events = out.second == 0 ? POLLIN : POLLIN | POLLOUT;
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    poll(&entry, 1, kPollMilliseconds);
  }
}

}  // namespace

H2Server::H2Server(TlsServer tls) : tls_(std::move(tls)), accepted_(0) {
  const Listener listener = listen_on_loopback();
  listener_ = listener.fd;
  port_ = listener.port;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

H2Server::~H2Server() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

std::string H2Server::url(const std::string& path) const {
  return "https://127.0.0.1:" + std::to_string(port_) + path;
}

void H2Server::run(const std::stop_token& stop) {
  std::vector<std::jthread> connections;
  while (!stop.stop_requested()) {
    pollfd entry{.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, kPollMilliseconds) <= 0) continue;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    accepted_.update([](int& count) { ++count; });
    connections.emplace_back([this, fd, stop] {
      serve(fd, stop);
      close(fd);
    });
  }
}

void H2Server::serve(int fd, const std::stop_token& stop) const {
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls(SSL_CTX_new(TLS_server_method()),
                                                              &SSL_CTX_free);
  SSL_CTX_use_certificate_chain_file(tls.get(), tls_.certificate_file.c_str());
  SSL_CTX_use_PrivateKey_file(tls.get(), tls_.key_file.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_alpn_select_cb(tls.get(), choose_h2, nullptr);
  Wire wire(fd, tls.get());
  if (!wire.accept()) return;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  pump(fd, wire, stop);
}

}  // namespace kollect::net
