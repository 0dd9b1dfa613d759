#include "bench/replay/http.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace kollect::bench {
namespace {

constexpr size_t kMaxHeadBytes = size_t{64} << 10;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

// The text before the first `by`, which is taken off `text` together with it.
std::string_view cut(std::string_view& text, std::string_view by) {
  const size_t at = text.find(by);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + by.size());
  return head;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

void read_target(std::string_view target, Request& out) {
  out.path = decoded(cut(target, "?"));
  while (!target.empty()) {
    std::string_view pair = cut(target, "&");
    const std::string_view name = cut(pair, "=");
    out.query.emplace_back(decoded(name), decoded(pair));
  }
}

// The length of the body that the headers announce.
size_t read_headers(std::string_view headers, Request& out) {
  size_t length = 0;
  while (!headers.empty()) {
    std::string_view value = cut(headers, "\r\n");
    const std::string_view name = cut(value, ":");
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    if (same_word(name, "accept")) out.accept += value;
    if (same_word(name, "connection")) out.close = same_word(value, "close");
    if (same_word(name, "content-length")) {
      std::from_chars(value.data(), value.data() + value.size(), length);
    }
  }
  return length;
}

}  // namespace

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

uint64_t Request::number(std::string_view name, uint64_t fallback) const {
  const std::string_view text = parameter(name);
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : fallback;
}

Result<std::optional<Request>> take_request(std::string& in) {
  const size_t end = in.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (in.size() > kMaxHeadBytes) return invalid("request head is larger than 64 KiB");
    return std::optional<Request>();
  }
  std::string_view head(in.data(), end);
  std::string_view line = cut(head, "\r\n");
  Request out;
  out.method = cut(line, " ");
  read_target(cut(line, " "), out);
  if (!line.starts_with("HTTP/1.") || out.path.empty()) return invalid("not an HTTP/1 request");
  const size_t length = read_headers(head, out);
  if (in.size() < end + 4 + length) return std::optional<Request>();
  out.body = in.substr(end + 4, length);
  in.erase(0, end + 4 + length);
  return std::optional<Request>(std::move(out));
}

std::string response_head(int status, std::string_view content_type) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nCache-Control: no-cache, private\r\n"
      "Transfer-Encoding: chunked\r\n\r\n",
      status, status < 300 ? "OK" : "Error", content_type);
}

}  // namespace kollect::bench
