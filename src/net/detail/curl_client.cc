#include <algorithm>

#include <fmt/format.h>

#include "base/guarded.h"
#include "net/client.h"
#include "net/detail/transfer.h"

namespace kollect::net {

namespace {

constexpr std::chrono::milliseconds kLongestPoll{1'000};
constexpr size_t kIdleSessions = 4;
constexpr long kIdleConnections = 8;

// The connections of one call at a time.
struct Session {
  TlsAlert alert;
  CurlMulti multi;
};

// Keeps the body, or hands it on when the response is a success and somebody wants it in pieces.
class BodyReader : public TransferReader {
 public:
  BodyReader(size_t max_bytes, const Client::ChunkReader* on_chunk)
      : max_bytes_(max_bytes), on_chunk_(on_chunk) {}

  bool take_head(const Response& head) override {
    response_ = head;
    return true;
  }

  Take take_bytes(std::string_view bytes) override {
    if (on_chunk_ != nullptr && response_.is_success()) {
      const Status taken = (*on_chunk_)(bytes);
      if (!taken) failure_ = taken.error();
    } else if (bytes.size() > max_bytes_ - response_.body.size()) {
      is_too_long_ = true;
    } else {
      response_.body.append(bytes);
    }
    return failure_ || is_too_long_ ? Take::stop : Take::taken;
  }

  const std::optional<Error>& failure() const { return failure_; }
  bool is_too_long() const { return is_too_long_; }
  Response take_response() { return std::move(response_); }

 private:
  const size_t max_bytes_;
  const Client::ChunkReader* on_chunk_;
  Response response_;
  std::optional<Error> failure_;
  bool is_too_long_ = false;
};

// A transfer for as long as it is part of a multi handle.
class Running {
 public:
  Running(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    curl_multi_add_handle(multi_, easy_);
  }
  ~Running() { curl_multi_remove_handle(multi_, easy_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // One step; the code of the end, if it has come.
  std::optional<CURLcode> step() {
    int left = 0;
    curl_multi_perform(multi_, &left);
    const CURLMsg* message = curl_multi_info_read(multi_, &left);
    if (message == nullptr || message->msg != CURLMSG_DONE) return std::nullopt;
    return message->data.result;
  }

 private:
  CURLM* multi_;
  CURL* easy_;
};

struct Until {
  Deadline deadline;
  std::stop_token stop;
};

// Ends the wait in a multi handle when a stop is asked for.
struct WakeUp {
  CURLM* multi;
  void operator()() const { curl_multi_wakeup(multi); }
};

// Runs to the end of the transfer, the deadline or the stop; a guarded one maybe twice.
Status run(Session& session, Transfer& transfer, const Until& until) {
  const std::stop_callback wake(until.stop, WakeUp{session.multi.get()});
  std::optional<Running> running(std::in_place, session.multi.get(), transfer.handle());
  while (true) {
    if (until.stop.stop_requested()) return cancelled("stopped while waiting for an answer");
    const auto now = Steady::now();
    if (now >= until.deadline) {
      return transfer.given_up("no complete answer within the time allowed for the call");
    }
    const auto idle_at = transfer.idle_at().value_or(until.deadline);
    if (now >= idle_at) return transfer.silent();
    if (const auto code = running->step()) {
      if (const auto outcome = transfer.outcome(*code)) return *outcome;
      running.reset();
      running.emplace(session.multi.get(), transfer.handle());
      continue;
    }
    const auto wait = std::min(kLongestPoll, std::chrono::ceil<std::chrono::milliseconds>(
                                                 std::min(until.deadline, idle_at) - now));
    curl_multi_poll(session.multi.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
}

}  // namespace

class Client::Pool {
 public:
  explicit Pool(ClientOptions options) : options_(std::move(options)) {}

  Result<Response> call(const Request& request, const Until& until, const ChunkReader* on_chunk) {
    std::unique_ptr<Session> session = take();
    auto result = call_on(*session, request, until, on_chunk);
    give_back(std::move(session));
    return result;
  }

 private:
  Result<Response> call_on(Session& session, const Request& request, const Until& until,
                           const ChunkReader* on_chunk) {
    Transfer transfer(
        request, options_.connection,
        {.version = options_.connection.version, .idle_timeout = options_.idle_timeout});
    BodyReader reader(options_.max_body_bytes, on_chunk);
    if (const Status ready = transfer.prepare(reader, session.alert); !ready) return ready.error();
    const Status done = run(session, transfer, until);
    if (reader.failure()) return *reader.failure();
    if (reader.is_too_long()) {
      return transfer.given_up(
          fmt::format("the answer is longer than the {} bytes allowed", options_.max_body_bytes));
    }
    if (!done) return done.error();
    return reader.take_response();
  }

  // The session used last has the freshest connections.
  std::unique_ptr<Session> take() {
    auto idle = idle_.with([](std::vector<std::unique_ptr<Session>>& sessions) {
      if (sessions.empty()) return std::unique_ptr<Session>();
      auto last = std::move(sessions.back());
      sessions.pop_back();
      return last;
    });
    if (idle) return idle;
    prepare_curl();
    auto session = std::make_unique<Session>();
    session->multi.reset(curl_multi_init());
    KOLLECT_CHECK(session->multi != nullptr);
    curl_multi_setopt(session->multi.get(), CURLMOPT_MAXCONNECTS, kIdleConnections);
    return session;
  }

  void give_back(std::unique_ptr<Session> session) {
    idle_.with([&](std::vector<std::unique_ptr<Session>>& sessions) {
      if (sessions.size() < kIdleSessions) sessions.push_back(std::move(session));
    });
  }

  const ClientOptions options_;
  Guarded<std::vector<std::unique_ptr<Session>>> idle_;
};

Client::Client(ClientOptions options) : pool_(std::make_unique<Pool>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Response> Client::call(const Request& request, Deadline deadline, std::stop_token stop) {
  return pool_->call(request, {deadline, std::move(stop)}, nullptr);
}

Result<Response> Client::call_streaming(const Request& request, Deadline deadline,
                                        std::stop_token stop, const ChunkReader& on_chunk) {
  return pool_->call(request, {deadline, std::move(stop)}, &on_chunk);
}

}  // namespace kollect::net
