// How an object is shown: as itself, as a row of a table, or as its metadata only.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/kinds.h"
#include "sandbox/store.h"

namespace kollect::sandbox {

// What a client accepts. Read-only after construction.
class View {
 public:
  // From the Accept header, and what each row of a table carries: "Object", "None" or (also when
  // empty) "Metadata".
  View(KindPtr kind, std::string_view accept, std::string include);

  // The object alone, as the body of an answer.
  void one(std::string& out, const Object& object) const;
  // The beginning of a list up to its first item, an item, and the end. `next` is the token to go
  // on with; empty on the last page.
  struct Head {
    uint64_t version = 0;
    std::string next = {};
    size_t remaining = 0;
  };
  void head(std::string& out, const Head& head) const;
  void item(std::string& out, const Object& object) const;
  static void tail(std::string& out) { out += "]}\n"; }
  // A line of a watch.
  void frame(std::string& out, std::string_view type, const Object& object) const;
  void bookmark(std::string& out, uint64_t version, bool ends_initial_events) const;

 private:
  enum class Shape { object, table, metadata };

  void append_object(std::string& out, const Object& object) const;

  KindPtr kind_;
  Shape shape_ = Shape::object;
  std::string include_;
};

}  // namespace kollect::sandbox
