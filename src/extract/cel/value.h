// A CEL value: what expressions compute with, over the JSON of the object itself.
//
// 16 bytes, trivially copyable. Lists and maps either stand on the items and members of a
// json::Value, without a copy, or on elements built in the Arena of the evaluation; readers need
// not care which. A value is good for as long as the object, the program and the arena it came from
// are. Errors are values too (kind `error`); their text names keys written in the expression, never
// object content.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/json.h"

namespace kollect::extract {

enum class CelKind : uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  number,
  string,
  bytes,
  timestamp,
  duration,
  type,
  list,
  map,
  optional,
  opaque,  // a kind that a library adds: net.IP, kubernetes.Quantity, ...
  error,
};

// What went wrong, for counters and tests.
enum class CelFault : uint8_t {
  no_such_key,
  no_such_overload,
  no_such_name,  // variable or function
  index_range,
  overflow,  // a number, timestamp or duration beyond its range
  division_by_zero,
  conversion,
  invalid_argument,
  budget,  // iterations, memory or result size
};

class CelValue;
struct MapEntry;
struct Opaque;

// A kind of value that a library adds. One constant of static storage per kind; its address is its
// identity.
struct OpaqueType {
  std::string_view name;  // as `type(x)` names it: "net.IP"
  bool (*equal)(const Opaque& a, const Opaque& b);
  // The value as text, for results: "10.0.0.0/8". The text may be built in the arena.
  std::string_view (*text)(const Opaque& value, json::Arena& arena);
};

// Base of a library's own value struct, which is trivially destructible and lives in the arena
// (EvalContext::make).
struct Opaque {
  const OpaqueType* type;
};

class CelValue {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kind says which member is live
  constexpr CelValue() : integer_(0) {}  // null
  static constexpr CelValue boolean(bool b) { return CelValue(CelKind::boolean, b ? 1 : 0); }
  static constexpr CelValue integer(int64_t i) { return CelValue(CelKind::integer, i); }
  static CelValue unsigned_integer(uint64_t u) {
    CelValue value(CelKind::unsigned_integer, 0);
    value.unsigned_ = u;
    return value;
  }
  static CelValue number(double d) {
    CelValue value(CelKind::number, 0);
    value.number_ = d;
    return value;
  }
  // Text is not copied. Strings are valid UTF-8.
  static CelValue string(std::string_view text) { return CelValue(CelKind::string, text); }
  static CelValue bytes(std::string_view content) { return CelValue(CelKind::bytes, content); }
  // Seconds since 1970 and 0..999'999'999 nanoseconds; the caller has checked the range (years 1 to
  // 9999).
  static CelValue timestamp(int64_t seconds, uint32_t nanos) {
    CelValue value(CelKind::timestamp, seconds);
    value.size_ = nanos;
    return value;
  }
  static constexpr CelValue duration(int64_t nanos) { return CelValue(CelKind::duration, nanos); }
  // The name must outlive the value.
  static CelValue type(std::string_view name) { return CelValue(CelKind::type, name); }
  static CelValue list(std::span<const CelValue> items);
  static CelValue list(std::span<const json::Value> items);
  // Entries in ascending order of key (compare_keys), each key once: MapBuilder sees to it.
  static CelValue map(std::span<const MapEntry> entries);
  static CelValue map(std::span<const json::Member> members);
  // A null pointer is optional.none().
  static CelValue optional(const CelValue* content) {
    CelValue value(CelKind::optional, 0);
    value.values_ = content;
    return value;
  }
  static CelValue opaque(const Opaque& content) {
    CelValue value(CelKind::opaque, 0);
    value.opaque_ = &content;
    return value;
  }
  // The message must outlive the value: a literal, or text in the arena.
  static CelValue error(CelFault fault, std::string_view message) {
    CelValue value(CelKind::error, message);
    value.detail_ = static_cast<uint8_t>(fault);
    return value;
  }
  static CelValue from_json(const json::Value& value);

