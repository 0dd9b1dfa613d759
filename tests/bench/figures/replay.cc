#include <algorithm>
#include <memory>
#include <sys/socket.h>
#include <thread>

#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/process.h"
#include "bench/socket.h"

namespace kollect::bench {
namespace {

using Security = Socket::Security;

constexpr double kRequired = 500;

// Megabytes that the server sends per CPU-second of its own; the best of three lists.
Result<double> replay_rate(const ReplayProcess& replay, Security security) {
  double best = 0;
  for (int i = 0; i < 3; ++i) {
    const double before = cpu_seconds_of(replay.process->pid());
    const auto drained = drain(replay.port, "GET /api/v1/pods", Keep::nothing, security);
    if (!drained) return drained.error();
    const double seconds = cpu_seconds_of(replay.process->pid()) - before;
    best = std::max(best, static_cast<double>(drained->bytes) / 1e6 / seconds);
  }
  return best;
}

// A connection over loopback TCP, both ends ours.
struct Ends {
  int sender = -1;
  int receiver = -1;
};
Ends connected() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Ends out{.receiver = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const bool is_connected = bind(listener, name, size) == 0 && listen(listener, 1) == 0 &&
                            getsockname(listener, name, &size) == 0 &&
                            connect(out.receiver, name, size) == 0;
  if (is_connected) out.sender = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  close(listener);
  return out;
}

// The same for a thread that sends one block again and again: the price of the socket alone.
Result<double> socket_rate(uint64_t megabytes, int cpu) {
  const Ends ends = connected();
  if (ends.sender < 0) return internal("no connection to ourselves");
  double seconds = 0;
  std::jthread sender([&, fd = ends.sender]() noexcept {
    pin_to(cpu);
    const std::string block(128 << 10, 'x');
    const double before = thread_cpu_seconds();
    for (uint64_t sent = 0; sent < megabytes * 1000000;) {
      const ssize_t size = send(fd, block.data(), block.size(), MSG_NOSIGNAL);
      if (size <= 0) break;
      sent += static_cast<uint64_t>(size);
    }
    seconds = thread_cpu_seconds() - before;
    close(fd);
  });
  std::string buffer(128 << 10, ' ');
  uint64_t received = 0;
  for (ssize_t size = 1; size > 0;) {
    size = recv(ends.receiver, buffer.data(), buffer.size(), 0);
    received += size > 0 ? static_cast<uint64_t>(size) : 0;
  }
  sender.join();
  close(ends.receiver);
  return static_cast<double>(received) / 1e6 / seconds;
}

Figure figure(const Setting& setting, Security security) {
  Figure out{.unit = "MB/CPU-s", .n = setting.full ? uint64_t{200000} : 20000};
  auto replay = std::make_shared<ReplayProcess>();
  out.prepare = [replay, setting, security, n = out.n]() -> Status {
    std::vector<std::string> words = {fmt::format("--pods={}", n)};
    if (security == Security::tls) words.emplace_back("--tls");
    auto started = start_replay(setting.programs, words, setting.server_cpu);
    if (!started) return started.error();
    *replay = *std::move(started);
    return {};
  };
  out.ours = [replay, security] { return replay_rate(*replay, security); };
  return out;
}

}  // namespace

std::vector<Figure> replay(const Setting& setting) {
  std::vector<Figure> out;
  for (const Security security : {Security::plain, Security::tls}) {
    const bool is_tls = security == Security::tls;
    Figure required = figure(setting, security);
    required.name = is_tls ? "replay_tls" : "replay_plain";
    required.what =
        fmt::format("Bytes of pod lists that the replay server sends per CPU-second of its own{}.",
                    is_tls ? ", over TLS" : "");
    required.yardstick = "the rate below which it could be the bottleneck";
    required.theirs = [] { return Result<double>(kRequired); };
    required.bound = Bound::at_least;
    required.target = 1;
    out.push_back(std::move(required));
  }
  Figure floor = figure(setting, Security::plain);
  floor.name = "replay_floor";
  floor.what = "The same bytes against a loop that sends one block again and again.";
  floor.yardstick = "send() of one constant block through loopback TCP";
  floor.theirs = [setting] { return socket_rate(200, setting.server_cpu); };
  out.push_back(std::move(floor));
  return out;
}

}  // namespace kollect::bench
