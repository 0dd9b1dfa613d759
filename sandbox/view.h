// How an object is shown: as itself, as a row of a table, or as its metadata only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/edit.h"
#include "sandbox/kinds.h"
#include "sandbox/store.h"

namespace kollect::sandbox {

enum class Shape { object, table, metadata };

// What a client accepts. Read-only after construction.
class View {
 public:
  // `include` of a table: what each row carries, "Metadata" (also when empty), "Object" or "None".
  View(KindPtr kind, Shape shape, std::string include)
      : kind_(std::move(kind)), shape_(shape), include_(std::move(include)) {}

  // The object alone, as the body of an answer.
  void one(std::string& out, const Object& object) const;
  // The beginning of a list up to its first item, an item, and the end.
  struct ListHead {
    uint64_t version = 0;
    std::string next = {};  // continue token; empty: the last page
    size_t remaining = 0;
  };
  void head(std::string& out, const ListHead& head) const;
  void item(std::string& out, const Object& object) const;
  static void tail(std::string& out) { out += "]}\n"; }
  // A line of a watch; a table names its columns in the first one.
  void frame(std::string& out, std::string_view type, const Object& object, bool is_first) const;
  void bookmark(std::string& out, uint64_t version, bool ends_initial_events) const;

 private:
  void columns(std::string& out) const;
  void row(std::string& out, const Object& object) const;

  KindPtr kind_;
  Shape shape_;
  std::string include_;
};

// From an Accept header; application/json without more is the object itself.
Shape accepted_shape(std::string_view accept);

// The cells of a row, the name first, as kubectl prints them.
std::vector<Value> cells_of(const Kind& kind, const Value& object, Arena& arena);
// "5m", "3h12m", "4d": the age of an RFC 3339 time; "<unknown>" for what is none.
std::string age_text(std::string_view since);

}  // namespace kollect::sandbox
