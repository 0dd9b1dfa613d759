#include "extract/cel/value.h"

#include <algorithm>
#include <cmath>

namespace kollect::extract {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

using Order = std::optional<std::strong_ordering>;

Order reversed(Order order) {
  if (!order) return order;
  return 0 <=> *order;
}

std::strong_ordering order_of(double a, double b) {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// As the specification's suite has it: outside of the range of the integers the range decides,
// inside the integer is rounded to a double.
Order compare_int_double(int64_t a, double b) {
  if (std::isnan(b)) return std::nullopt;
  if (b > kTwoTo63) return std::strong_ordering::less;
  if (b < -kTwoTo63) return std::strong_ordering::greater;
  return order_of(static_cast<double>(a), b);
}

Order compare_uint_double(uint64_t a, double b) {
  if (std::isnan(b)) return std::nullopt;
  if (b < 0) return std::strong_ordering::greater;
  if (b > kTwoTo64) return std::strong_ordering::less;
  return order_of(static_cast<double>(a), b);
}

std::strong_ordering compare_int_uint(int64_t a, uint64_t b) {
  return a < 0 ? std::strong_ordering::less : static_cast<uint64_t>(a) <=> b;
}

bool is_numeric(CelKind kind) {
  return kind == CelKind::integer || kind == CelKind::unsigned_integer || kind == CelKind::number;
}

Order compare_numbers(const CelValue& a, const CelValue& b) {
  if (a.kind() == CelKind::integer) {
    if (b.kind() == CelKind::integer) return a.as_int() <=> b.as_int();
    if (b.kind() == CelKind::unsigned_integer) return compare_int_uint(a.as_int(), b.as_uint());
    return compare_int_double(a.as_int(), b.as_double());
  }
  if (a.kind() == CelKind::unsigned_integer) {
    if (b.kind() == CelKind::integer) return 0 <=> compare_int_uint(b.as_int(), a.as_uint());
    if (b.kind() == CelKind::unsigned_integer) return a.as_uint() <=> b.as_uint();
    return compare_uint_double(a.as_uint(), b.as_double());
  }
  if (b.kind() == CelKind::number) {
    if (std::isnan(a.as_double()) || std::isnan(b.as_double())) return std::nullopt;
    return order_of(a.as_double(), b.as_double());
  }
  return reversed(compare_numbers(b, a));
}

bool equal_lists(const CelValue& a, const CelValue& b, uint64_t& left) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!equal(a.item(i), b.item(i), left)) return false;
  }
  return true;
}

// Both sides are in the order of their keys.
bool equal_maps(const CelValue& a, const CelValue& b, uint64_t& left) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const MapEntry x = a.entry(i);
    const MapEntry y = b.entry(i);
    if (!equal(x.key, y.key, left) || !equal(x.value, y.value, left)) return false;
  }
  return true;
}

bool equal_optionals(const CelValue& a, const CelValue& b, uint64_t& left) {
  if (a.content() == nullptr || b.content() == nullptr) return a.content() == b.content();
  return equal(*a.content(), *b.content(), left);
}

int key_rank(CelKind kind) {
  if (kind == CelKind::boolean) return 0;
  return is_numeric(kind) ? 1 : 2;
}

}  // namespace

CelValue CelValue::list(std::span<const CelValue> items) {
  CelValue value(CelKind::list, 0);
  value.size_ = static_cast<uint32_t>(items.size());
  value.values_ = items.data();
  return value;
}

CelValue CelValue::list(std::span<const json::Value> items) {
  CelValue value(CelKind::list, 0);
  value.detail_ = kJsonBacked;
  value.size_ = static_cast<uint32_t>(items.size());
  value.json_items_ = items.data();
  return value;
}

CelValue CelValue::map(std::span<const MapEntry> entries) {
  CelValue value(CelKind::map, 0);
  value.size_ = static_cast<uint32_t>(entries.size());
  value.entries_ = entries.data();
  return value;
}

CelValue CelValue::map(std::span<const json::Member> members) {
  CelValue value(CelKind::map, 0);
  value.detail_ = kJsonBacked;
  value.size_ = static_cast<uint32_t>(members.size());
  value.json_members_ = members.data();
  return value;
}

CelValue CelValue::from_json(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return CelValue();
    case json::Kind::boolean:
      return boolean(value.as_bool());
    case json::Kind::integer:
      return integer(value.as_int());
    case json::Kind::unsigned_integer:
      return unsigned_integer(value.as_uint());
    case json::Kind::number:
      return number(value.as_double());
    case json::Kind::string:
      return string(value.as_string());
    case json::Kind::array:
      return list(value.items());
    case json::Kind::object:
      return map(value.members());
  }
  return CelValue();
}

