#include "bench/replay/connection.h"

#include <cerrno>
#include <sys/socket.h>

#include <fmt/format.h>
#include <openssl/err.h>
#include <unistd.h>

namespace kollect::bench {
namespace {

constexpr size_t kFillBytes = size_t{128} << 10;
constexpr size_t kReadBytes = size_t{16} << 10;
constexpr size_t kMaxRequestBytes = size_t{1} << 20;
// Of one connection before the others get their turn.
constexpr int kFillsPerTurn = 32;
// "%08x\r\n": leading zeros keep its place fixed.
constexpr size_t kChunkHeadBytes = 10;

}  // namespace

Connection::Connection(int fd, Ssl ssl, Routes& routes, Counters& counters)
    : fd_(fd), ssl_(std::move(ssl)), routes_(routes), counters_(counters) {
  out_.reserve(kFillBytes + (kFillBytes >> 2U));
}

Connection::~Connection() { close(fd_); }

Connection::State Connection::turn(double now_seconds) {
  const Io read = read_some();
  if (read == Io::closed || in_.size() > kMaxRequestBytes) return State::closed;
  return pump(now_seconds);
}

Connection::State Connection::pump(double now_seconds) {
  for (int i = 0; i < kFillsPerTurn; ++i) {
    const Io wrote = write_some();
    if (wrote == Io::closed) return State::closed;
    if (wrote == Io::would_block) return State::writable;
    if (response_ && progress_ == Progress::done) {
      response_.reset();
      if (close_after_) return State::closed;
    }
    if (!response_ && !next_request(now_seconds)) {
      return close_after_ ? State::closed : State::readable;
    }
    fill(now_seconds);
    if (out_.empty() && progress_ == Progress::idle) return State::readable;
  }
  return State::writable;
}

bool Connection::next_request(double now_seconds) {
  auto request = take_request(in_);
  if (!request) close_after_ = true;
  if (!request || !*request) return false;
  ++counters_.requests;
  close_after_ = (*request)->close;
  response_ = routes_.answer(**request, now_seconds);
  out_ = response_head(response_->status, response_->content_type);
  return true;
}

void Connection::fill(double now_seconds) {
  const size_t head = out_.size();
  out_.append(kChunkHeadBytes, '0');
  progress_ = response_->body->fill(out_, kFillBytes, now_seconds);
  const size_t size = out_.size() - head - kChunkHeadBytes;
  if (size == 0) {
    out_.resize(head);
  } else {
    fmt::format_to(out_.data() + head, "{:08x}\r\n", size);
    out_ += "\r\n";
  }
  if (progress_ == Progress::done) out_ += "0\r\n\r\n";
  counters_.bytes += out_.size();
}

Connection::Io Connection::read_some() {
  char buffer[kReadBytes];
  while (true) {
    ssize_t size = 0;
    if (ssl_) {
      size = SSL_read(ssl_.get(), buffer, sizeof(buffer));
      if (size <= 0) {
        const int error = SSL_get_error(ssl_.get(), static_cast<int>(size));
        ERR_clear_error();
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::would_block
                                                                             : Io::closed;
      }
    } else {
      size = recv(fd_, buffer, sizeof(buffer), 0);
      if (size == 0) return Io::closed;
      if (size < 0) return errno == EAGAIN ? Io::would_block : Io::closed;
    }
    in_.append(buffer, static_cast<size_t>(size));
    if (in_.size() > kMaxRequestBytes) return Io::closed;
  }
}

Connection::Io Connection::write_some() {
  while (sent_ < out_.size()) {
    const size_t left = out_.size() - sent_;
    ssize_t size = 0;
    if (ssl_) {
      size = SSL_write(ssl_.get(), out_.data() + sent_, static_cast<int>(left));
      if (size <= 0) {
        const int error = SSL_get_error(ssl_.get(), static_cast<int>(size));
        ERR_clear_error();
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::would_block
                                                                             : Io::closed;
      }
    } else {
      size = send(fd_, out_.data() + sent_, left, MSG_NOSIGNAL);
      if (size < 0) return errno == EAGAIN ? Io::would_block : Io::closed;
    }
    sent_ += static_cast<size_t>(size);
  }
  out_.clear();
  sent_ = 0;
  return Io::done;
}

}  // namespace kollect::bench
