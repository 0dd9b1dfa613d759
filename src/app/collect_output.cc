#include "app/collect_output.h"

#include <algorithm>
#include <iterator>

#include "app/collect_table.h"
#include "base/json_write.h"

namespace kollect::app {

namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr size_t kRoomBytes = size_t{4} << 10;  // of a row

using Rows = std::vector<Ref<store::Row>>;

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  json::append_string(out, name);
  out += ':';
  json::append_string(out, value);
}

void append_upsert(std::string& out, const store::Row& row) {
  out += R"({"op":"upsert","row":)";
  append(out, row);
  out += "}\n";
}

void append_erase(std::string& out, const store::ErasedRow& row) {
  out += R"({"op":"erase","row":{)";
  append_member(out, "targetNamespace", row.target.namespace_name);
  append_member(out, "targetName", row.target.name);
  append_member(out, "namespace", row.namespace_name);
  append_member(out, "name", row.name);
  append_member(out, "uid", row.uid);
  out += "}}\n";
}

void print_lines(const Rows& rows, OutputBuffer& out) {
  for (const auto& row : rows) {
    append(out.text, *row);
    out.text += '\n';
    out.appended();
  }
}

void print_array(const Rows& rows, OutputBuffer& out) {
  out.text += '[';
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out.text += ',';
    append(out.text, *rows[i]);
    out.appended();
  }
  out.text += "]\n";
}

bool comes_first(const Ref<store::Row>& a, const Ref<store::Row>& b) { return compare(*a, *b) < 0; }

}  // namespace

OutputBuffer::OutputBuffer(const Console& console) : console_(console) {
  text.reserve(kPieceBytes + kRoomBytes);
}

void OutputBuffer::appended() {
  if (text.size() >= kPieceBytes) flush();
}

void OutputBuffer::flush() {
  if (is_open_ && !text.empty()) console_.out(text);
  text.clear();
  if (console_.flush && !console_.flush()) is_open_ = false;
}

Rows rows_in_order(const Guarded<store::RowStore>& rows,
                   const std::set<store::PartitionKey>& partitions) {
  std::set<std::string> namespaces;
  for (const store::PartitionKey& key : partitions) namespaces.insert(key.namespace_name);
  Rows all;
  for (const std::string& name : namespaces) {
    const auto first = static_cast<ptrdiff_t>(all.size());
    ptrdiff_t middle = first;
    for (const store::Origin origin : {store::Origin::target, store::Origin::cluster_target}) {
      const store::PartitionKey key{origin, name};
      if (!partitions.contains(key)) continue;
      store::Snapshot snapshot =
          rows.read([&](const store::RowStore& store) { return store.snapshot(key); });
      middle = static_cast<ptrdiff_t>(all.size());
      all.insert(all.end(), std::move_iterator(snapshot.rows.begin()),
                 std::move_iterator(snapshot.rows.end()));
    }
    std::inplace_merge(all.begin() + first, all.begin() + middle, all.end(), &comes_first);
  }
  return all;
}

void print_rows(const Rows& rows, RowFormat format, OutputBuffer& out) {
  switch (format) {
    case RowFormat::ndjson:
      print_lines(rows, out);
      break;
    case RowFormat::json:
      print_array(rows, out);
      break;
    case RowFormat::table:
      print_table(rows, out);
      break;
  }
  out.flush();
}

void print_upserts(const Rows& rows, OutputBuffer& out) {
  for (const auto& row : rows) {
    append_upsert(out.text, *row);
    out.appended();
  }
  out.flush();
}

void print_changes(const store::PartitionKey& partition, const store::Delta& delta, bool is_first,
                   OutputBuffer& out) {
  if (delta.scope == store::Delta::Scope::everything && !is_first) {
    out.text += R"({"op":"reset",)";
    json::append_string(out.text, "targetNamespace");
    out.text += ':';
    json::append_string(out.text, partition.namespace_name);
    out.text += "}\n";
  }
  auto erased = delta.erased.begin();
  for (const auto& row : delta.upserts) {
    for (; erased != delta.erased.end() && erased->sequence < row->sequence(); ++erased)
      append_erase(out.text, *erased);
    append_upsert(out.text, *row);
    out.appended();
  }
  for (; erased != delta.erased.end(); ++erased) {
    append_erase(out.text, *erased);
    out.appended();
  }
}

}  // namespace kollect::app
