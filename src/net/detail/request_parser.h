// Reads HTTP/1.1 requests from bytes; the only user of Beast.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "net/http.h"

namespace kollect::net {

struct RequestLimits {
  size_t max_header_bytes;
  size_t max_body_bytes;
};

// One request. Not thread-safe.
class RequestParser {
 public:
  explicit RequestParser(const RequestLimits& limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  // Takes bytes from the front and says how many; what was not taken must come again with more
  // behind it.
  size_t feed(std::string_view bytes);

  enum class Stage { header, body, done };
  Stage stage() const;
  // The status to answer a request with that cannot be read; the connection must be closed after
  // it.
  std::optional<int> refusal() const;

  // Of the body, so far.
  size_t body_bytes() const;

  // From stage body on.
  bool expects_continue() const;
  bool is_http_1_0() const;
  bool keeps_alive() const;
  // At stage done, once.
  Request take_request();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kollect::net
