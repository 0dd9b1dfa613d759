#include "api/attribute_path.h"

#include <fmt/format.h>

#include "api/scalar.h"

namespace kollect::api {
namespace {

struct Alias {
  std::string_view name;
  std::string_view field;
};

constexpr Alias kAliases[] = {
    {"releaseName", "name"},
    {"chartName", "chart.metadata.name"},
    {"chartVersion", "chart.metadata.version"},
    {"appVersion", "chart.metadata.appVersion"},
    {"revision", "version"},
    {"status", "info.status"},
    {"lastDeployed", "info.last_deployed"},
};

constexpr std::string_view kNeverExported[] = {
    "manifest", "hooks", "chart.templates", "chart.files", "chart.values", "chart.raw",
};

bool is_at_or_below(std::string_view field, std::string_view root) {
  return field.substr(0, root.size()) == root &&
         (field.size() == root.size() || field[root.size()] == '.');
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

Result<AttributePath> helm_path(std::string_view field) {
  if (field.empty()) return invalid("the field of a Helm release is empty");
  for (const Alias& alias : kAliases) {
    if (field == alias.name) return AttributePath{PathLanguage::helm, std::string(alias.field)};
  }
  if (field.front() == '.' || field.back() == '.' || field.find("..") != std::string_view::npos) {
    return invalid(fmt::format("the Helm release field \"{}\" has an empty segment", field));
  }
  for (const std::string_view root : kNeverExported) {
    if (is_at_or_below(field, root)) {
      return invalid(fmt::format("the Helm release field \"{}\" is never exported", root));
    }
  }
  return AttributePath{PathLanguage::helm, std::string(field)};
}

}  // namespace

Result<AttributePath> parse_attribute_path(std::string_view text) {
  constexpr std::string_view kCel = "cel:";
  constexpr std::string_view kHelm = "helm:";
  constexpr std::string_view kRelease = "helm:release.";
  text = trimmed(text);
  if (text.empty()) return invalid("the path is empty");
  if (text.substr(0, kCel.size()) == kCel) {
    const std::string_view expression = trimmed(text.substr(kCel.size()));
    if (expression.empty()) return invalid("the CEL expression is empty");
    return AttributePath{PathLanguage::cel, std::string(expression)};
  }
  if (text.substr(0, kRelease.size()) == kRelease) {
    return helm_path(trimmed(text.substr(kRelease.size())));
  }
  if (text.substr(0, kHelm.size()) == kHelm) {
    return invalid("a Helm path starts with helm:release.");
  }
  if (text.substr(0, 7) == "object." || text.substr(0, 7) == "object[") {
    return invalid("a CEL expression needs the prefix cel:");
  }
  return AttributePath{PathLanguage::json_path, std::string(text)};
}

bool is_helm_config(std::string_view field) { return is_at_or_below(field, "config"); }

bool names_data(std::string_view expression) {
  size_t from = 0;
  while (from < expression.size()) {
    while (from < expression.size() && !is_word_char(expression[from])) ++from;
    size_t end = from;
    while (end < expression.size() && is_word_char(expression[end])) ++end;
    const std::string segment = lower(expression.substr(from, end - from));
    if (segment == "data") return true;
    from = end;
  }
  return false;
}

}  // namespace kollect::api
