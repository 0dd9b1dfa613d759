// The eleven custom resource kinds as tables: the entry of everything that walks them.
#pragma once

#include <span>
#include <string_view>

#include "api/field.h"

namespace kollect::api {

inline constexpr std::string_view kGroup = "kollect.dev";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kApiVersion = "kollect.dev/v1alpha1";

struct Column {
  std::string_view name;
  std::string_view type;  // string, integer, date
  std::string_view json_path;
};

// One generated sample. Rows of `values` replace the examples of the table: a path below `spec` and
// JSON text.
struct Sample {
  struct Value {
    std::string_view path;
    std::string_view json;
  };
  std::string_view suffix;     // of the file name
  std::string_view name;       // of the object
  std::string_view type = {};  // of a sink; decides which blocks are shown
  std::span<const Value> values = {};
};

struct Kind {
  std::string_view name;
  std::string_view plural;
  std::string_view short_name;
  std::string_view help;          // first sentence: what it is
  std::span<const Field> fields;  // metadata, spec and, where there is one, status
  std::span<const Column> columns;
  std::span<const Sample> samples;
  bool is_cluster_scoped = false;
  bool requires_metadata = false;

  bool has_status() const { return find_field(fields, "status") != nullptr; }
};

// All kinds in the order of the reference.
std::span<const Kind* const> kinds();
// By name as in `kind:`; null when it is none of ours.
const Kind* find_kind(std::string_view name);

// The table of a struct: kind_of<Profile>().
template <typename Object>
const Kind& kind_of();

}  // namespace kollect::api
