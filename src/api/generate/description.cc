#include "api/generate/description.h"

namespace kollect::api {
namespace {

std::string_view word(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "string";
    case FieldType::boolean:
      return "bool";
    case FieldType::int32:
      return "int32";
    case FieldType::int64:
      return "int64";
    case FieldType::integer:
      return "int";
    case FieldType::duration:
      return "duration";
    case FieldType::time:
      return "time";
    case FieldType::bytes:
      return "base64";
    case FieldType::object:
      return "object";
    case FieldType::text_map:
      return "map of string";
  }
  return "";
}

}  // namespace

std::string description(const Field& field) {
  std::string out(field.help);
  if (!field.absent.empty()) out += " When absent: " + std::string(field.absent) + ".";
  if (!field.inert.empty()) out += " It " + std::string(field.inert) + ".";
  return out;
}

std::string type_word(const Field& field) {
  return std::string(word(field.type)) + (field.is_list() ? "[]" : "");
}

}  // namespace kollect::api
