#include "api/testing/contract_tables.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "api/scalar.h"

namespace kollect::api {
namespace {

using Cells = std::vector<std::string>;
constexpr size_t kNone = std::string_view::npos;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == kNone ? text.size() : end + 1);
  }
  return lines;
}

Cells cells_of(std::string_view line) {
  Cells cells;
  line.remove_prefix(1);
  for (size_t end = line.find('|'); end != kNone; end = line.find('|')) {
    cells.emplace_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return cells;
}

// The texts in code marks of a cell, in order.
std::vector<std::string> codes_of(std::string_view cell) {
  std::vector<std::string> codes;
  for (size_t open = cell.find('`'); open != kNone; open = cell.find('`')) {
    const size_t close = cell.find('`', open + 1);
    if (close == kNone) break;
    codes.emplace_back(cell.substr(open + 1, close - open - 1));
    cell.remove_prefix(close + 1);
  }
  return codes;
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// One row of a field table.
struct Row {
  std::string path;
  std::string type;
  std::string constraint;
  std::string fallback;
  bool required = false;
};

std::string cell(const Cells& header, const Cells& cells, std::string_view name) {
  const auto at = std::find(header.begin(), header.end(), name);
  const auto index = static_cast<size_t>(at - header.begin());
  return index < cells.size() ? cells[index] : "";
}

bool is_field_table(const Cells& header) {
  constexpr std::string_view kFirst[] = {"Path", "Status path", "Field"};
  return header.size() > 1 && header[1] == "Type" &&
         std::find(std::begin(kFirst), std::end(kFirst), header[0]) != std::end(kFirst);
}

Row row_of(const Cells& header, const Cells& cells) {
  Row row;
  const auto codes = codes_of(cells[0]);
  row.path = codes.empty() ? cells[0] : codes[0];
  row.type = cells[1];
  row.constraint = cell(header, cells, "Constraint");
  const bool has_column = std::find(header.begin(), header.end(), "Req") != header.end();
  row.required = has_column ? cell(header, cells, "Req") == "yes" : row.constraint == "required";
  const std::string fallback = cell(header, cells, "Default");
  if (starts_with(fallback, "`")) row.fallback = codes_of(fallback)[0];
  return row;
}

// The rows of the field tables of one section: `1.2`, `2.16`. Condition tables have a status column
// named Field, too, but no Type.
std::vector<Row> rows_of(std::string_view contract, std::string_view section) {
  std::vector<Row> rows;
  Cells header;
  bool inside = false;
  const std::string start = "### " + std::string(section) + " ";
  for (const std::string_view line : lines_of(contract)) {
    if (starts_with(line, "#"))
      inside = starts_with(line, start) || (inside && starts_with(line, "####"));
    if (!inside || !starts_with(line, "|")) {
      header.clear();
      continue;
    }
    const Cells cells = cells_of(line);
    if (header.empty()) {
      header = cells;
    } else if (is_field_table(header) && !starts_with(cells[0], "--")) {
      rows.push_back(row_of(header, cells));
    }
  }
  return rows;
}

std::string section_of_kind(std::string_view contract, std::string_view kind) {
  for (const std::string_view line : lines_of(contract)) {
    if (!starts_with(line, "### 1.") || line.substr(line.rfind(' ') + 1) != kind) continue;
    return std::string(line.substr(4, line.find(' ', 4) - 4));
  }
  return "";
}

// `set`, `map(name)` and the like of a list type, as facts.
std::string list_facts(std::string_view type) {
  const size_t open = type.find("map(");
  if (open != kNone) {
    return " list=map keys=" + std::string(type.substr(open + 4, type.find(')', open) - open - 4));
  }
  if (type.find(" set") != kNone) return " list=set";
  return type.find(" atomic") != kNone ? " list=atomic" : "";
}

std::string scalar_facts(std::string_view word) {
  if (word == "duration" || word == "string") return "string";
  if (word == "bool") return "boolean";
  if (word == "int") return "integer";
  if (word == "int32" || word == "int64") return "integer format=" + std::string(word);
  if (word == "time") return "string format=date-time";
  if (word == "bytes") return "string format=byte";
  if (starts_with(word, "map<")) return "map";
  return std::string(word);
}

std::string number_after(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != kNone; at = text.find(word, at + 1)) {
    const size_t from = at + word.size();
    if (at > 0 && text[at - 1] != ' ') continue;
    size_t end = from;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > from) return std::string(text.substr(from, end - from));
  }
  return "";
}

// The keywords of a constraint cell, in the order in which schema_facts gives them.
std::string bound_facts(const Row& row, std::string_view scalar) {
  std::string out;
  const std::string_view text = row.constraint;
  if (starts_with(text, "enum ")) {
    std::string words;
    for (const std::string& word : codes_of(text)) words += (words.empty() ? "" : ",") + word;
    out += " enum=" + words;
  }
  const size_t pattern = text.find("pattern `");
  if (pattern != kNone) out += " pattern=" + codes_of(text.substr(pattern))[0];
  const auto add = [&](std::string_view word, std::string_view fact) {
    const std::string number = number_after(text, word);
    if (!number.empty()) out += " " + std::string(fact) + "=" + number;
  };
  if (starts_with(scalar, "integer")) {
    add("min ", "min");
    add("max ", "max");
  }
  add("minLength ", "minLength");
  add("maxLength ", "maxLength");
  return out;
}

