#include "base/json.h"

#include <algorithm>
#include <cstring>

#include "base/json_scan.h"
#include "base/text.h"

namespace kollect::json {

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::unsigned_integer:
      return "uint";
    case Kind::number:
      return "double";
    case Kind::string:
      return "string";
    case Kind::array:
      return "list";
    case Kind::object:
      return "map";
  }
  return "null";
}

Value Value::unsigned_integer(uint64_t u) {
  if (u <= static_cast<uint64_t>(INT64_MAX)) return integer(static_cast<int64_t>(u));
  Value value(Kind::unsigned_integer, 0, 0);
  value.unsigned_ = u;
  return value;
}

Value Value::number(double d) {
  Value value(Kind::number, 0, 0);
  value.number_ = d;
  return value;
}

Value Value::string(std::string_view text) {
  KOLLECT_CHECK(text.size() <= UINT32_MAX);
  Value value(Kind::string, static_cast<uint32_t>(text.size()), 0);
  value.text_ = text.data();
  return value;
}

Value Value::array(std::span<const Value> items) {
  KOLLECT_CHECK(items.size() <= UINT32_MAX);
  Value value(Kind::array, static_cast<uint32_t>(items.size()), 0);
  value.items_ = items.data();
  return value;
}

Value Value::object(std::span<const Member> members) {
  KOLLECT_CHECK(members.size() <= UINT32_MAX);
  Value value(Kind::object, static_cast<uint32_t>(members.size()), 0);
  value.members_ = members.data();
  return value;
}

bool Value::is_number() const {
  return kind_ == Kind::integer || kind_ == Kind::unsigned_integer || kind_ == Kind::number;
}

bool Value::as_bool() const {
  KOLLECT_CHECK(kind_ == Kind::boolean);
  return integer_ != 0;
}

int64_t Value::as_int() const {
  KOLLECT_CHECK(kind_ == Kind::integer);
  return integer_;
}

uint64_t Value::as_uint() const {
  KOLLECT_CHECK(kind_ == Kind::unsigned_integer);
  return unsigned_;
}

double Value::as_double() const {
  KOLLECT_CHECK(is_number());
  if (kind_ == Kind::number) return number_;
  return kind_ == Kind::integer ? static_cast<double>(integer_) : static_cast<double>(unsigned_);
}

std::string_view Value::as_string() const {
  KOLLECT_CHECK(kind_ == Kind::string);
  return {text_, size_};
}

std::span<const Value> Value::items() const {
  KOLLECT_CHECK(kind_ == Kind::array);
  return {items_, size_};
}

std::span<const Member> Value::members() const {
  KOLLECT_CHECK(kind_ == Kind::object);
  return {members_, size_};
}

const Value* Value::find(std::string_view key) const {
  if (kind_ != Kind::object) return nullptr;
  constexpr uint32_t kLinear = 8;
  if (size_ <= kLinear) {
    for (const Member& member : members()) {
      if (is_same_key(member.key, key)) return &member.value;
    }
    return nullptr;
  }
  const auto all = members();
  const auto found = std::lower_bound(
      all.begin(), all.end(), key, [](const Member& m, std::string_view k) { return m.key < k; });
  return found != all.end() && found->key == key ? &found->value : nullptr;
}

const Value* Value::at(std::initializer_list<std::string_view> path) const {
  const Value* value = this;
  for (const std::string_view key : path) {
    value = value->find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view Value::text(std::string_view key) const {
  const Value* value = find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

namespace {

bool same_members(std::span<const Member> a, std::span<const Member> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Member& x, const Member& y) {
    return x.key == y.key && x.value == y.value;
  });
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Kind::integer:
      return a.as_int() == b.as_int();
    case Kind::unsigned_integer:
      return a.as_uint() == b.as_uint();
    case Kind::number:
      return a.as_double() == b.as_double();
    case Kind::string:
      return a.as_string() == b.as_string();
    case Kind::array:
      return std::ranges::equal(a.items(), b.items());
    case Kind::object:
      return same_members(a.members(), b.members());
  }
  return false;
}

Result<Value> parse(std::string_view text, Arena& arena) {
  Scanner scanner;
  return scanner.parse(arena.copy(text), arena);
}

Result<Document> Document::parse(std::string_view text) {
  auto arena = std::make_unique<Arena>();
  auto root = json::parse(text, *arena);
  if (!root) return root.error();
  return Document(std::move(arena), *root);
}

}  // namespace kollect::json
