#include "extract/cel/lib_url.h"

#include <algorithm>

#include "extract/cel/lib_ip.h"
#include "extract/cel/lib_text.h"

namespace kollect::extract {
namespace {

constexpr ptrdiff_t kMaxPairs = 10'000;

enum class Part { path, host, zone, user, query, fragment };

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// Whether a byte stands for itself in a part of a URL.
bool is_plain(char c, Part part) {
  if (is_letter(c) || is_digit(c) || is_one_of(c, "-_.~")) return true;
  switch (part) {
    case Part::path:
      return is_one_of(c, "$&+,/:;=@");
    case Part::host:
    case Part::zone:
      return is_one_of(c, "!$&'()*+,;=:[]<>\"");
    case Part::user:
      return is_one_of(c, "$&+,;=");
    case Part::query:
      return false;
    case Part::fragment:
      return is_one_of(c, "$&+,/:;=?@!()*");
  }
  return false;
}

char escaped_byte(std::string_view text) {
  return static_cast<char>(hex_value(text[1]) << 4 | hex_value(text[2]));
}

bool is_escape(std::string_view text) {
  return text.size() >= 3 && is_hex(text[1]) && is_hex(text[2]);
}

bool is_escape_allowed(std::string_view text, Part part) {
  if (!is_escape(text)) return false;
  if (part != Part::host && part != Part::zone) return true;
  const bool is_percent = text.starts_with("%25");
  if (part == Part::host) return is_percent || hex_value(text[1]) >= 8;
  const char c = escaped_byte(text);
  return is_percent || c == ' ' || is_plain(c, Part::host);
}

bool is_well_escaped(std::string_view text, Part part) {
  const bool is_host = part == Part::host || part == Part::zone;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '%') {
      if (!is_escape_allowed(text, part)) return false;
      text.remove_prefix(3);
      continue;
    }
    if (is_host && static_cast<unsigned char>(c) < 0x80 && !is_plain(c, part)) return false;
    text.remove_prefix(1);
  }
  return true;
}

size_t unescape(std::string_view text, char* out) {
  char* const start = out;
  while (!text.empty()) {
    const bool is_escaped = text.front() == '%' && is_escape(text);
    *out++ = is_escaped ? escaped_byte(text) : text.front();
    text.remove_prefix(is_escaped ? 3 : 1);
  }
  return static_cast<size_t>(out - start);
}

// Escapes undone, then those done that the part needs: at most three times the size.
size_t normalize(std::string_view text, Part part, char* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  char* const start = out;
  while (!text.empty()) {
    const bool is_escaped = text.front() == '%' && is_escape(text);
    const char c = is_escaped ? escaped_byte(text) : text.front();
    text.remove_prefix(is_escaped ? 3 : 1);
    if (is_plain(c, part)) {
      *out++ = c;
      continue;
    }
    *out++ = '%';
    *out++ = kDigits[static_cast<unsigned char>(c) >> 4];
    *out++ = kDigits[c & 0xF];
  }
  return static_cast<size_t>(out - start);
}

// Whether the text as written is a possible escaping of what it stands for.
bool is_valid_escaped(std::string_view text, Part part) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_one_of(c, "!$&'()*+,;=:@[]%") || is_plain(c, part); });
}

std::string_view take_until(std::string_view& text, char mark) {
  const size_t end = std::min(text.find(mark), text.size());
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return front;
}

