// The documents of a watch: {"type":"MODIFIED","object":{...}}.
#pragma once

#include <optional>
#include <string_view>

#include "base/json_scan.h"
#include "base/result.h"

namespace kollect::kube {

struct WatchFrame {
  enum class Type { added, modified, erased, bookmark, error };
  Type type = Type::added;
  std::string_view object = {};
};

// Cuts a frame without reading its object. A frame as API servers write it costs a comparison of
// its first bytes; any other member order or spacing is read in full. nullopt for what is no frame
// or has an unknown type.
std::optional<WatchFrame> cut_frame(std::string_view bytes);

// Reads what a watch must know of an object, with no allocation in the steady state.
class VersionReader {
 public:
  VersionReader();

  struct Version {
    std::string_view resource_version = {};  // good until the next call
    bool ends_initial_events = false;        // the bookmark behind a streaming list
  };
  Result<Version> read(std::string_view object);
  // The resourceVersion alone. Where it stands as API servers write it, behind nothing but texts,
  // only the bytes before it are looked at; empty when there is none.
  Result<std::string_view> resource_version(std::string_view object);

 private:
  json::PathTrie wanted_;
  json::Scanner scanner_;
  json::Arena arena_;
};

}  // namespace kollect::kube
