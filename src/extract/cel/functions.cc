#include "extract/cel/functions.h"

#include <algorithm>

#include "base/result.h"
#include "extract/cel/lib_extensions.h"
#include "extract/cel/parser.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kTypeNames[] = {"bool",
                                           "bytes",
                                           "double",
                                           "int",
                                           "list",
                                           "map",
                                           "null_type",
                                           "string",
                                           "type",
                                           "uint",
                                           "optional_type",
                                           "google.protobuf.Timestamp",
                                           "google.protobuf.Duration"};

uint32_t bit(CelKind kind) { return uint32_t{1} << static_cast<unsigned>(kind); }

constexpr uint32_t kAnything = 0xFFFF;

uint32_t mask_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::null:
      return bit(CelKind::null);
    case TypeKind::boolean:
      return bit(CelKind::boolean);
    case TypeKind::integer:
      return bit(CelKind::integer);
    case TypeKind::unsigned_integer:
      return bit(CelKind::unsigned_integer);
    case TypeKind::number:
      return bit(CelKind::number);
    case TypeKind::string:
      return bit(CelKind::string);
    case TypeKind::bytes:
      return bit(CelKind::bytes);
    case TypeKind::timestamp:
      return bit(CelKind::timestamp);
    case TypeKind::duration:
      return bit(CelKind::duration);
    case TypeKind::type:
      return bit(CelKind::type);
    case TypeKind::list:
      return bit(CelKind::list);
    case TypeKind::map:
      return bit(CelKind::map);
    case TypeKind::opaque:
      return bit(CelKind::opaque);
    case TypeKind::dyn:
    case TypeKind::parameter:
    case TypeKind::variable:
      return kAnything;
  }
  return kAnything;
}

}  // namespace

FunctionTable::FunctionTable(std::span<const Library* const> libraries) {
  for (const Library* library : libraries) {
    opaque_types_.insert(opaque_types_.end(), library->types.begin(), library->types.end());
  }
  for (const MacroRow& macro : standard_macros()) macros_.push_back(&macro);
  for (const Library* library : libraries) {
    for (const MacroRow& macro : library->macros) macros_.push_back(&macro);
    for (const FunctionRow& row : library->functions) add(row);
  }
}

void FunctionTable::add(const FunctionRow& row) {
  auto types = pool_.parse_list(row.arguments);
  const auto result = pool_.parse(row.result);
  KOLLECT_CHECK(types && result);
  Overload overload{.form = row.form, .types = std::move(*types), .row = &row};
  for (const Type* type : overload.types) overload.arguments.push_back(accepted(*type));
  overload.types.push_back(*result);
  functions_[row.name].push_back(std::move(overload));
}

AcceptedKinds FunctionTable::accepted(const Type& type) const {
  if (is_optional(type)) return {.mask = bit(CelKind::optional)};
  AcceptedKinds kinds{.mask = mask_of(type.kind)};
  if (type.kind != TypeKind::opaque) return kinds;
  const auto found = std::ranges::find(opaque_types_, type.name, &OpaqueType::name);
  KOLLECT_CHECK(found != opaque_types_.end());
  kinds.opaque = *found;
  return kinds;
}

const std::vector<Overload>* FunctionTable::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

std::string_view FunctionTable::type_value(std::string_view name) const {
  const auto* standard = std::ranges::find(kTypeNames, name);
  if (standard != std::end(kTypeNames)) return *standard;
  const auto found = std::ranges::find(opaque_types_, name, &OpaqueType::name);
  return found == opaque_types_.end() ? std::string_view() : (*found)->name;
}

const FunctionTable& function_table() {
  static const Library* const kLibraries[] = {
      &operators_library(), &basics_library(),   &conversions_library(), &time_library(),
      &optionals_library(), &strings_library(),  &math_library(),        &lists_library(),
      &sets_library(),      &encoders_library(), &regex_library(),       &url_library(),
      &quantity_library(),  &network_library(),  &semver_library(),      &format_library(),
  };
  static const FunctionTable kTable(kLibraries);
  return kTable;
}

}  // namespace kollect::extract
