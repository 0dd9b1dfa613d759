#include "api/field.h"

namespace kollect::api {

bool has_word(std::string_view words, std::string_view word) {
  bool found = false;
  each_word(words, [&](std::string_view each) { found = found || each == word; });
  return found;
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  const Field* found = nullptr;
  each_field(fields, [&](const Field& field) {
    if (field.name == name) found = &field;
  });
  return found;
}

}  // namespace kollect::api
