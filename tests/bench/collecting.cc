#include "bench/collecting.h"

#include <fmt/format.h>

#include "bench/measure.h"
#include "bench/socket.h"

namespace kollect::bench {

namespace {

constexpr std::chrono::milliseconds kStep{20};
constexpr double kPatienceSeconds = 120;

}  // namespace

Collecting::Collecting(uint16_t port)
    : client_({.server = server_url(port, false)}),
      loop_({.connection = {}, .max_connections_per_host = 512}),
      collector_({loop_, client_, rows_, metrics_, *this}) {}

void Collecting::add(const Wanted& wanted) {
  api::Profile profile;
  profile.metadata.namespace_name = kHome;
  profile.metadata.name = "objects";
  profile.spec = profile_of(wanted.resource, wanted.attributes);
  for (const WantedTarget& target : wanted.targets) {
    control::TargetInput input;
    input.name = {store::Origin::target, std::string(kHome), target.name};
    input.profile_name = std::string(kHome) + "/objects";
    input.profile = profile;
    input.filter.included_namespaces = target.namespaces;
    const control::TargetName name = input.name;
    collector_.set(name, compiler_.prepare(std::move(input)));
  }
}

Status Collecting::collect(const std::vector<Wanted>& wanted, uint64_t rows) {
  for (const Wanted& one : wanted) add(one);
  const double begun = wall_seconds();
  while (!collector_.is_settled()) {
    if (wall_seconds() - begun > kPatienceSeconds) return unavailable("collection does not settle");
    loop_.run_once(kStep, {});
  }
  const size_t found = rows_.read([](const auto& store) { return store.counts().rows; });
  return found == rows ? Status() : internal(fmt::format("{} rows, not {}", found, rows));
}

Status Collecting::take_events(uint64_t events) {
  const double begun = wall_seconds();
  while (totals().events < events) {
    if (wall_seconds() - begun > kPatienceSeconds)
      return unavailable(fmt::format("{} events, not {}", totals().events, events));
    loop_.run_once(kStep, {});
  }
  return {};
}

uint64_t Collecting::row_changes() const {
  return rows_.read([](const store::RowStore& store) {
    return store.sequence({store::Origin::target, std::string(kHome)});
  });
}

Status churn(uint16_t port, std::string_view script, uint64_t steps) {
  const auto done =
      drain(port, fmt::format("POST /replay/churn?script={}&steps={}", script, steps), Keep::text);
  if (!done) return done.error();
  if (done->text.starts_with("HTTP/1.1 200")) return {};
  return internal(fmt::format("the replay server does not play {}", script));
}

}  // namespace kollect::bench