  CelKind kind() const { return kind_; }
  bool is_error() const { return kind_ == CelKind::error; }
  bool is_true() const { return kind_ == CelKind::boolean && integer_ != 0; }
  bool is_false() const { return kind_ == CelKind::boolean && integer_ == 0; }

  // Each reads the kind it names and is undefined on others; callers are dispatched by kind.
  bool as_bool() const { return integer_ != 0; }
  int64_t as_int() const { return integer_; }
  uint64_t as_uint() const { return unsigned_; }
  double as_double() const { return number_; }
  std::string_view as_text() const { return {text_, size_}; }  // string, bytes; the name of a type
  int64_t seconds() const { return integer_; }                 // timestamp
  uint32_t nanos() const { return size_; }                     // timestamp
  int64_t duration_nanos() const { return integer_; }
  const CelValue* content() const { return values_; }  // optional; null pointer when none
  const Opaque& opaque_content() const { return *opaque_; }
  // Null pointer when the value is of another kind: `const IpAddress* ip =
  // v.opaque_as<IpAddress>(kIpType)`.
  template <typename T>
  const T* opaque_as(const OpaqueType& type) const {
    return kind_ == CelKind::opaque && opaque_->type == &type ? static_cast<const T*>(opaque_)
                                                              : nullptr;
  }
  CelFault fault() const { return static_cast<CelFault>(detail_); }
  std::string_view message() const { return {text_, size_}; }

  // Elements of a list, entries of a map.
  size_t size() const { return size_; }
  CelValue item(size_t index) const;
  // Entries come in ascending order of their keys.
  MapEntry entry(size_t index) const;
  // The value under a key, numbers compared across kinds; absent when there is none.
  std::optional<CelValue> find(const CelValue& key) const;
  std::optional<CelValue> find(std::string_view key) const;
  // Whether the elements are those of a json::Value, and what they are then.
  bool is_json_backed() const { return detail_ == kJsonBacked; }
  json::Value as_json_container() const;

 private:
  static constexpr uint8_t kJsonBacked = 1;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kind says which member is live
  constexpr CelValue(CelKind kind, int64_t i) : kind_(kind), integer_(i) {}
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kind says which member is live
  CelValue(CelKind kind, std::string_view text)
      : kind_(kind), size_(static_cast<uint32_t>(text.size())), text_(text.data()) {}

  CelKind kind_ = CelKind::null;
  uint8_t detail_ = 0;  // list, map: kJsonBacked; error: the fault
  uint32_t size_ = 0;
  union {
    int64_t integer_;
    uint64_t unsigned_;
    double number_;
    const char* text_;
    const CelValue* values_;
    const MapEntry* entries_;
    const json::Value* json_items_;
    const json::Member* json_members_;
    const Opaque* opaque_;
  };
};

struct MapEntry {
  CelValue key;
  CelValue value;
};

// `==` of the language: numbers across kinds, lists and maps by content, different kinds are
// unequal, NaN never equal.
bool equal(const CelValue& a, const CelValue& b);
// The same, taking what it touches from `left`, in units of CelBudget::cost; false once nothing is
// left. Shared parts are walked as often as they occur: without it, a few doublings take for ever.
bool equal(const CelValue& a, const CelValue& b, uint64_t& left);
// Bytes of a text; 0 of any other kind.
size_t text_size(const CelValue& value);
// `<` and its kin: numbers across kinds, strings and bytes by code point and byte, bools,
// timestamps, durations. Absent for kinds that have no order and for NaN.
std::optional<std::strong_ordering> compare(const CelValue& a, const CelValue& b);
// The total order of map keys: bools, then numbers across kinds, then strings.
std::strong_ordering compare_keys(const CelValue& a, const CelValue& b);
// The name that type(x) has: "int", "list", "google.protobuf.Timestamp", "net.IP", ...
std::string_view type_name(const CelValue& value);

}  // namespace kollect::extract
