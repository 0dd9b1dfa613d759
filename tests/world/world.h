// Real servers for tests: kube-apiserver, PostgreSQL, promtool and whatever else stands in
// servers/.
//
// A World runs the driver `tests/world/world up ...` (README.md has its protocol) and ends it, with
// all its servers, when it goes. Tests share one World per binary through SharedWorld and open
// their own when they break things. Every test begins with KOLLECT_NEED_WORLD, which skips it where
// a server cannot be had.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/result.h"

namespace kollect::testing {

// Paths are absolute; user names are keys of `tokens` and `kubeconfigs`: admin (may do everything),
// reader (reads and watches all), reader-a (the same in namespace team-a only), lister (reads all,
// may not watch), nobody (nothing).
struct KubeApiserver {
  std::string url;
  std::string ca;
  std::string kubectl;     // acts as admin unless KUBECONFIG says otherwise
  std::string kubeconfig;  // of admin
  std::string client_certificate;
  std::string client_key;
  std::map<std::string, std::string> tokens;
  std::map<std::string, std::string> kubeconfigs;
};

struct Postgres {
  std::string url;        // of an ordinary role that owns an empty database
  std::string admin_url;  // of the superuser
  std::string psql;
};

// Running servers. One thread at a time; moves, does not copy.
class World {
 public:
  // Starts the servers, and those that they need, and returns when all of them answer.
  // Fault::missing when one cannot be had on this machine, with the cure; any other fault is a
  // defect of the world.
  static Result<World> open(const std::vector<std::string>& servers);

  World(World&&) noexcept;
  World& operator=(World&&) noexcept;
  // Stops the servers and returns when none of their processes is left.
  ~World();

  // Each reads the server it is named after; asking for one that was not opened ends the process.
  KubeApiserver kube() const;
  Postgres postgres() const;
  std::string promtool() const;
  // All that the driver said of a server, for one that has no method here. Good for the life of the
  // World.
  const json::Value& description(std::string_view server) const;

  // Faults. Data and port stay; restart() returns when the server answers again.
  Status kill(std::string_view server);
  Status restart(std::string_view server);
  Status freeze(std::string_view server);
  Status thaw(std::string_view server);

  // How long the server took to answer when it was opened.
  std::chrono::milliseconds start_time(std::string_view server) const;
  pid_t driver_pid() const;

 private:
  struct Driver;

  explicit World(std::unique_ptr<Driver> driver);
  Status command(std::string_view fault, std::string_view server);

  std::unique_ptr<Driver> driver_;
};

// The World of a test binary. Declared once, const, at namespace scope; opened before the first
// test and closed after the last one.
class SharedWorld {
 public:
  explicit SharedWorld(std::vector<std::string> servers);

  const Result<World>& result() const;
  World* operator->() const;

 private:
  class Environment;

  Environment* environment_;  // owned by GoogleTest
};

// What a test does about a World that did not open.
enum class Absence { none, skip, fail };
Absence absence(const Result<World>& world);
inline Absence absence(const SharedWorld& world) { return absence(world.result()); }
// Reason and cure, for people.
std::string absence_text(const Result<World>& world);
inline std::string absence_text(const SharedWorld& world) { return absence_text(world.result()); }

// First line of a test: goes on when the world is there; skips with reason and cure when a server
// is missing; fails when it is broken, or missing although KOLLECT_REQUIRE_WORLD=1 is set.
#define KOLLECT_NEED_WORLD(world)                              \
  switch (::kollect::testing::absence(world)) {                \
    case ::kollect::testing::Absence::none:                    \
      break;                                                   \
    case ::kollect::testing::Absence::skip:                    \
      GTEST_SKIP() << ::kollect::testing::absence_text(world); \
    case ::kollect::testing::Absence::fail:                    \
      FAIL() << ::kollect::testing::absence_text(world);       \
  }                                                            \
  static_assert(true)

}  // namespace kollect::testing
