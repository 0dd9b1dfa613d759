#include "net/detail/transfer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "base/text.h"
#include "net/detail/fault_map.h"

namespace kollect::net {

namespace {

constexpr long kKeepAliveSeconds = 30;

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

long curl_version_of(HttpVersion version) {
  return version == HttpVersion::http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS;
}

// Where the context of a connection keeps its TlsAlert.
int alert_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

void note_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT) return;
  auto* alert = static_cast<TlsAlert*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), alert_index()));
  if (alert != nullptr) alert->last = value & 0xff;
}

CURLcode on_tls_context(CURL*, void* context, void* alert) {
  auto* tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_ex_data(tls, alert_index(), alert);
  SSL_CTX_set_info_callback(tls, note_alert);
  return CURLE_OK;
}

curl_blob blob_of(const std::string& text) {
  return {.data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_COPY};
}

}  // namespace

Transfer::Transfer(Request request, const ConnectionOptions& connection,
                   const TransferOptions& options)
    : request_(std::move(request)), connection_(connection), options_(options) {
  prepare_curl();
  easy_.reset(curl_easy_init());
  KOLLECT_CHECK(easy_ != nullptr);
}

// An option that this libcurl does not know is a broken build.
template <typename T>
void Transfer::set(CURLoption option, T value) {
  KOLLECT_CHECK(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK);
}

Status Transfer::prepare(TransferReader& reader, TlsAlert& alert) {
  reader_ = &reader;
  alert_ = &alert;
  if (const Status target = set_target(); !target) return target;
  if (const Status headers = set_headers(); !headers) return headers;
  set_method();
  set_limits();
  set_callbacks();
  if (url_.scheme == "https") set_tls(alert);
  return {};
}

Status Transfer::set_target() {
  const Result<Url> url = parse_url(request_.url);
  if (!url) return url.error();
  url_ = *url;
  shown_url_ = url_.redacted();
  if (url_.scheme != "https" && url_.scheme != "http") {
    return invalid(shown_url_ + ": only https:// and http:// can be called");
  }
  guard_.emplace(url_.host, connection_.guard);
  if (const Status name = guard_->check_name(); !name) return name;
  Url called = url_;
  if (!connection_.tls.server_name.empty() && url_.scheme == "https") {
    called.host = connection_.tls.server_name;
    const Url where{.scheme = {},
                    .userinfo = {},
                    .host = url_.host,
                    .port = url_.effective_port(),
                    .path = {},
                    .query = {},
                    .fragment = {}};
    append(connect_to_, ("::" + where.authority()).c_str());
    set(CURLOPT_CONNECT_TO, connect_to_.get());
  }
  called.fragment.reset();
  if (curl_easy_setopt(easy_.get(), CURLOPT_URL, called.text().c_str()) != CURLE_OK) {
    return invalid(shown_url_ + ": the URL is malformed");
  }
  if (connection_.guard) {
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
  } else if (!connection_.proxy.empty()) {
    set(CURLOPT_PROXY, connection_.proxy.c_str());
    set(CURLOPT_NOPROXY, "");
  }
  return {};
}

