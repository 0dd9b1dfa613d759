// One request on its way through libcurl: what Client and Loop share.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/client.h"
#include "net/detail/curl_handles.h"
#include "net/detail/dial_guard.h"
#include "net/http.h"
#include "net/url.h"

namespace kollect::net {

// The last TLS alert received by any connection of a multi handle, -1 when none. It must outlive
// the multi handle, since connections do not belong to a transfer.
struct TlsAlert {
  int last = -1;
};

// Takes what arrives. Called inside libcurl.
class TransferReader {
 public:
  enum class Take { taken, later, stop };

  virtual ~TransferReader() = default;
  // false: end the transfer.
  virtual bool take_head(const Response& head) = 0;
  // later: nothing was taken, give it again after Transfer::unpause().
  virtual Take take_bytes(std::string_view bytes) = 0;
};

struct TransferOptions {
  HttpVersion version = HttpVersion::automatic;
  std::chrono::milliseconds idle_timeout{0};
  size_t receive_buffer_bytes = size_t{16} << 10;
};

// Not movable: libcurl holds its address. Everything it is given must outlive it.
class Transfer {
 public:
  Transfer(Request request, const ConnectionOptions& connection, const TransferOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets everything up; an Error means that the request cannot be sent at all.
  Status prepare(TransferReader& reader, TlsAlert& alert);
  CURL* handle() const { return easy_.get(); }

  // What the end with `code` means; nullopt: add the handle once more (see DialGuard).
  std::optional<Status> outcome(CURLcode code);
  // When it has been silent for too long, if nothing comes until then.
  std::optional<Steady::time_point> idle_at() const;
  // The error for ending it then, and for an end that we chose otherwise.
  Error silent() const;
  Error given_up(std::string_view why) const;
  void unpause();
  // Silence counts from now on.
  void touch() { heard_at_ = Steady::now(); }

 private:
  Error failure(CURLcode code) const;
  Status set_target();
  Status set_headers();
  void set_method();
  void set_tls(TlsAlert& alert);
  void set_limits();
  void set_callbacks();
  template <typename T>
  void set(CURLoption option, T value);

  size_t read_header(std::string_view line);
  void read_status(std::string_view line);
  size_t read_body(std::string_view bytes);

  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const Request request_;
  const ConnectionOptions connection_;
  const TransferOptions options_;
  Url url_;
  std::string shown_url_;
  std::optional<DialGuard> guard_;
  CurlList headers_;
  CurlList connect_to_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  TransferReader* reader_ = nullptr;
  TlsAlert* alert_ = nullptr;

  Response head_;
  size_t header_bytes_ = 0;
  bool headed_ = false;
  Steady::time_point heard_at_ = Steady::now();
  std::optional<Error> limit_;  // a limit of ours that the answer went beyond
  CurlEasy easy_;               // last: its end may call back
};

}  // namespace kollect::net
