#include "net/detail/request_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace kollect::net {

namespace http = boost::beast::http;

namespace {

int status_of(const boost::beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

struct RequestParser::State {
  http::request_parser<http::string_body> parser;
  std::optional<int> refusal;
};

RequestParser::RequestParser(const RequestLimits& limits) : state_(std::make_unique<State>()) {
  state_->parser.eager(true);
  state_->parser.header_limit(static_cast<uint32_t>(limits.max_header_bytes));
  state_->parser.body_limit(limits.max_body_bytes);
}

RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

size_t RequestParser::feed(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && stage() != Stage::done && !state_->refusal) {
    boost::beast::error_code error;
    const std::string_view rest = bytes.substr(taken);
    const size_t step = state_->parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    taken += step;
    if (error == http::error::need_more) break;
    if (error) state_->refusal = status_of(error);
    if (step == 0) break;
  }
  return taken;
}

RequestParser::Stage RequestParser::stage() const {
  if (state_->parser.is_done()) return Stage::done;
  return state_->parser.is_header_done() ? Stage::body : Stage::header;
}

std::optional<int> RequestParser::refusal() const { return state_->refusal; }

size_t RequestParser::body_bytes() const { return state_->parser.get().body().size(); }

bool RequestParser::expects_continue() const {
  return boost::beast::iequals(state_->parser.get()[http::field::expect], "100-continue");
}

bool RequestParser::is_http_1_0() const { return state_->parser.get().version() < 11; }

bool RequestParser::keeps_alive() const { return state_->parser.keep_alive(); }

Request RequestParser::take_request() {
  auto message = state_->parser.release();
  Request request{.method = std::string(message.method_string()),
                  .url = std::string(message.target()),
                  .headers = {},
                  .body = std::move(message.body())};
  for (const auto& field : message) {
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return request;
}

}  // namespace kollect::net
