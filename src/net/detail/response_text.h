// The bytes of a response's head and of the chunks of a streamed body. Pure.
#pragma once

#include <string>

#include "net/http.h"

namespace kollect::net {

enum class Framing {
  length,      // Content-Length of the body that follows at once
  chunked,     // Transfer-Encoding: chunked
  until_close  // HTTP/1.0: the end of the connection is the end of the body
};

struct HeadOptions {
  Framing framing = Framing::length;
  bool keeps_alive = true;
};

// Status line and headers. Length, encoding and connection are ours to write: fields of those names
// are left out, and control characters in values become blanks, so that no value can add a field.
std::string head_text(const Response& response, const HeadOptions& options);

// Whether a response of this status can have a body at all.
bool may_have_body(int status);

// Begins a chunk whose bytes are then appended to `out`, and ends it; returns false when there were
// none (and takes the beginning back).
void begin_chunk(std::string& out);
bool end_chunk(std::string& out, size_t begun_at);
inline constexpr const char* kLastChunk = "0\r\n\r\n";

}  // namespace kollect::net
