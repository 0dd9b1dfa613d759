// The operator put together: the only file that knows every part.
//
// Parts are declared and started in the order in which bytes flow (cluster, catalog, listeners) and
// stop in reverse.
#pragma once

#include <memory>
#include <optional>

#include "app/operator_options.h"
#include "base/log.h"
#include "kube/kubeconfig.h"

namespace kollect::app {

// What is listened on; not set: not served.
struct OperatorPorts {
  std::optional<uint16_t> webhook = std::nullopt;
  std::optional<uint16_t> metrics = std::nullopt;
  std::optional<uint16_t> health = std::nullopt;
};

// One thread opens, starts and stops it.
class Operator {
 public:
  // Binds every listener and connects to nothing; the cluster may be out of reach. An error says
  // which certificate, address or combination of options cannot be used.
  static Result<std::unique_ptr<Operator>> open(const OperatorOptions& options,
                                                kube::ClusterAccess access, const Log& log);
  virtual ~Operator() = default;  // stops

  virtual void start() = 0;
  // Returns when every thread has ended, within a second.
  virtual void stop() = 0;
  virtual OperatorPorts ports() const = 0;
};

}  // namespace kollect::app
