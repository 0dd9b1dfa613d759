// One row of a field table: what a member of a custom resource is called, holds, allows and means.
//
// A table is the only description of its kind. The reader and the writer (codec.h), the defaults
// and the schema check (schema_check.h), the CRD, the reference page and the samples (generate/)
// all walk the same rows, so a field is added in one place. Tables are constants; they are read by
// any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kollect::api {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;
using TextMap = std::map<std::string, std::string, std::less<>>;

// The word says the OpenAPI type and format; the comment says what the bound member holds.
enum class FieldType : uint8_t {
  text,      // std::string
  boolean,   // bool
  int32,     // int32_t
  int64,     // int64_t
  integer,   // int64_t, a schema without a format
  duration,  // Duration
  time,      // Time
  bytes,     // std::string, decoded; base64 on the wire
  object,    // a struct with a table of its own
  text_map,  // TextMap
};

// How the API server merges a list; `plain` says nothing, which is not the same as atomic.
enum class ListType : uint8_t { none, plain, set, atomic, map };

// How a row reaches the member of its struct, whatever its type. Made by at<>.
struct Member {
  // Room for one more value: the member itself, the new content of an optional, or a new item of a
  // vector.
  void* (*grow)(void* owner) = nullptr;
  // The value at an index, or null when there is none. A bare member has exactly one, unless it is
  // an empty map.
  const void* (*nth)(const void* owner, size_t index) = nullptr;
  bool is_list = false;
  // A bare text, map or struct: empty is absent.
  bool is_bare = false;
};

// A pattern of the schema together with the function that decides it.
struct Pattern {
  std::string_view text;
  bool (*matches)(std::string_view) = nullptr;
};

struct Field {
  std::string_view name = {};  // empty: the fields of a bare struct stand at this level
  FieldType type = FieldType::text;
  Member member;
  std::span<const Field> fields = {};  // of an object, or of one item of a list of objects

  bool required = false;
  std::string_view fallback = {};  // OpenAPI default, as JSON text
  std::string_view values = {};    // enum, separated by spaces
  ListType list = ListType::none;
  std::string_view list_key = {};         // with ListType::map
  const Pattern* pattern = nullptr;       // of the text, or of each item
  std::optional<int64_t> min = {};        // of an integer
  std::optional<int64_t> max = {};        // of an integer
  std::optional<size_t> min_length = {};  // of the text, or of each item
  std::optional<size_t> max_length = {};  // of the text, or of each item
  std::optional<size_t> max_items = {};
  bool atomic_object = false;  // x-kubernetes-map-type: atomic

  std::string_view help = {};    // one sentence, ending in a full stop
  std::string_view absent = {};  // what absence means, where there is no default
  std::string_view inert =
      {};  // why it has no effect; admission warns with this text when it is given
  std::string_view only_types =
      {};  // sink types that take it, separated by spaces; empty: all. "-": none
  std::string_view text_item = {};  // an item written as text is an object with this member
  std::string_view example = {};    // JSON text for samples
  bool secret_ref = false;          // names a Secret by name and namespace

  bool is_list() const { return list != ListType::none; }
  bool is_inline() const { return name.empty(); }
};

template <typename T>
inline constexpr bool is_optional_v = false;
template <typename T>
inline constexpr bool is_optional_v<std::optional<T>> = true;
template <typename T>
inline constexpr bool is_vector_v = false;
template <typename T>
inline constexpr bool is_vector_v<std::vector<T>> = true;

template <auto kPointer>
struct Binding;

template <typename Owner, typename T, T Owner::*kPointer>
struct Binding<kPointer> {
  static void* grow(void* owner) {
    T& member = static_cast<Owner*>(owner)->*kPointer;
    if constexpr (is_vector_v<T>) {
      return &member.emplace_back();
    } else if constexpr (is_optional_v<T>) {
      return &member.emplace();
    } else {
      return &member;
    }
  }

  static const void* nth(const void* owner, size_t index) {
    const T& member = static_cast<const Owner*>(owner)->*kPointer;
    if constexpr (is_vector_v<T>) {
      return index < member.size() ? &member[index] : nullptr;
    } else if constexpr (is_optional_v<T>) {
      return index == 0 && member ? &*member : nullptr;
    } else {
      return index == 0 ? &member : nullptr;
    }
  }

  static constexpr Member member{&grow, &nth, is_vector_v<T>, !is_vector_v<T> && !is_optional_v<T>};
};

template <auto kPointer>
inline constexpr Member at = Binding<kPointer>::member;

// Calls `visit(word)` for each of the words of a table cell.
template <typename Visit>
void each_word(std::string_view words, Visit&& visit) {
  while (!words.empty()) {
    const size_t end = words.find(' ');
    visit(words.substr(0, end));
    words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
  }
}

bool has_word(std::string_view words, std::string_view word);

// Calls `visit(field)` for each named field of a level, inline structs opened.
template <typename Visit>
void each_field(std::span<const Field> fields, const Visit& visit) {
  for (const Field& field : fields) {
    if (field.is_inline()) {
      each_field(field.fields, visit);
    } else {
      visit(field);
    }
  }
}

// The field of this name at a level, or null.
const Field* find_field(std::span<const Field> fields, std::string_view name);

}  // namespace kollect::api
