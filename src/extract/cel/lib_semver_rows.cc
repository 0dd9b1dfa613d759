#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_semver.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

struct VersionValue : Opaque {
  Version version;
};

const Version& version_in(const Opaque& value) {
  return static_cast<const VersionValue&>(value).version;
}
const Version& version_in(const CelValue& value) { return version_in(value.opaque_content()); }

constexpr OpaqueType kVersionType{
    .name = "kubernetes.Semver",
    .equal = [](const Opaque& a, const Opaque& b) { return version_in(a) == version_in(b); },
    .text =
        [](const Opaque& value, json::Arena& arena) {
          const Version& version = version_in(value);
          char* const out = static_cast<char*>(arena.allocate(version.max_text_bytes()));
          return std::string_view(out, version.format(out));
        },
};

std::optional<Version> version_of(Arguments arguments) {
  const bool is_relaxed = arguments.size() == 2 && arguments[1].as_bool();
  return Version::parse(arguments[0].as_text(),
                        is_relaxed ? VersionSpelling::relaxed : VersionSpelling::exact);
}

CelValue semver(EvalContext& context, Arguments arguments) {
  const std::optional<Version> version = version_of(arguments);
  if (!version) return CelValue::error(CelFault::conversion, "text is no semantic version");
  const auto* value = context.make<VersionValue>(VersionValue{{&kVersionType}, *version});
  return value == nullptr ? context.exhausted() : CelValue::opaque(*value);
}

CelValue is_semver(EvalContext&, Arguments arguments) {
  return CelValue::boolean(version_of(arguments).has_value());
}

template <uint64_t Version::*part>
CelValue number(EvalContext&, Arguments arguments) {
  const uint64_t value = version_in(arguments[0]).*part;
  if (value > static_cast<uint64_t>(INT64_MAX))
    return CelValue::error(CelFault::overflow, "the version number is out of range");
  return CelValue::integer(static_cast<int64_t>(value));
}

CelValue is_less(EvalContext&, Arguments arguments) {
  return CelValue::boolean(version_in(arguments[0]) < version_in(arguments[1]));
}

CelValue is_greater(EvalContext&, Arguments arguments) {
  return CelValue::boolean(version_in(arguments[0]) > version_in(arguments[1]));
}

CelValue compared(EvalContext&, Arguments arguments) {
  const auto order = version_in(arguments[0]) <=> version_in(arguments[1]);
  return CelValue::integer(order < 0 ? -1 : order > 0 ? 1 : 0);
}

constexpr FunctionRow kRows[] = {
    {"semver", CallForm::global, "string", "kubernetes.Semver", &semver},
    {"semver", CallForm::global, "string, bool", "kubernetes.Semver", &semver},
    {"isSemver", CallForm::global, "string", "bool", &is_semver},
    {"isSemver", CallForm::global, "string, bool", "bool", &is_semver},
    {"major", CallForm::receiver, "kubernetes.Semver", "int", &number<&Version::major>},
    {"minor", CallForm::receiver, "kubernetes.Semver", "int", &number<&Version::minor>},
    {"patch", CallForm::receiver, "kubernetes.Semver", "int", &number<&Version::patch>},
    {"isLessThan", CallForm::receiver, "kubernetes.Semver, kubernetes.Semver", "bool", &is_less},
    {"isGreaterThan", CallForm::receiver, "kubernetes.Semver, kubernetes.Semver", "bool",
     &is_greater},
    {"compareTo", CallForm::receiver, "kubernetes.Semver, kubernetes.Semver", "int", &compared},
};

constexpr const OpaqueType* kTypes[] = {&kVersionType};

}  // namespace

const Library& semver_library() {
  static constexpr Library kLibrary{.name = "semver", .functions = kRows, .types = kTypes};
  return kLibrary;
}

}  // namespace kollect::extract
