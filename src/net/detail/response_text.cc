#include "net/detail/response_text.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kollect::net {

namespace {

constexpr size_t kChunkHeadBytes = 10;  // eight hexadecimal digits and the end of the line

bool is_ours(std::string_view name) {
  for (const std::string_view ours : {"Content-Length", "Transfer-Encoding", "Connection"}) {
    if (Headers{{std::string(ours), ""}}.find(name)) return true;
  }
  return false;
}

void append_field(std::string& out, const Header& field) {
  out += field.name;
  out += ": ";
  std::ranges::transform(field.value, std::back_inserter(out), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  });
  out += "\r\n";
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string head_text(const Response& response, const HeadOptions& options) {
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const Header& field : response.headers) {
    if (!is_ours(field.name)) append_field(out, field);
  }
  if (options.framing == Framing::chunked) out += "Transfer-Encoding: chunked\r\n";
  if (options.framing == Framing::length && may_have_body(response.status)) {
    out += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  out += options.keeps_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

void begin_chunk(std::string& out) { out += "00000000\r\n"; }

bool end_chunk(std::string& out, size_t begun_at) {
  const size_t size = out.size() - begun_at - kChunkHeadBytes;
  if (size == 0) {
    out.resize(begun_at);
    return false;
  }
  const std::string digits = fmt::format("{:08x}", size);
  out.replace(begun_at, digits.size(), digits);
  out += "\r\n";
  return true;
}

}  // namespace kollect::net
