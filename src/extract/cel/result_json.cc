// What a row keeps of a value (collection.md 3.4).
#include <cmath>

#include "base/result.h"
#include "extract/cel/program.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Counts what the text of the result will take, roughly, and stops when that is too much.
class ResultBuilder {
 public:
  ResultBuilder(json::Arena& arena, const CelBudget& budget)
      : arena_(arena), budget_(budget), context_(arena, budget, prepared_) {}

  json::Value convert(const CelValue& value);
  const char* failure() const { return failure_; }

 private:
  bool take(size_t bytes);
  bool measure(const json::Value& value);
  json::Value fail(const char* message);
  json::Value text(std::string_view text);
  json::Value number(double number);
  json::Value base64(std::string_view content);
  json::Value list(const CelValue& value);
  json::Value map(const CelValue& value);
  std::string_view key(const CelValue& value);

  json::Arena& arena_;
  const CelBudget& budget_;
  Prepared prepared_;
  EvalContext context_;
  size_t bytes_ = 0;
  const char* failure_ = nullptr;
};

json::Value ResultBuilder::fail(const char* message) {
  if (failure_ == nullptr) failure_ = message;
  return json::Value();
}

bool ResultBuilder::take(size_t bytes) {
  bytes_ += bytes;
  if (bytes_ > budget_.result_bytes) fail("result is larger than 1 MiB");
  return failure_ == nullptr;
}

// The bytes of a container of the object, which is used as it is.
bool ResultBuilder::measure(const json::Value& value) {
  constexpr size_t kScalar = 4;
  if (value.is_string()) return take(value.as_string().size() + 2);
  if (value.is_array()) {
    if (!take(2 + value.items().size())) return false;
    for (const json::Value& item : value.items()) {
      if (!measure(item)) return false;
    }
    return true;
  }
  if (!value.is_object()) return take(kScalar);
  if (!take(2)) return false;
  for (const json::Member& member : value.members()) {
    if (!take(member.key.size() + 4) || !measure(member.value)) return false;
  }
  return true;
}

json::Value ResultBuilder::text(std::string_view text) {
  return take(text.size() + 2) ? json::Value::string(text) : json::Value();
}

json::Value ResultBuilder::number(double number) {
  if (!std::isfinite(number)) return fail("result is no finite number");
  return json::Value::number(number);
}

json::Value ResultBuilder::base64(std::string_view content) {
  const size_t size = (content.size() + 2) / 3 * 4;
  if (!take(size + 2)) return json::Value();
  char* out = static_cast<char*>(arena_.allocate(size + 1));
  char* next = out;
  for (size_t i = 0; i < content.size(); i += 3) {
    const size_t count = std::min<size_t>(3, content.size() - i);
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < count ? static_cast<unsigned char>(content[i + j]) : 0);
    }
    for (size_t j = 0; j < 4; ++j) {
      *next++ = j <= count ? kBase64[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return json::Value::string({out, size});
}

json::Value ResultBuilder::list(const CelValue& value) {
  if (value.is_json_backed()) {
    const json::Value whole = value.as_json_container();
    return measure(whole) ? whole : json::Value();
  }
  if (!take(2 + value.size())) return json::Value();
  auto* items = static_cast<json::Value*>(arena_.allocate(value.size() * sizeof(json::Value) + 1));
  for (size_t i = 0; i < value.size() && failure_ == nullptr; ++i) {
    std::construct_at(items + i, convert(value.item(i)));
  }
  if (failure_ != nullptr) return json::Value();
  return json::Value::array({items, value.size()});
}

std::string_view ResultBuilder::key(const CelValue& value) {
  if (value.kind() == CelKind::string) return value.as_text();
  if (value.kind() == CelKind::boolean) return value.as_bool() ? "true" : "false";
  TextBuilder digits(context_);
  if (value.kind() == CelKind::integer) {
    append_integer(digits, value.as_int());
  } else if (value.kind() == CelKind::unsigned_integer) {
    append_unsigned(digits, value.as_uint());
  } else {
    fail("a key of a map in the result has no text form");
  }
  return digits.view();
}

json::Value ResultBuilder::map(const CelValue& value) {
  if (value.is_json_backed()) {
    const json::Value whole = value.as_json_container();
    return measure(whole) ? whole : json::Value();
  }
  auto* members =
      static_cast<json::Member*>(arena_.allocate(value.size() * sizeof(json::Member) + 1));
  for (size_t i = 0; i < value.size() && failure_ == nullptr; ++i) {
    const MapEntry entry = value.entry(i);
    const std::string_view name = key(entry.key);
    if (!take(name.size() + 4)) break;
    std::construct_at(members + i, json::Member{name, convert(entry.value)});
  }
  if (failure_ != nullptr) return json::Value();
  return arena_.object({members, value.size()});
}

json::Value ResultBuilder::convert(const CelValue& value) {
  TextBuilder written(context_);
  switch (value.kind()) {
    case CelKind::null:
      return json::Value();
    case CelKind::boolean:
      return json::Value::boolean(value.as_bool());
    case CelKind::integer:
    case CelKind::duration:
      return json::Value::integer(value.as_int());
    case CelKind::unsigned_integer:
      return json::Value::unsigned_integer(value.as_uint());
    case CelKind::number:
      return number(value.as_double());
    case CelKind::string:
    case CelKind::type:
      return text(value.as_text());
    case CelKind::bytes:
      return base64(value.as_text());
    case CelKind::timestamp:
      append_timestamp(written, value);
      return text(written.view());
    case CelKind::list:
      return list(value);
    case CelKind::map:
      return map(value);
    case CelKind::optional:
      return value.content() == nullptr ? json::Value() : convert(*value.content());
    case CelKind::opaque:
      return text(value.opaque_content().type->text(value.opaque_content(), arena_));
    case CelKind::error:
      return fail("an error");
  }
  return json::Value();
}

}  // namespace

Result<json::Value> to_json(const CelValue& value, json::Arena& arena, const CelBudget& budget) {
  if (value.is_error()) return invalid(std::string(value.message()));
  ResultBuilder builder(arena, budget);
  const json::Value converted = builder.convert(value);
  if (builder.failure() != nullptr) return invalid(builder.failure());
  return converted;
}

}  // namespace kollect::extract
