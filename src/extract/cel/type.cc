#include "extract/cel/type.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kollect::extract {

namespace {

struct Word {
  std::string_view text;
  TypeKind kind;
};

// The first word of a kind is how it is printed.
constexpr Word kWords[] = {
    {"dyn", TypeKind::dyn},
    {"null", TypeKind::null},
    {"null_type", TypeKind::null},
    {"bool", TypeKind::boolean},
    {"int", TypeKind::integer},
    {"uint", TypeKind::unsigned_integer},
    {"double", TypeKind::number},
    {"string", TypeKind::string},
    {"bytes", TypeKind::bytes},
    {"timestamp", TypeKind::timestamp},
    {"google.protobuf.Timestamp", TypeKind::timestamp},
    {"duration", TypeKind::duration},
    {"google.protobuf.Duration", TypeKind::duration},
    {"type", TypeKind::type},
    {"list", TypeKind::list},
    {"map", TypeKind::map},
};

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

std::string_view word_of(TypeKind kind) {
  for (const Word& word : kWords) {
    if (word.kind == kind) return word.text;
  }
  return "dyn";
}

void skip_spaces(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
}

bool take(std::string_view& rest, char c) {
  skip_spaces(rest);
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

size_t wanted_parameters(TypeKind kind) {
  if (kind == TypeKind::list || kind == TypeKind::type) return 1;
  return kind == TypeKind::map ? 2 : 0;
}

}  // namespace

const Type* TypePool::add(Type type) {
  constexpr uint32_t kMostWeight = 10'000;
  type.weight = 1;
  for (const Type* parameter : type.parameters) type.weight += parameter->weight;
  if (type.weight > kMostWeight) type = Type();
  types_.push_back(std::move(type));
  return &types_.back();
}

std::string_view TypePool::keep(std::string_view text) { return names_.emplace_back(text); }

const Type* TypePool::simple(TypeKind kind) { return add({.kind = kind}); }

const Type* TypePool::list(const Type* element) {
  return add({.kind = TypeKind::list, .parameters = {element}});
}

const Type* TypePool::map(const Type* key, const Type* value) {
  return add({.kind = TypeKind::map, .parameters = {key, value}});
}

const Type* TypePool::type_of(const Type* type) {
  return add({.kind = TypeKind::type, .parameters = {type}});
}

const Type* TypePool::opaque(std::string_view name, std::vector<const Type*> parameters) {
  return add({.kind = TypeKind::opaque, .name = keep(name), .parameters = std::move(parameters)});
}

const Type* TypePool::variable(uint32_t number) {
  return add({.kind = TypeKind::variable, .variable = number});
}

std::optional<const Type*> TypePool::parse(std::string_view text) {
  const auto type = parse_one(text);
  skip_spaces(text);
  if (!text.empty()) return std::nullopt;
  return type;
}

std::optional<std::vector<const Type*>> TypePool::parse_list(std::string_view text) {
  std::vector<const Type*> types;
  skip_spaces(text);
  if (text.empty()) return types;
  do {
    const auto type = parse_one(text);
    if (!type) return std::nullopt;
    types.push_back(*type);
  } while (take(text, ','));
  skip_spaces(text);
  if (!text.empty()) return std::nullopt;
  return types;
}

std::optional<std::vector<const Type*>> TypePool::parse_parameters(std::string_view& rest) {
  std::vector<const Type*> parameters;
  if (!take(rest, '(')) return parameters;
  do {
    const auto type = parse_one(rest);
    if (!type) return std::nullopt;
    parameters.push_back(*type);
  } while (take(rest, ','));
  if (!take(rest, ')')) return std::nullopt;
  return parameters;
}

std::optional<const Type*> TypePool::parse_one(std::string_view& rest) {
  skip_spaces(rest);
  const auto end = std::ranges::find_if_not(rest, is_name_char);
  const std::string_view name = rest.substr(0, static_cast<size_t>(end - rest.begin()));
  if (name.empty()) return std::nullopt;
  rest.remove_prefix(name.size());
  auto parameters = parse_parameters(rest);
  if (!parameters) return std::nullopt;
  const bool is_letter = name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z';
  if (is_letter) return add({.kind = TypeKind::parameter, .name = keep(name)});
  if (name == "param" && parameters->size() == 1) return parameters->front();
  const auto* word = std::ranges::find(kWords, name, &Word::text);
  if (word == std::end(kWords)) return opaque(name, std::move(*parameters));
  while (parameters->size() < wanted_parameters(word->kind)) {
    parameters->push_back(simple(TypeKind::dyn));
  }
  return add({.kind = word->kind, .parameters = std::move(*parameters)});
}

std::string type_text(const Type& type) {
  if (type.kind == TypeKind::variable) return "dyn";
  const bool is_named = type.kind == TypeKind::opaque || type.kind == TypeKind::parameter;
  std::string text(is_named ? type.name : word_of(type.kind));
  if (type.parameters.empty()) return text;
  char separator = '(';
  for (const Type* parameter : type.parameters) {
    text += separator;
    text += type_text(*parameter);
    separator = ',';
  }
  return text + ')';
}

bool same_type(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.name != b.name || a.variable != b.variable) return false;
  return std::ranges::equal(a.parameters, b.parameters,
                            [](const Type* x, const Type* y) { return same_type(*x, *y); });
}

bool is_optional(const Type& type) {
  return type.kind == TypeKind::opaque && type.name == kOptionalType && type.parameters.size() == 1;
}

}  // namespace kollect::extract