class Contract {
 public:
  explicit Contract(std::string_view text) : text_(text) {}

  SchemaFacts facts_of(std::string_view kind) {
    add_section(section_of_kind(text_, kind), "", "");
    return std::move(facts_);
  }

 private:
  // Rows of a section below `prefix`; those that do not start with `only` are left out.
  void add_section(const std::string& section, const std::string& prefix, std::string_view only) {
    for (const Row& row : rows_of(text_, section)) {
      if (starts_with(row.path, only)) add_row(row, prefix);
    }
  }

  void add_row(const Row& row, const std::string& prefix) {
    const size_t arrow = row.type.find("-> §");
    const std::string target =
        arrow == kNone ? "" : row.type.substr(arrow + std::string_view("-> §").size());
    const std::string type(trimmed(std::string_view(row.type).substr(0, arrow)));
    const bool is_group = type.empty();
    if (is_group) {
      const bool is_part = row.path.size() > 2 && row.path.substr(row.path.size() - 2) == ".*" &&
                           starts_with(row.path, "spec.");
      const std::string only = is_part ? row.path.substr(0, row.path.size() - 1) : "";
      return add_section(target, prefix, only);
    }
    const std::string path = prefix + row.path;
    const bool is_list = type.find("[]") != kNone;
    facts_[path] = row_facts(row, type, target == "2.4");
    if (!target.empty()) add_section(target, path + (is_list ? "[]." : "."), "");
  }

  static std::string row_facts(const Row& row, const std::string& type, bool is_selector) {
    const size_t brackets = type.find("[]");
    const std::string scalar = scalar_facts(type.substr(0, std::min(brackets, type.find(' '))));
    std::string out = brackets == kNone ? scalar : "array of " + scalar;
    out += bound_facts(row, scalar);
    if (is_selector && brackets == kNone) out += " atomic";
    const std::string items = number_after(row.constraint, "maxItems ");
    if (!items.empty()) out += " maxItems=" + items;
    if (brackets != kNone) out += list_facts(type);
    if (!row.fallback.empty()) out += " default=" + row.fallback;
    return out + (row.required ? " required" : "");
  }

  std::string_view text_;
  SchemaFacts facts_;
};

// Facts of a generated schema.
class Generated {
 public:
  SchemaFacts facts_of(const json::Value& schema) {
    for (const std::string_view part : {"spec", "status"}) {
      const json::Value* value = schema.at({"properties", part});
      if (value != nullptr) add_children(*value, std::string(part));
    }
    return std::move(facts_);
  }

 private:
  void add_children(const json::Value& object, const std::string& path) {
    const json::Value* properties = object.find("properties");
    if (properties == nullptr) return;
    for (const json::Member& member : properties->members()) {
      const std::string here = path + "." + std::string(member.key);
      facts_[here] =
          property_facts(member.value) + (is_required(object, member.key) ? " required" : "");
      const json::Value* items = member.value.find("items");
      add_children(items ? *items : member.value, items ? here + "[]" : here);
    }
  }

  static bool is_required(const json::Value& object, std::string_view name) {
    const json::Value* required = object.find("required");
    if (required == nullptr) return false;
    return std::any_of(required->items().begin(), required->items().end(),
                       [&](const json::Value& each) { return each.as_string() == name; });
  }

  static std::string property_facts(const json::Value& property) {
    const json::Value* items = property.find("items");
    std::string out = items ? "array of " + value_facts(*items) : value_facts(property);
    const json::Value* most = property.find("maxItems");
    if (most != nullptr) out += " maxItems=" + std::to_string(most->as_int());
    const std::string_view list = property.text("x-kubernetes-list-type");
    if (!list.empty()) out += " list=" + std::string(list);
    const json::Value* keys = property.find("x-kubernetes-list-map-keys");
    if (keys != nullptr) out += " keys=" + std::string(keys->items()[0].as_string());
    const json::Value* fallback = property.find("default");
    if (fallback == nullptr) return out;
    return out + " default=" +
           (fallback->is_string() ? std::string(fallback->as_string())
                                  : std::to_string(fallback->as_int()));
  }

  static std::string value_facts(const json::Value& value) {
    std::string out(value.find("additionalProperties") ? "map" : value.text("type"));
    if (!value.text("format").empty()) out += " format=" + std::string(value.text("format"));
    if (const json::Value* words = value.find("enum")) {
      std::string list;
      for (const json::Value& word : words->items()) {
        list += (list.empty() ? "" : ",") + std::string(word.as_string());
      }
      out += " enum=" + list;
    }
    if (!value.text("pattern").empty()) out += " pattern=" + std::string(value.text("pattern"));
    constexpr std::pair<std::string_view, std::string_view> kBounds[] = {
        {"minimum", "min"},
        {"maximum", "max"},
        {"minLength", "minLength"},
        {"maxLength", "maxLength"}};
    for (const auto& [keyword, fact] : kBounds) {
      const json::Value* bound = value.find(keyword);
      if (bound != nullptr) out += " " + std::string(fact) + "=" + std::to_string(bound->as_int());
    }
    return value.text("x-kubernetes-map-type") == "atomic" ? out + " atomic" : out;
  }

  SchemaFacts facts_;
};

}  // namespace

SchemaFacts contract_facts(std::string_view contract, std::string_view kind) {
  return Contract(contract).facts_of(kind);
}

SchemaFacts schema_facts(const json::Value& schema) { return Generated().facts_of(schema); }

}  // namespace kollect::api
