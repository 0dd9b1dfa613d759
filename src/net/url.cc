#include "net/url.h"

#include <algorithm>
#include <charconv>

#include "base/address.h"

namespace kollect::net {

namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error malformed(std::string_view why) {
  return invalid("the URL is malformed: " + std::string(why));
}

// Cuts `text` before the first of `ends`; what follows the mark is returned, nullopt without a
// mark.
std::optional<std::string> cut(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string rest(text.substr(at + 1));
  text = text.substr(0, at);
  return rest;
}

Status check_characters(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c <= ' ' || c > '~' || std::string_view("\\\"<>^`{|}").find(c) != std::string_view::npos) {
      return malformed("it has a character that must be percent-encoded");
    }
    if (c == '%' &&
        (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)) {
      return malformed("a % is not followed by two hexadecimal digits");
    }
  }
  return {};
}

Status read_scheme(std::string_view scheme, Url& url) {
  const auto is_scheme_character = [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (scheme.empty() || !is_letter(scheme[0]) ||
      !std::ranges::all_of(scheme, is_scheme_character)) {
    return malformed("it must start with a scheme such as https://");
  }
  url.scheme = lower(scheme);
  return {};
}

Status read_port(std::string_view text, Url& url) {
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0 || port > 65535) {
    return malformed("the port is no number from 1 to 65535");
  }
  url.port = static_cast<uint16_t>(port);
  return {};
}

Status read_host(std::string_view host, Url& url) {
  if (host.empty()) return malformed("it names no host");
  const auto is_name_character = [](char c) { return is_unreserved(c) && c != '~'; };
  if (host.size() > 253 || !std::ranges::all_of(host, is_name_character)) {
    return malformed("the host is neither a name nor an address");
  }
  url.host = lower(host);
  return {};
}

// host, host:port, [v6] or [v6]:port.
Status read_authority(std::string_view authority, Url& url) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  size_t end = authority.find(':');
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    const auto address = parse_ip(authority.substr(0, close == authority.npos ? 0 : close + 1));
    const std::string_view inside = authority.substr(1, close == authority.npos ? 0 : close - 1);
    if (!address || inside.find(':') == inside.npos || inside.find('%') != inside.npos) {
      return malformed("what stands in brackets is no IPv6 address");
    }
    url.host = lower(inside);
    end = close + 1;
  } else {
    const Status host = read_host(authority.substr(0, end), url);
    if (!host) return host;
  }
  if (end >= authority.size()) return {};
  if (authority[end] != ':') return malformed("after the address comes something else than a port");
  return read_port(authority.substr(end + 1), url);
}

std::string encode(std::string_view text, std::string_view also_plain) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || also_plain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string query_without_values(std::string_view query) {
  std::string out;
  while (true) {
    const size_t end = query.find('&');
    const std::string_view field = query.substr(0, end);
    const size_t equals = field.find('=');
    out += field.substr(0, equals);
    if (equals != std::string_view::npos) out += "=***";
    if (end == std::string_view::npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port) out += ":" + std::to_string(*port);
  return out;
}

std::string Url::text() const {
  std::string out = scheme + "://";
  if (!userinfo.empty()) out += userinfo + "@";
  out += authority() + path;
  if (query) out += "?" + *query;
  if (fragment) out += "#" + *fragment;
  return out;
}

std::string Url::redacted() const {
  std::string out = scheme + "://" + authority() + path;
  if (query) out += "?" + query_without_values(*query);
  return out;
}

uint16_t Url::effective_port() const {
  if (port) return *port;
  if (scheme == "https") return 443;
  return scheme == "http" ? 80 : 0;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  const size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos)
    return malformed("it must start with a scheme such as https://");
  if (const Status scheme = read_scheme(text.substr(0, scheme_end), url); !scheme)
    return scheme.error();
  text.remove_prefix(scheme_end + 3);
  url.fragment = cut(text, '#');
  url.query = cut(text, '?');
  const size_t path = std::min(text.find('/'), text.size());
  url.path = text.substr(path);
  if (const Status host = read_authority(text.substr(0, path), url); !host) return host.error();
  for (const std::string* part : {&url.userinfo, &url.path}) {
    if (const Status fine = check_characters(*part); !fine) return fine.error();
  }
  for (const auto* part : {&url.query, &url.fragment}) {
    if (const Status fine = check_characters(part->value_or("")); !fine) return fine.error();
  }
  return url;
}

std::string redacted_url(std::string_view text) {
  const Result<Url> url = parse_url(text);
  return url ? url->redacted() : "(malformed URL)";
}

std::string percent_encode(std::string_view text) { return encode(text, ""); }

std::string percent_encode_path(std::string_view text) { return encode(text, "/"); }

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string format_query(const std::vector<QueryField>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + "=" + percent_encode(value);
  }
  return out;
}

std::vector<QueryField> parse_query(std::string_view query) {
  std::vector<QueryField> fields;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    std::string field(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    std::ranges::replace(field, '+', ' ');
    const size_t equals = std::min(field.find('='), field.size());
    auto name = percent_decode(std::string_view(field).substr(0, equals));
    auto value = percent_decode(std::string_view(field).substr(std::min(equals + 1, field.size())));
    if (name && value && !(name->empty() && value->empty())) fields.emplace_back(*name, *value);
  }
  return fields;
}

Target split_target(std::string_view target) {
  const size_t at = std::min(target.find('?'), target.size());
  return {target.substr(0, at), target.substr(std::min(at + 1, target.size()))};
}

}  // namespace kollect::net
