#include "api/codec.h"
#include "api/scalar.h"
#include "base/base64.h"

namespace kollect::api {
namespace {

using json::Arena;
using json::Value;

class Writer {
 public:
  explicit Writer(Arena& arena) : arena_(arena) {}

  Value root(const Kind& kind, const void* from) {
    std::vector<json::Member> members;
    members.push_back({"apiVersion", Value::string(kApiVersion)});
    members.push_back({"kind", Value::string(kind.name)});
    collect(kind.fields, from, members);
    return arena_.object(members);
  }

 private:
  void collect(std::span<const Field> fields, const void* owner, std::vector<json::Member>& out) {
    for (const Field& field : fields) {
      if (field.is_inline()) {
        collect(field.fields, field.member.nth(owner, 0), out);
      } else if (const auto value = written(field, owner)) {
        out.push_back({field.name, *value});
      }
    }
  }

  std::optional<Value> written(const Field& field, const void* owner) {
    const void* first = field.member.nth(owner, 0);
    if (first == nullptr) return std::nullopt;
    if (field.is_list()) return list(field, owner);
    const Value value = one(field, first);
    const bool optional = field.member.is_bare && !field.required;
    if (optional && is_empty(value)) return std::nullopt;
    return value;
  }

  static bool is_empty(const Value& value) {
    return (value.is_string() && value.as_string().empty()) ||
           (value.is_object() && value.members().empty());
  }

  Value list(const Field& field, const void* owner) {
    std::vector<Value> items;
    for (size_t i = 0; const void* item = field.member.nth(owner, i); ++i) {
      items.push_back(one(field, item));
    }
    return arena_.array(items);
  }

  Value one(const Field& field, const void* slot) {
    switch (field.type) {
      case FieldType::text:
        return arena_.string(*static_cast<const std::string*>(slot));
      case FieldType::boolean:
        return Value::boolean(*static_cast<const bool*>(slot));
      case FieldType::int32:
        return Value::integer(*static_cast<const int32_t*>(slot));
      case FieldType::int64:
      case FieldType::integer:
        return Value::integer(*static_cast<const int64_t*>(slot));
      case FieldType::duration:
        return arena_.string(duration_text(*static_cast<const Duration*>(slot)));
      case FieldType::time:
        return arena_.string(time_text(*static_cast<const Time*>(slot)));
      case FieldType::bytes:
        return arena_.string(base64_encode(*static_cast<const std::string*>(slot)));
      case FieldType::text_map:
        return text_map(*static_cast<const TextMap*>(slot));
      case FieldType::object:
        break;
    }
    std::vector<json::Member> members;
    collect(field.fields, slot, members);
    return arena_.object(members);
  }

  Value text_map(const TextMap& map) {
    std::vector<json::Member> members;
    for (const auto& [key, value] : map) {
      members.push_back({arena_.copy(key), arena_.string(value)});
    }
    return arena_.object(members);
  }

  Arena& arena_;
};

}  // namespace

Value write_object(const Kind& kind, const void* from, Arena& arena) {
  return Writer(arena).root(kind, from);
}

}  // namespace kollect::api
