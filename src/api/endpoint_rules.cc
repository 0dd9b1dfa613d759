#include "api/endpoint_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/scalar.h"

namespace kollect::api {
namespace {

constexpr size_t kNone = std::string_view::npos;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A client may undo percent escapes before it dials, so the guard does too.
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The host of `[user@]host[:port]`. More than one colon without brackets is a bare IPv6 address.
std::string host_of_authority(std::string_view authority) {
  const size_t at = authority.rfind('@');
  if (at != kNone) authority.remove_prefix(at + 1);
  if (!authority.empty() && authority.front() == '[') {
    const size_t close = authority.find(']');
    return std::string(authority.substr(1, close == kNone ? kNone : close - 1));
  }
  const size_t colon = authority.find(':');
  if (colon != kNone && authority.find(':', colon + 1) == kNone)
    authority = authority.substr(0, colon);
  return unescaped(trimmed(authority));
}

// What stands between `://` and the path. A backslash ends it for some clients and not for others.
std::string host_of_url(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return host_of_authority(url.substr(0, url.find_first_of("/?#\\")));
}

bool is_url(std::string_view text) { return text.find("://") != kNone; }

std::string scheme_of(std::string_view text) {
  const size_t colon = text.find(':');
  return colon == kNone ? "" : lower(text.substr(0, colon));
}

std::string host_of(std::string_view text, EndpointForm form) {
  const std::string scheme = scheme_of(text);
  if (is_url(text)) {
    const bool is_bucket = form == EndpointForm::bucket && (scheme == "s3" || scheme == "gs");
    return is_bucket ? "" : host_of_url(text);
  }
  if (form == EndpointForm::authority) return host_of_authority(text.substr(0, text.find('/')));
  if (form != EndpointForm::git) return "";
  const size_t colon = text.find(':');
  if (text.front() == '[' || (text.find("@[") != kNone && text.find("@[") < colon)) {
    return host_of_authority(text);
  }
  const bool is_scp = colon != kNone && text.substr(0, colon).find('/') == kNone;
  return is_scp ? host_of_authority(text.substr(0, colon)) : "";
}

}  // namespace

std::vector<std::string> hosts_of(std::string_view endpoint, EndpointForm form) {
  std::vector<std::string> hosts;
  std::string_view rest = endpoint;
  while (!rest.empty()) {
    const size_t comma = form == EndpointForm::url ? rest.find(',') : kNone;
    const std::string_view one = trimmed(rest.substr(0, comma));
    rest = comma == kNone ? std::string_view() : rest.substr(comma + 1);
    if (one.empty()) continue;
    std::string host = host_of(one, form);
    if (!host.empty()) hosts.push_back(std::move(host));
  }
  return hosts;
}

void check_endpoint(const Path& path, std::string_view endpoint, EndpointForm form,
                    const EndpointPolicy& policy, Findings& findings) {
  if (scheme_of(trimmed(endpoint)) == "file") {
    return findings.forbidden(path, "the scheme file is not allowed");
  }
  for (const std::string& host : hosts_of(endpoint, form)) {
    const Status status = check_host(host, policy);
    if (!status) findings.forbidden(path, status.error().message);
  }
}

}  // namespace kollect::api