CelValue CelValue::item(size_t index) const {
  return is_json_backed() ? from_json(json_items_[index]) : values_[index];
}

MapEntry CelValue::entry(size_t index) const {
  if (!is_json_backed()) return entries_[index];
  const json::Member& member = json_members_[index];
  return {string(member.key), from_json(member.value)};
}

std::optional<CelValue> CelValue::find(std::string_view key) const {
  if (!is_json_backed()) return find(string(key));
  const json::Value* found = as_json_container().find(key);
  if (found == nullptr) return std::nullopt;
  return from_json(*found);
}

std::optional<CelValue> CelValue::find(const CelValue& key) const {
  if (is_json_backed()) {
    if (key.kind() != CelKind::string) return std::nullopt;
    return find(key.as_text());
  }
  if (key.kind() == CelKind::number && std::isnan(key.as_double())) return std::nullopt;
  const std::span<const MapEntry> entries(entries_, size_);
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), key,
      [](const MapEntry& e, const CelValue& k) { return compare_keys(e.key, k) < 0; });
  if (found == entries.end() || compare_keys(found->key, key) != 0) return std::nullopt;
  return found->value;
}

json::Value CelValue::as_json_container() const {
  if (kind_ == CelKind::list) return json::Value::array({json_items_, size_});
  return json::Value::object({json_members_, size_});
}

bool equal(const CelValue& a, const CelValue& b, uint64_t& left) {
  if (left == 0) return false;
  --left;
  if (a.kind() != b.kind()) {
    if (!is_numeric(a.kind()) || !is_numeric(b.kind())) return false;
    const auto order = compare_numbers(a, b);
    return order && *order == 0;
  }
  switch (a.kind()) {
    case CelKind::null:
      return true;
    case CelKind::boolean:
    case CelKind::integer:
    case CelKind::duration:
      return a.as_int() == b.as_int();
    case CelKind::unsigned_integer:
      return a.as_uint() == b.as_uint();
    case CelKind::number:
      return a.as_double() == b.as_double();
    case CelKind::string:
    case CelKind::bytes:
    case CelKind::type:
      left -= std::min<uint64_t>(left, a.as_text().size() / 16);
      return a.as_text() == b.as_text();
    case CelKind::timestamp:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    case CelKind::list:
      return equal_lists(a, b, left);
    case CelKind::map:
      return equal_maps(a, b, left);
    case CelKind::optional:
      return equal_optionals(a, b, left);
    case CelKind::opaque:
      return a.opaque_content().type == b.opaque_content().type &&
             a.opaque_content().type->equal(a.opaque_content(), b.opaque_content());
    case CelKind::error:
      return false;
  }
  return false;
}

bool equal(const CelValue& a, const CelValue& b) {
  uint64_t left = UINT64_MAX;
  return equal(a, b, left);
}

size_t text_size(const CelValue& value) {
  const bool is_text = value.kind() == CelKind::string || value.kind() == CelKind::bytes;
  return is_text ? value.as_text().size() : 0;
}

std::optional<std::strong_ordering> compare(const CelValue& a, const CelValue& b) {
  if (is_numeric(a.kind()) && is_numeric(b.kind())) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case CelKind::boolean:
    case CelKind::duration:
      return a.as_int() <=> b.as_int();
    case CelKind::string:
    case CelKind::bytes:
      return a.as_text() <=> b.as_text();
    case CelKind::timestamp:
      if (a.seconds() != b.seconds()) return a.seconds() <=> b.seconds();
      return a.nanos() <=> b.nanos();
    default:
      return std::nullopt;
  }
}

std::strong_ordering compare_keys(const CelValue& a, const CelValue& b) {
  const int rank = key_rank(a.kind());
  if (rank != key_rank(b.kind())) return rank <=> key_rank(b.kind());
  return compare(a, b).value_or(a.kind() <=> b.kind());
}

std::string_view type_name(const CelValue& value) {
  switch (value.kind()) {
    case CelKind::null:
      return "null_type";
    case CelKind::boolean:
      return "bool";
    case CelKind::integer:
      return "int";
    case CelKind::unsigned_integer:
      return "uint";
    case CelKind::number:
      return "double";
    case CelKind::string:
      return "string";
    case CelKind::bytes:
      return "bytes";
    case CelKind::timestamp:
      return "google.protobuf.Timestamp";
    case CelKind::duration:
      return "google.protobuf.Duration";
    case CelKind::type:
      return "type";
    case CelKind::list:
      return "list";
    case CelKind::map:
      return "map";
    case CelKind::optional:
      return "optional_type";
    case CelKind::opaque:
      return value.opaque_content().type->name;
    case CelKind::error:
      return "error";
  }
  return "error";
}

}  // namespace kollect::extract
