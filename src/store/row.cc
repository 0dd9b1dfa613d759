#include "store/row.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/json_write.h"
#include "base/result.h"
#include "store/detail/uid.h"

namespace kollect::store {

namespace {

constexpr size_t kUsualTextBytes = 1000;

// A value is stored behind its length plus one, seven bits a byte, low ones first; 0 says "left
// out".
size_t length_bytes(size_t length) {
  size_t bytes = 1;
  for (size_t left = length >> 7; left > 0; left >>= 7) ++bytes;
  return bytes;
}

char* put_length(char* place, size_t length) {
  for (; length >= 0x80; length >>= 7) *place++ = static_cast<char>(length | 0x80);
  *place++ = static_cast<char>(length);
  return place;
}

size_t take_length(std::string_view& packed) {
  size_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(packed.front());
    packed.remove_prefix(1);
    length |= size_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return length;
  }
}

std::string_view take_value(std::string_view& packed) {
  const size_t stored = take_length(packed);
  if (stored == 0) return {};
  const std::string_view value = packed.substr(0, stored - 1);
  packed.remove_prefix(stored - 1);
  return value;
}

size_t stored_length(std::string_view value) { return value.empty() ? 0 : value.size() + 1; }

size_t packed_size(std::span<const std::string_view> values) {
  size_t bytes = 0;
  for (const std::string_view value : values)
    bytes += length_bytes(stored_length(value)) + value.size();
  return bytes;
}

char* put(char* place, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
  return place + bytes.size();
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, text);
}

}  // namespace

EncodedTarget::EncodedTarget(TargetKey key) : TargetKey(std::move(key)) {
  text = "{\"targetNamespace\":";
  json::append_string(text, namespace_name);
  append_member(text, "targetName", name);
}

EncodedSchema::EncodedSchema(Schema schema) : Schema(std::move(schema)) {
  if (!group.empty()) append_member(kind_text, "group", group);
  append_member(kind_text, "version", version);
  append_member(kind_text, "kind", kind);
  kind_text += ",\"uid\":";
  for (const std::string& name : attributes) {
    json::append_string(name_texts.emplace_back(), name);
    name_texts.back() += ':';
  }
}

Row::Row(const Ref<Place>& place, const RowInput& input, uint64_t sequence, Digest256& full)
    : sequence_(sequence), place_(place) {
  const PackedUid uid(input.uid);
  uid_is_binary_ = uid.is_binary();
  uid_bytes_ = static_cast<uint8_t>(uid.bytes().size());
  name_bytes_ = static_cast<uint16_t>(input.name.size());
  packed_bytes_ = static_cast<uint32_t>(packed_size(input.values));
  char* end = put(put(bytes(), uid.bytes()), input.name);
  for (const std::string_view value : input.values) {
    end = put(put_length(end, stored_length(value)), value);
    values_bytes_ += static_cast<uint32_t>(value.size());
  }
  full = digest();
  std::copy_n(full.begin(), hash_.size(), hash_.begin());
}

Ref<Row> Row::make(const Ref<Place>& place, const RowInput& input, uint64_t sequence) {
  Digest256 unused;
  return make(place, input, sequence, unused);
}

Ref<Row> Row::make(const Ref<Place>& place, const RowInput& input, uint64_t sequence,
                   Digest256& digest) {
  KOLLECT_CHECK(input.values.size() == place->schema->attributes.size());
  KOLLECT_CHECK(input.name.size() <= UINT16_MAX);
  const size_t behind =
      PackedUid(input.uid).bytes().size() + input.name.size() + packed_size(input.values);
  void* memory = ::operator new(sizeof(Row) + behind);
  return Ref<Row>::adopt(::new (memory) Row(place, input, sequence, digest));
}

void Row::destroy(const Row* row) {
  row->~Row();
  ::operator delete(const_cast<Row*>(row));
}

std::string_view Row::name() const { return {bytes() + uid_bytes_, name_bytes_}; }

std::string Row::uid() const {
  return uid_is_binary_ ? unpacked(uid_bytes()) : std::string(uid_bytes());
}

bool Row::has_uid(std::string_view uid) const {
  const PackedUid packed(uid);
  return packed.is_binary() == uid_is_binary_ && packed.bytes() == uid_bytes();
}

std::string_view Row::packed_values() const {
  return {bytes() + uid_bytes_ + name_bytes_, packed_bytes_};
}

std::string_view Row::value(size_t attribute) const {
  std::string_view packed = packed_values();
  for (size_t before = 0; before < attribute; ++before) take_value(packed);
  return take_value(packed);
}

size_t Row::footprint_bytes() const {
  return sizeof(Row) + uid_bytes_ + name_bytes_ + packed_bytes_;
}

Digest256 Row::digest() const {
  std::string text;
  text.reserve(kUsualTextBytes);
  append(text, *this);
  return sha256(text);
}

bool Row::is_same(const Place& place, const RowInput& input) const {
  if (&place != &*place_ || input.name != name() || packed_size(input.values) != packed_bytes_)
    return false;
  std::string_view packed = packed_values();
  return std::ranges::all_of(input.values,
                             [&](std::string_view value) { return take_value(packed) == value; }) &&
         has_uid(input.uid);
}

std::string_view RowValues::next() { return take_value(packed_); }

void append(std::string& out, const Row& row) {
  const Place& place = row.place();
  out += place.target->text;
  append_member(out, "namespace", place.namespace_name);
  append_member(out, "name", row.name());
  out += place.schema->kind_text;
  json::append_string(out, row.uid());
  out += ",\"attributes\":";
  RowValues values(row);
  char before = '{';
  for (const std::string& name : place.schema->name_texts) {
    const std::string_view value = values.next();
    if (value.empty()) continue;
    out += before;
    out += name;
    out += value;
    before = ',';
  }
  out += before == '{' ? "{}}" : "}}";
}

std::strong_ordering compare(const Row& a, const Row& b) {
  const Place& x = a.place();
  const Place& y = b.place();
  if (&x != &y) {
    if (const auto order = x.target->name <=> y.target->name; order != 0) return order;
    if (const auto order = x.namespace_name <=> y.namespace_name; order != 0) return order;
  }
  if (const auto order = a.name() <=> b.name(); order != 0) return order;
  return a.uid() <=> b.uid();
}

}  // namespace kollect::store