bool is_optional_port(std::string_view text) {
  return text.empty() ||
         (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

// "[::1]:80" and "[fe80::1%25eth0]".
bool is_bracketed_host(std::string_view host) {
  const size_t close = host.rfind(']');
  if (close == std::string_view::npos || !is_optional_port(host.substr(close + 1))) return false;
  const std::string_view name = host.substr(1, close - 1);
  const size_t zone = std::min(name.find("%25"), name.size());
  if (name.size() > 256 || !is_well_escaped(name.substr(0, zone), Part::host) ||
      !is_well_escaped(name.substr(zone), Part::zone))
    return false;
  char plain[256];
  const std::string_view whole(plain, unescape(name, plain));
  const size_t percent = whole.find('%');
  if (percent != std::string_view::npos && percent + 1 == whole.size()) return false;
  const auto address = IpAddress::parse(whole.substr(0, percent));
  return address && !address->is_v4();
}

bool is_host(std::string_view scheme, std::string_view host) {
  const size_t open = host.rfind('[');
  if (open != std::string_view::npos) return open == 0 && is_bracketed_host(host);
  const bool is_web = scheme.size() >= 4 && scheme.size() <= 5 && (scheme[0] | 0x20) == 'h' &&
                      (scheme[1] | 0x20) == 't' && (scheme[2] | 0x20) == 't' &&
                      (scheme[3] | 0x20) == 'p' &&
                      (scheme.size() == 4 || (scheme[4] | 0x20) == 's');
  const size_t colon = is_web ? host.find(':') : host.rfind(':');
  if (colon != std::string_view::npos && !is_optional_port(host.substr(colon))) return false;
  return is_well_escaped(host, Part::host);
}

bool is_user(std::string_view user) {
  const bool has_valid_bytes = std::all_of(user.begin(), user.end(), [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@");
  });
  return has_valid_bytes && is_well_escaped(user, Part::user);
}

bool take_authority(std::string_view& rest, Url& url) {
  rest.remove_prefix(2);
  const size_t end = std::min(rest.find('/'), rest.size());
  url.host = rest.substr(0, end);
  rest.remove_prefix(end);
  url.has_authority = true;
  const size_t at = url.host.rfind('@');
  if (at != std::string_view::npos) {
    url.has_user = true;
    url.user = url.host.substr(0, at);
    url.host.remove_prefix(at + 1);
  }
  return is_host(url.scheme, url.host) && is_user(url.user);
}

// False when the text begins with a colon.
bool take_scheme(std::string_view& rest, Url& url) {
  const size_t end = std::min(
      rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."),
      rest.size());
  if (end == rest.size() || rest[end] != ':') return true;
  if (end == 0) return false;
  if (!is_letter(rest.front())) return true;
  url.scheme = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

enum class Purpose { request, reference };

std::optional<Url> take_apart(std::string_view text, Purpose purpose) {
  Url url;
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  if (text.empty() || std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
  if (text == "*") {
    url.path = text;
    return url;
  }
  std::string_view rest = text;
  if (!take_scheme(rest, url)) return std::nullopt;
  std::string_view query = rest;
  rest = take_until(query, '?');
  url.has_empty_query = query.empty() && text.ends_with('?');
  url.query = query;
  if (!rest.starts_with('/')) {
    if (url.scheme.empty()) return std::nullopt;
    url.opaque = rest;
    return url;
  }
  const bool may_name_host =
      !url.scheme.empty() || (purpose == Purpose::reference && !rest.starts_with("///"));
  if (may_name_host && rest.starts_with("//") && !take_authority(rest, url)) return std::nullopt;
  if (!is_well_escaped(rest, Part::path)) return std::nullopt;
  url.path = rest;
  return url;
}

void append_normal(std::string& out, std::string_view text, Part part) {
  const size_t before = out.size();
  out.resize(before + 3 * text.size());
  out.resize(before + normalize(text, part, out.data() + before));
}

void append_user(std::string& out, std::string_view user) {
  const bool has_password = user.find(':') != std::string_view::npos;
  append_normal(out, take_until(user, ':'), Part::user);
  if (has_password) out += ':';
  append_normal(out, user, Part::user);
  out += '@';
}

void append_place(std::string& out, const Url& url) {
  const bool is_named = !url.host.empty() || url.has_user;
  const bool is_bare_scheme = !url.scheme.empty() && url.has_authority && !url.path.empty();
  if (is_named || is_bare_scheme) out += "//";
  if (url.has_user) append_user(out, url.user);
  append_normal(out, url.host, Part::host);
  const size_t before = out.size();
  out.resize(before + 3 * url.path.size());
  out.resize(before + escaped_path(url, out.data() + before));
}

}  // namespace

bool is_url(std::string_view text) { return take_apart(text, Purpose::request).has_value(); }

std::optional<Url> parse_url(std::string_view text) {
  if (!is_url(text)) return std::nullopt;
  std::string_view fragment = text;
  std::optional<Url> url = take_apart(take_until(fragment, '#'), Purpose::reference);
  if (!url || !is_well_escaped(fragment, Part::fragment)) return std::nullopt;
  url->fragment = fragment;
  return url;
}

size_t lower_scheme(const Url& url, char* out) {
  lower_ascii(url.scheme, out);
  return url.scheme.size();
}

size_t unescaped_host(const Url& url, char* out) { return unescape(url.host, out); }

size_t escaped_path(const Url& url, char* out) {
  if (!is_valid_escaped(url.path, Part::path)) return normalize(url.path, Part::path, out);
  std::copy(url.path.begin(), url.path.end(), out);
  return url.path.size();
}

HostPort split_host_port(std::string_view host) {
  HostPort parts{.host = host, .port = {}};
  const size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && is_optional_port(host.substr(colon))) {
    parts.port = host.substr(colon + 1);
    parts.host = host.substr(0, colon);
  }
  if (parts.host.size() >= 2 && parts.host.starts_with('[') && parts.host.ends_with(']')) {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  }
  return parts;
}

std::string_view readable_query(const Url& url) {
  const auto marks = std::count(url.query.begin(), url.query.end(), '&');
  return marks < kMaxPairs ? url.query : std::string_view();
}

bool take_pair(std::string_view& query, QueryPair& pair) {
  while (!query.empty()) {
    std::string_view rest = take_until(query, '&');
    if (rest.empty() || rest.find(';') != std::string_view::npos) continue;
    pair.key = take_until(rest, '=');
    pair.value = rest;
    if (is_well_escaped(pair.key, Part::query) && is_well_escaped(pair.value, Part::query))
      return true;
  }
  return false;
}

size_t unescape_query(std::string_view text, char* out) {
  char* const start = out;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('+'), text.size());
    out += unescape(text.substr(0, plain), out);
    if (plain < text.size()) *out++ = ' ';
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  return static_cast<size_t>(out - start);
}

std::string url_text(const Url& url) {
  std::string out(url.scheme);
  lower_ascii(url.scheme, out.data());
  if (!url.scheme.empty()) out += ':';
  if (!url.opaque.empty()) {
    out += url.opaque;
  } else {
    append_place(out, url);
  }
  if (url.has_empty_query || !url.query.empty()) out.append("?").append(url.query);
  if (url.fragment.empty()) return out;
  out += '#';
  if (is_valid_escaped(url.fragment, Part::fragment)) return out.append(url.fragment);
  append_normal(out, url.fragment, Part::fragment);
  return out;
}

}  // namespace kollect::extract