Status Transfer::set_headers() {
  if (!is_token(request_.method)) return invalid(shown_url_ + ": the method is no word");
  for (const Header& field : request_.headers) {
    if (!is_token(field.name) || !is_field_value(field.value)) {
      return invalid(
          fmt::format("{} {}: a header name or value has a character that may not be there",
                      request_.method, shown_url_));
    }
    const std::string_view value = trimmed(field.value);
    append(headers_, fmt::format("{}{}{}", field.name, value.empty() ? ";" : ": ", value).c_str());
  }
  if (!connection_.tls.server_name.empty() && !request_.headers.find("Host")) {
    append(headers_, ("Host: " + url_.authority()).c_str());
  }
  if (!request_.headers.find("Content-Type")) append(headers_, "Content-Type:");
  if (!request_.headers.find("User-Agent")) append(headers_, "User-Agent: kollect");
  append(headers_, "Expect:");
  set(CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

void Transfer::set_method() {
  const bool has_body = !request_.body.empty() || request_.method == "POST" ||
                        request_.method == "PUT" || request_.method == "PATCH";
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request_.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_tls(TlsAlert& alert) {
  const TlsClient& tls = connection_.tls;
  const auto text = [this](CURLoption option, const std::string& value) {
    if (!value.empty()) set(option, value.c_str());
  };
  const auto blob = [this](CURLoption option, const std::string& value) {
    const curl_blob bytes = blob_of(value);
    if (!value.empty()) set(option, &bytes);
  };
  if (!tls.ca_pem.empty() || !tls.ca_file.empty()) {
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  text(CURLOPT_CAINFO, tls.ca_file);
  blob(CURLOPT_CAINFO_BLOB, tls.ca_pem);
  text(CURLOPT_SSLCERT, tls.certificate_file);
  blob(CURLOPT_SSLCERT_BLOB, tls.certificate_pem);
  text(CURLOPT_SSLKEY, tls.key_file);
  blob(CURLOPT_SSLKEY_BLOB, tls.key_pem);
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(CURLOPT_SSL_VERIFYPEER, tls.insecure_skip_verify ? 0L : 1L);
  set(CURLOPT_SSL_VERIFYHOST, tls.insecure_skip_verify ? 0L : 2L);
  set(CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  set(CURLOPT_SSL_CTX_DATA, &alert);
}

void Transfer::set_limits() {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, curl_version_of(options_.version));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  set(CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
  set(CURLOPT_DNS_CACHE_TIMEOUT, 5L);
  set(CURLOPT_BUFFERSIZE, static_cast<long>(options_.receive_buffer_bytes));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connection_.connect_timeout.count()));
}

void Transfer::set_callbacks() {
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, words_.data());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
}

std::optional<Status> Transfer::outcome(CURLcode code) {
  switch (guard_->verdict()) {
    case DialGuard::Verdict::refused:
      return Status(guard_->refusal());
    case DialGuard::Verdict::dial_again:
      if (code != CURLE_COULDNT_CONNECT) break;
      words_[0] = '\0';
      return std::nullopt;
    case DialGuard::Verdict::no_objection:
      break;
  }
  if (limit_) return Status(*limit_);
  if (code == CURLE_OK && headed_) return Status();
  if (code == CURLE_OK) {  // which libcurl takes for an answer
    return Status(given_up("the server closed the connection in the middle of the header"));
  }
  return Status(failure(code));
}

Error Transfer::failure(CURLcode code) const {
  curl_off_t ready_after = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &ready_after);
  return transfer_error(code, {.method = request_.method,
                               .url = shown_url_,
                               .detail = words_.data(),
                               .connected = ready_after > 0,
                               .headed = headed_,
                               .tls_alert = std::exchange(alert_->last, -1)});
}

std::optional<Steady::time_point> Transfer::idle_at() const {
  if (options_.idle_timeout <= options_.idle_timeout.zero()) return std::nullopt;
  return heard_at_ + options_.idle_timeout;
}

Error Transfer::silent() const { return failure(CURLE_OPERATION_TIMEDOUT); }

Error Transfer::given_up(std::string_view why) const {
  return unavailable(fmt::format("{} {}: {}", request_.method, shown_url_, why));
}

void Transfer::unpause() {
  touch();
  curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
}

size_t Transfer::read_header(std::string_view line) {
  touch();
  if (headed_) return line.size();  // a trailer
  header_bytes_ += line.size();
  if (header_bytes_ > connection_.max_header_bytes ||
      head_.headers.size() >= connection_.max_header_count) {
    limit_ = given_up(fmt::format("the answer's header is longer than {} bytes or {} fields",
                                  connection_.max_header_bytes, connection_.max_header_count));
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    read_status(line);
    return line.size();
  }
  const std::string_view text = trimmed(line);
  if (text.empty()) {
    const bool interim = head_.status < 200 && head_.status != 101;
    if (interim) return line.size();
    headed_ = true;
    return reader_->take_head(head_) ? line.size() : 0;
  }
  const size_t colon = std::min(text.find(':'), text.size());
  head_.headers.add(std::string(trimmed(text.substr(0, colon))),
                    std::string(trimmed(text.substr(std::min(colon + 1, text.size())))));
  return line.size();
}

// "HTTP/1.1 200 OK" or "HTTP/2 200"; libcurl has checked its form.
void Transfer::read_status(std::string_view line) {
  head_ = Response{.status = 0, .headers = {}, .body = {}};
  const size_t blank = std::min(line.find(' '), line.size());
  const std::string_view rest = trimmed(line.substr(blank));
  std::from_chars(rest.data(), rest.data() + rest.size(), head_.status);
}

size_t Transfer::read_body(std::string_view bytes) {
  touch();
  switch (reader_->take_bytes(bytes)) {
    case TransferReader::Take::taken:
      return bytes.size();
    case TransferReader::Take::later:
      return CURL_WRITEFUNC_PAUSE;
    case TransferReader::Take::stop:
      break;
  }
  return bytes.empty() ? 1 : 0;
}

size_t Transfer::on_header(char* data, size_t size, size_t count, void* self) {
  return static_cast<Transfer*>(self)->read_header({data, size * count});
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
  return static_cast<Transfer*>(self)->read_body({data, size * count});
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto* transfer = static_cast<Transfer*>(self);
  if (!transfer->guard_->may_dial(address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace kollect::net
