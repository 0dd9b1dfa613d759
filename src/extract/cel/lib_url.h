// URLs as Kubernetes' url() understands them: what Go's net/url accepts as the target of a request,
// taken apart.
//
// Nothing is decoded when a URL is read; the parts are pieces of its text and live as long as that.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kollect::extract {

struct Url {
  std::string_view scheme;    // as written; empty for a path alone
  std::string_view opaque;    // what follows a scheme without a slash: "mailto:a@b"
  std::string_view user;      // "user" or "user:password", escaped; see has_user
  std::string_view host;      // with port and brackets, escaped
  std::string_view path;      // escaped, as written
  std::string_view query;     // without "?"
  std::string_view fragment;  // without "#", escaped
  bool has_user = false;
  bool has_empty_query = false;  // "?" is there and nothing after it
  bool has_authority = false;
};

// Whether the text is an absolute URL or an absolute path.
bool is_url(std::string_view text);
// The same, and what stands behind "#" is a fragment, no part of path or query.
std::optional<Url> parse_url(std::string_view text);

// Each writes at most as many bytes as the part has (escaped_path: three times as many) and tells
// how many. Unescaped text may be no UTF-8.
size_t lower_scheme(const Url& url, char* out);
size_t unescaped_host(const Url& url, char* out);
size_t escaped_path(const Url& url, char* out);

// Host and port of an unescaped host: "[::1]:80" is "::1" and "80".
struct HostPort {
  std::string_view host;
  std::string_view port;
};
HostPort split_host_port(std::string_view host);

// The query of a URL; empty when it has more than 10,000 pairs, which are not read.
std::string_view readable_query(const Url& url);

// Takes the next well-formed "key=value" off the front of a query, still escaped; false when there
// is none left.
struct QueryPair {
  std::string_view key;
  std::string_view value;
};
bool take_pair(std::string_view& query, QueryPair& pair);
// Escapes undone and "+" as space: at most text.size() bytes.
size_t unescape_query(std::string_view text, char* out);

// The whole URL in normal form; equal URLs have equal texts.
std::string url_text(const Url& url);

}  // namespace kollect::extract
