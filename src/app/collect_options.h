// What `kollect collect` was asked for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/console.h"
#include "kube/kubeconfig.h"

namespace kollect::app {

enum class CollectMode : uint8_t {
  once,   // all rows when every target has settled, then the end
  watch,  // one line a change, from the first row on
  live,   // a view for people
};
enum class RowFormat : uint8_t { ndjson, json, table };

struct CollectOptions {
  std::vector<std::string> paths = {};
  kube::AccessFlags access = {};
  std::string as_user = {};
  std::vector<std::string> as_groups = {};
  CollectMode mode = CollectMode::once;
  RowFormat format = RowFormat::ndjson;
  std::chrono::nanoseconds timeout{0};                              // to settle
  std::optional<std::chrono::nanoseconds> lifetime = std::nullopt;  // of watch and live
  bool prints_stats = false;
  bool is_verbose = false;
  bool wants_help = false;
};

// Fault::invalid names the flag that cannot be used.
Result<CollectOptions> read_collect_options(const Arguments& arguments);

// The text of `kollect collect --help`.
std::string collect_help();

}  // namespace kollect::app
