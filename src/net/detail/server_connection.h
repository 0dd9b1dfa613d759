// One connection of the server: reads requests, calls the handler, sends what it answers.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "base/guarded.h"
#include "net/detail/request_parser.h"
#include "net/detail/server_socket.h"
#include "net/server.h"

namespace kollect::net {

// What a waker reaches: the connection while its streamed response lives.
class ServerConnection;
struct WakeGate {
  ServerConnection* connection = nullptr;
  bool is_posted = false;
};

// What all connections of a server share; outlives them.
struct ServerService {
  const ServerOptions options;
  const Handler handler;
  std::stop_source draining{};                    // no further request is wanted
  mutable Guarded<size_t> held_bytes{size_t{0}};  // of bodies that are read or answered
};

// Everything runs on the socket's strand. The server holds it until `on_closed`, and its operations
// hold it too.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  // `on_closed` is called once, on the strand.
  ServerConnection(std::unique_ptr<ServerSocket> socket, const ServerService& service,
                   std::function<void()> on_closed);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  void start();
  // Any thread, once the service drains: a connection that is idle or streams ends at once, others
  // by themselves.
  void drain();
  // Since when it waits for its client to send a request; nothing while it answers. Any thread.
  std::optional<Steady::time_point> waiting_since() const { return waiting_since_.copy(); }
  // Ends it, to make room, unless it has begun to answer. Any thread.
  void evict();

 private:
  using Millis = std::chrono::milliseconds;
  enum class Step { handshake, idle, header, body, handler, sending, streaming, closing };
  enum class After { next_request, linger };
  enum class Phase { pulling, writing, waiting };  // of a streamed response

  bool is_draining() const { return service_.draining.stop_requested(); }

  // Reading
  void read_request();
  void read_more();
  void took_bytes(const ErrorCode& error, size_t count);
  void parse();
  void send_continue();
  // Counts the body of the request in what the server holds; no when that is too much.
  bool hold(size_t bytes);

  // Answering
  void answer();
  Reply ask(const Request& request);
  void send_whole(Response response, bool is_head);
  void refuse(int status);

  // Sending
  void send_rest(size_t from);
  void sent();

  // Streaming
  void stream(Response response, std::unique_ptr<BodySource> source);
  Waker make_waker();
  void pull();
  BodySource::Pulled pull_source();
  void wait_for_source(std::optional<Steady::time_point> again_at);
  void woken();
  void watch_peer();
  void look_for_peer();
  void end_stream();

  // Time and end
  void set_deadline(Millis limit);
  void clear_deadline() { deadline_ = Steady::time_point::max(); }
  void arm_deadline();
  void linger();
  void discard();
  void close();

  const std::unique_ptr<ServerSocket> socket_;
  const ServerService& service_;
  const ServerOptions& options_;
  const std::function<void()> on_closed_;
  const std::shared_ptr<Guarded<WakeGate>> gate_;
  Peer peer_;

  Step step_ = Step::handshake;
  bool is_closed_ = false;
  std::array<char, 8192> buffer_{};
  std::string in_;  // read and not yet parsed
  RequestParser parser_;
  bool sent_continue_ = false;
  size_t held_ = 0;
  Guarded<std::optional<Steady::time_point>> waiting_since_;

  std::string out_;
  After after_ = After::next_request;
  std::unique_ptr<BodySource> source_;
  BodySource::Pulled pulled_;
  Phase phase_ = Phase::pulling;
  bool is_chunked_ = true;
  bool pull_again_ = false;  // woken while not waiting

  Steady::time_point deadline_ = Steady::time_point::max();
  bool is_armed_ = false;
  boost::asio::steady_timer deadline_timer_;
  boost::asio::steady_timer pull_timer_;
  boost::asio::steady_timer peer_timer_;
};

}  // namespace kollect::net
