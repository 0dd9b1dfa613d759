#include "app/collect_table.h"

#include <algorithm>
#include <span>

#include "base/json.h"
#include "base/json_write.h"

namespace kollect::app {

namespace {

constexpr size_t kWidest = 48;
constexpr std::string_view kGap = "   ";
constexpr std::string_view kNothing = "<none>";
constexpr std::string_view kEllipsis = "…";

using Rows = std::span<const Ref<store::Row>>;

bool is_plain(const json::Value& value) { return !value.is_array() && !value.is_object(); }

void append_readable(std::string& out, const json::Value& value) {
  if (value.is_null()) {
    out += kNothing;
  } else if (value.is_string()) {
    out += value.as_string();
  } else {
    json::append(out, value);
  }
}

bool is_flat(const json::Value& value) {
  if (value.is_array()) return std::ranges::all_of(value.items(), &is_plain);
  return std::ranges::all_of(value.members(),
                             [](const json::Member& member) { return is_plain(member.value); });
}

std::string flat_text(const json::Value& value) {
  std::string out;
  if (value.is_array()) {
    for (const json::Value& item : value.items()) {
      if (!out.empty()) out += ',';
      append_readable(out, item);
    }
    return out;
  }
  for (const json::Member& member : value.members()) {
    if (!out.empty()) out += ',';
    out.append(member.key) += '=';
    append_readable(out, member.value);
  }
  return out;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// A column: its header and how to get its cell from a row.
struct Column {
  std::string header;
  size_t attribute = 0;
  size_t width = 0;
};

class Table {
 public:
  explicit Table(Rows rows) : rows_(rows), schema_(*rows.front()->place().schema) {
    for (const std::string_view name : {"TARGET", "NAMESPACE", "NAME"})
      columns_.push_back({std::string(name), 0, name.size()});
    for (size_t i = 0; i < schema_.attributes.size(); ++i) {
      std::string header = schema_.attributes[i];
      const size_t width = width_of(header);
      columns_.push_back({std::move(header), i, width});
    }
    for (const auto& row : rows_) {
      for (size_t i = 0; i < columns_.size(); ++i)
        columns_[i].width = std::max(columns_[i].width, width_of(cell(*row, i)));
    }
  }

  void print(OutputBuffer& out) const {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) add(line, columns_[i].header, i);
    out.text += line + '\n';
    for (const auto& row : rows_) {
      line.clear();
      for (size_t i = 0; i < columns_.size(); ++i) add(line, cell(*row, i), i);
      out.text += line + '\n';
      out.appended();
    }
  }

 private:
  std::string cell(const store::Row& row, size_t column) const {
    const store::Place& place = row.place();
    if (column == 0) {
      const std::string& ns = place.target->namespace_name;
      return clipped(ns.empty() ? place.target->name : ns + '/' + place.target->name, kWidest);
    }
    if (column == 1) return clipped(place.namespace_name, kWidest);
    if (column == 2) return clipped(row.name(), kWidest * 2);
    return clipped(readable(row.value(columns_[column].attribute)), kWidest);
  }

  void add(std::string& line, std::string_view text, size_t column) const {
    line += text;
    if (column + 1 == columns_.size()) return;
    line.append(columns_[column].width - width_of(text), ' ');
    line += kGap;
  }

  const Rows rows_;
  const store::Schema& schema_;
  std::vector<Column> columns_;
};

// The rows from the first on that belong to its target and look like it.
size_t block_size(Rows rows) {
  const store::Place& first = rows.front()->place();
  const auto end = std::ranges::find_if(rows, [&](const Ref<store::Row>& row) {
    return *row->place().target != *first.target || *row->place().schema != *first.schema;
  });
  return static_cast<size_t>(end - rows.begin());
}

}  // namespace

size_t width_of(std::string_view text) {
  return text.size() - static_cast<size_t>(std::ranges::count_if(text, &is_continuation));
}

std::string clipped(std::string_view text, size_t width) {
  const bool is_cut = width_of(text) > width;
  std::string out;
  size_t left = is_cut ? width - 1 : width;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!is_continuation(text[i]) && left-- == 0) break;
    const bool is_c1 =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) ++i;
    out += c < 0x20 || c == 0x7F || is_c1 ? '?' : text[i];
  }
  if (is_cut) out += kEllipsis;
  return out;
}

std::string clipped_front(std::string_view text, size_t width) {
  const size_t is = width_of(text);
  if (is <= width) return clipped(text, width);
  for (size_t left = is - width + 1; left > 0; --left) {
    text.remove_prefix(1);
    while (!text.empty() && is_continuation(text.front())) text.remove_prefix(1);
  }
  return std::string(kEllipsis) + clipped(text, width);
}

std::string readable(std::string_view json) {
  if (json.empty()) return std::string(kNothing);
  const auto document = json::Document::parse(json);
  if (!document) return std::string(json);
  const json::Value& value = document->root();
  if (!is_plain(value) && !is_flat(value)) return std::string(json);
  std::string out;
  if (!is_plain(value)) return flat_text(value);
  append_readable(out, value);
  return out;
}

void print_table(const std::vector<Ref<store::Row>>& rows, OutputBuffer& out) {
  bool is_first = true;
  for (Rows rest = rows; !rest.empty();) {
    const size_t size = block_size(rest);
    if (!std::exchange(is_first, false)) out.text += '\n';
    Table(rest.first(size)).print(out);
    rest = rest.subspan(size);
  }
}

}  // namespace kollect::app
