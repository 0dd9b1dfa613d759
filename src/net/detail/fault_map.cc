#include "net/detail/fault_map.h"

#include <algorithm>

#include <fmt/format.h>

namespace kollect::net {

namespace {

struct Meaning {
  CURLcode code;
  Fault fault;
  std::string_view text;
};

constexpr Meaning kMeanings[] = {
    {CURLE_URL_MALFORMAT, Fault::invalid, "the URL is malformed"},
    {CURLE_COULDNT_RESOLVE_PROXY, Fault::unavailable,
     "the proxy's name does not resolve; check the proxy in the environment"},
    {CURLE_COULDNT_RESOLVE_HOST, Fault::unavailable,
     "the host name does not resolve; check the name and the DNS"},
    {CURLE_COULDNT_CONNECT, Fault::unavailable,
     "cannot connect; check that the server runs and that the port is reachable"},
    {CURLE_UNSUPPORTED_PROTOCOL, Fault::unavailable,
     "what listens there does not speak HTTP; check scheme and port"},
    {CURLE_WEIRD_SERVER_REPLY, Fault::unavailable,
     "what listens there does not speak HTTP; check scheme and port"},
    {CURLE_GOT_NOTHING, Fault::unavailable, "the server closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, Fault::unavailable,
     "the server closed the connection before the end of its answer"},
    {CURLE_RECV_ERROR, Fault::unavailable, "the answer broke off or is garbled"},
    {CURLE_SEND_ERROR, Fault::unavailable, "the server stopped taking the request"},
    {CURLE_HTTP2, Fault::unavailable, "the server broke the HTTP/2 protocol"},
    {CURLE_HTTP2_STREAM, Fault::unavailable, "the server broke off the HTTP/2 stream"},
    {CURLE_BAD_CONTENT_ENCODING, Fault::unavailable, "the answer's encoding is garbled"},
    {CURLE_PEER_FAILED_VERIFICATION, Fault::denied,
     "the server's certificate is not trusted; check the CA certificate and the host name"},
    {CURLE_SSL_ISSUER_ERROR, Fault::denied,
     "the server's certificate is not trusted; check the CA certificate"},
    {CURLE_SSL_CONNECT_ERROR, Fault::unavailable,
     "the TLS handshake failed; check that the port speaks TLS"},
    {CURLE_SSL_CERTPROBLEM, Fault::invalid,
     "our client certificate or key cannot be used; check both"},
    {CURLE_SSL_CACERT_BADFILE, Fault::invalid, "the CA certificate cannot be read; check it"},
    {CURLE_SSL_CIPHER, Fault::unavailable, "the TLS handshake failed: no common cipher"},
};

constexpr Meaning kUnknown = {CURLE_OK, Fault::internal,
                              "the transfer failed in an unforeseen way"};

// Alerts by which a server turns down a client's certificate (RFC 8446, 6).
constexpr int kCertificateAlerts[] = {42, 43, 44, 45, 46, 48, 49, 116};

bool is_certificate_alert(int alert) {
  return std::ranges::find(kCertificateAlerts, alert) != std::end(kCertificateAlerts);
}

// Limits of the library itself are reported as being out of memory, in a header always.
Meaning meaning(CURLcode code, const TransferFacts& facts) {
  const bool may_be_alert =
      code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;
  if (may_be_alert && is_certificate_alert(facts.tls_alert)) {
    return {code, Fault::denied,
            "the server does not accept our client certificate; check certificate and key"};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    if (!facts.connected) {
      return {code, Fault::unavailable,
              "no connection in time; check that the address is right and nothing drops packets"};
    }
    return {code, Fault::unavailable,
            facts.headed ? "the server stalled in the middle of its answer"
                         : "the server did not answer in time"};
  }
  if (code == CURLE_OUT_OF_MEMORY && facts.connected && !facts.headed) {
    return {code, Fault::unavailable, "the answer's header is too long"};
  }
  const auto found = std::ranges::find(kMeanings, code, &Meaning::code);
  return found == std::end(kMeanings) ? kUnknown : *found;
}

}  // namespace

Error transfer_error(CURLcode code, const TransferFacts& facts) {
  const Meaning what = meaning(code, facts);
  const std::string_view detail =
      facts.detail.empty() ? std::string_view(curl_easy_strerror(code)) : facts.detail;
  return Error{.fault = what.fault,
               .message = fmt::format("{} {}: {} ({})", facts.method, facts.url, what.text, detail),
               .context = {}};
}

}  // namespace kollect::net
