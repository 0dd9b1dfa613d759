#include "api/testing/manifest_generator.h"

#include <optional>
#include <string>
#include <vector>

#include "api/scalar.h"
#include "base/base64.h"

namespace kollect::api {
namespace {

using json::Value;
using Members = std::vector<json::Member>;

class Generator {
 public:
  Generator(uint32_t seed, json::Arena& arena) : random_(seed), arena_(arena) {}

  Members members(std::span<const Field> fields) {
    Members out;
    each_field(fields, [&](const Field& field) {
      if (!field.required && one_of(2) == 0) return;
      const Value value = field.is_list() ? list(field) : single(field, 0);
      const bool is_hollow = field.member.is_bare && value.is_object() && value.members().empty();
      if (field.required || !is_hollow) out.push_back({field.name, value});
    });
    return out;
  }

 private:
  size_t one_of(size_t count) { return random_() % count; }

  Value list(const Field& field) {
    std::vector<Value> items;
    const size_t count = 1 + one_of(3);
    for (size_t i = 0; i < count; ++i) items.push_back(single(field, i));
    return arena_.array(items);
  }

  // `index` keeps the items of a set and the keys of a map apart.
  Value single(const Field& field, size_t index) {
    switch (field.type) {
      case FieldType::text:
        return arena_.string(text(field, index));
      case FieldType::boolean:
        return Value::boolean(one_of(2) == 0);
      case FieldType::int32:
      case FieldType::int64:
      case FieldType::integer:
        return number(field);
      case FieldType::duration:
        return arena_.string(duration_text(Duration(static_cast<int64_t>(random_()) * 1'000'000)));
      case FieldType::time:
        return arena_.string(time_text(Time(std::chrono::seconds(random_()))));
      case FieldType::bytes:
        return arena_.string(base64_encode(std::string(1 + one_of(9), '\xf0')));
      case FieldType::text_map:
        return text_map();
      case FieldType::object:
        break;
    }
    return object(field, index);
  }

  Value object(const Field& field, size_t index) {
    Members out = members(field.fields);
    for (json::Member& member : out) {
      if (member.key == field.list_key) {
        member.value = arena_.string(text(*find_field(field.fields, field.list_key), index));
      }
    }
    return arena_.object(out);
  }

  Value number(const Field& field) {
    const int64_t low = field.min.value_or(-5);
    const int64_t high =
        field.max.value_or(field.type == FieldType::int64 ? int64_t{1} << 60 : 60'000);
    return Value::integer(low + static_cast<int64_t>(random_()) % (high - low + 1));
  }

  std::string text(const Field& field, size_t index) {
    if (!field.values.empty()) return word(field.values);
    const std::string number = std::to_string(index) + std::to_string(random_());
    if (field.pattern != nullptr) return "a" + number;
    constexpr std::string_view kTails[] = {"",   "-x",  " \"quoted\"", "\nline", "\u00e4\u20ac",
                                           "\\", "<&>", "{name}"};
    return "v" + number + std::string(kTails[one_of(std::size(kTails))]);
  }

  std::string word(std::string_view values) {
    std::vector<std::string_view> words;
    each_word(values, [&](std::string_view each) { words.push_back(each); });
    return std::string(words[one_of(words.size())]);
  }

  Value text_map() {
    Members out;
    const size_t count = 1 + one_of(3);
    for (size_t i = 0; i < count; ++i) {
      out.push_back(
          {arena_.copy("k" + std::to_string(i)), arena_.string(std::to_string(random_()))});
    }
    return arena_.object(out);
  }

  std::mt19937 random_;
  json::Arena& arena_;
};

}  // namespace

Value random_manifest(const Kind& kind, uint32_t seed, json::Arena& arena) {
  Members members = Generator(seed, arena).members(kind.fields);
  members.push_back({"apiVersion", Value::string(kApiVersion)});
  members.push_back({"kind", Value::string(kind.name)});
  return arena.object(members);
}

}  // namespace kollect::api
