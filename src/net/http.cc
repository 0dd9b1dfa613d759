#include "net/http.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include <fmt/format.h>

#include "net/url.h"

namespace kollect::net {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

struct Phrase {
  int status;
  std::string_view text;
};

constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

struct Meaning {
  Fault fault;
  std::string_view cure;
};

Meaning meaning(int status) {
  switch (status) {
    case 401:
      return {Fault::denied, "check the credentials"};
    case 403:
      return {Fault::denied, "check the permissions of these credentials"};
    case 407:
      return {Fault::denied, "check the proxy's credentials"};
    case 404:
    case 410:
      return {Fault::missing, "check the URL and that what it names exists"};
    case 409:
    case 412:
      return {Fault::conflict, "it was changed by somebody else meanwhile"};
    case 429:
      return {Fault::throttled, "the server asks for fewer requests"};
    case 408:
    case 425:
      return {Fault::unavailable, "the server asks to try again"};
    default:
      break;
  }
  if (status >= 500) return {Fault::unavailable, "see the server's own logs"};
  if (status >= 300 && status < 400) {
    return {Fault::invalid, "redirects are not followed; use the final URL"};
  }
  if (status >= 400) return {Fault::invalid, "the server does not accept this request"};
  return {Fault::unavailable, "this is not an answer expected here"};
}

}  // namespace

void Headers::add(std::string name, std::string value) {
  fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Header& field) { return same_name(field.name, name); });
  fields_.push_back({std::string(name), std::move(value)});
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      fields_, [&](const Header& field) { return same_name(field.name, name); });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::string_view reason_phrase(int status) {
  const auto found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == std::end(kPhrases) ? std::string_view() : found->text;
}

std::optional<double> retry_after_seconds(std::string_view field, Wall::time_point now) {
  unsigned seconds = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, seconds);
  if (error == std::errc() && stop == end) return seconds;
  std::tm date{};
  const std::string text(field);
  const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  const auto then = Wall::from_time_t(timegm(&date));
  return std::max(0.0, std::chrono::duration<double>(then - now).count());
}

Error status_error(const Request& request, const Response& response, Wall::time_point now) {
  const Meaning what = meaning(response.status);
  const std::string_view phrase = reason_phrase(response.status);
  Error error{.fault = what.fault, .message = {}, .context = {}};
  error.message =
      fmt::format("{} {} was answered with {}{}{}: {}", request.method, redacted_url(request.url),
                  response.status, phrase.empty() ? "" : " ", phrase, what.cure);
  const auto delay = response.headers.find("Retry-After");
  if (what.fault == Fault::throttled && delay) {
    error.retry_after_seconds = retry_after_seconds(*delay, now);
  }
  return error;
}

}  // namespace kollect::net
