#include "api/generate/reference.h"

#include <fmt/format.h>

#include "api/generate/description.h"
#include "api/generate/sample.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

void add(std::string& list, std::string_view text) {
  if (!list.empty()) list += ", ";
  list += text;
}

std::string number_bounds(const Field& field) {
  if (field.min && field.max) return fmt::format("{} to {}", *field.min, *field.max);
  if (field.min) return fmt::format("at least {}", *field.min);
  return field.max ? fmt::format("at most {}", *field.max) : "";
}

// Everything that limits the value, in one cell.
std::string allowed(const Field& field) {
  std::string out;
  each_word(field.values, [&](std::string_view word) { add(out, code(word)); });
  const std::string bounds = number_bounds(field);
  if (!bounds.empty()) add(out, bounds);
  if (field.min_length) add(out, fmt::format("at least {} characters", *field.min_length));
  if (field.max_length) add(out, fmt::format("at most {} characters", *field.max_length));
  if (field.max_items) add(out, fmt::format("at most {} items", *field.max_items));
  if (field.list == ListType::set) add(out, "no repeats");
  if (field.list == ListType::map) add(out, fmt::format("one per {}", code(field.list_key)));
  if (!field.only_types.empty()) {
    std::string types;
    each_word(field.only_types, [&](std::string_view word) { add(types, code(word)); });
    add(out, "types " + types);
  }
  return out;
}

// A pipe would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void append_rows(std::string& out, std::span<const Field> fields, const std::string& path) {
  each_field(fields, [&](const Field& field) {
    const std::string here = path + "." + std::string(field.name);
    out +=
        fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", here, type_word(field),
                    field.required ? "yes" : "", field.fallback.empty() ? "" : code(field.fallback),
                    cell(allowed(field)), cell(description(field)));
    if (field.type == FieldType::object)
      append_rows(out, field.fields, here + (field.is_list() ? "[]" : ""));
  });
}

void append_section(std::string& out, const Kind& kind, std::string_view root) {
  const Field* field = find_field(kind.fields, root);
  if (field == nullptr) return;
  out += fmt::format("\n## {}\n\n{}\n\n", root, field->help);
  out +=
      "| Field | Type | Required | Default | Allowed | Meaning |\n| --- | --- | --- | --- | --- | "
      "--- |\n";
  append_rows(out, field->fields, std::string(root));
}

void append_columns(std::string& out, const Kind& kind) {
  out += "\n## Columns of `kubectl get`\n\n| Column | Shows |\n| --- | --- |\n";
  for (const Column& column : kind.columns) {
    out += fmt::format("| {} | `{}` |\n", column.name, cell(column.json_path));
  }
}

void append_samples(std::string& out, const Kind& kind) {
  out += kind.samples.size() == 1 ? "\n## Sample\n" : "\n## Samples\n";
  for (const Sample& sample : kind.samples) {
    json::Arena arena;
    out += "\n```yaml\n";
    out += yaml::to_text(sample_manifest(kind, sample, arena));
    out += "```\n";
  }
}

}  // namespace

std::string reference_page(const Kind& kind) {
  std::string out = "<!-- Written by `make generate` from the field tables in src/api. -->\n";
  out += fmt::format("# {}\n\n{}\n\n", kind.name, kind.help);
  out += fmt::format("{} kind of `{}`; plural `{}`, short name `{}`, {} status.\n",
                     kind.is_cluster_scoped ? "Cluster" : "Namespaced", kApiVersion, kind.plural,
                     kind.short_name, kind.has_status() ? "with" : "without");
  append_section(out, kind, "spec");
  append_section(out, kind, "status");
  append_columns(out, kind);
  append_samples(out, kind);
  return out;
}

}  // namespace kollect::api
