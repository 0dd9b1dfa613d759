// JSON values: the one model of the project, for objects of the API server, custom resources and
// results.
//
// A Value is 16 bytes, immutable and trivially copyable; text, items and members live in an Arena
// or in the bytes that were parsed, and the Value is good for as long as they are. Members of an
// object are always in ascending byte order of their keys, each key once: what canonical output,
// lookups and iteration need. Start reading at parse() and Value; building is in Arena, output in
// json_write.h, reading of bytes that is driven by a trie of wanted paths in json_scan.h.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kollect::json {

enum class Kind : uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  number,
  string,
  array,
  object
};

// The word for a kind in messages: "null", "bool", "int", "uint", "double", "string", "list",
// "map".
std::string_view word(Kind kind);

struct Member;

// Two kinds of number (collection.md 3.2): integer when the literal has no fraction or exponent and
// fits int64; unsigned_integer only above the signed range; number for every other literal.
class Value {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kind says which member is live
  constexpr Value() : kind_(Kind::null), size_(0), integer_(0) {}
  static constexpr Value boolean(bool b) { return Value(Kind::boolean, 0, b ? 1 : 0); }
  static constexpr Value integer(int64_t i) { return Value(Kind::integer, 0, i); }
  // Becomes an integer when it fits the signed range.
  static Value unsigned_integer(uint64_t u);
  static Value number(double d);
  // The text is not copied and must outlive the value; at most 4 GiB.
  static Value string(std::string_view text);
  static Value array(std::span<const Value> items);
  // Members must be in ascending key order without repeats (Arena::object sees to it).
  static Value object(std::span<const Member> members);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_array() const { return kind_ == Kind::array; }
  bool is_object() const { return kind_ == Kind::object; }
  bool is_number() const;

  // Each reads the kind it names; asking a value of another kind ends the process.
  bool as_bool() const;
  int64_t as_int() const;
  uint64_t as_uint() const;
  // Of any of the three number kinds.
  double as_double() const;
  std::string_view as_string() const;
  std::span<const Value> items() const;
  std::span<const Member> members() const;

  // The member with this key; null pointer when absent or when this is no object.
  const Value* find(std::string_view key) const;
  // The value at a path of keys; null pointer when a step is absent.
  const Value* at(std::initializer_list<std::string_view> path) const;
  // The text of a string member; empty when absent or no string.
  std::string_view text(std::string_view key) const;

 private:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kind says which member is live
  constexpr Value(Kind kind, uint32_t size, int64_t i) : kind_(kind), size_(size), integer_(i) {}

  Kind kind_;
  uint32_t size_;
  union {
    int64_t integer_;
    uint64_t unsigned_;
    double number_;
    const char* text_;
    const Value* items_;
    const Member* members_;
  };
};

struct Member {
  std::string_view key;
  Value value;
};

// Equal kinds and content; 1 and 1.0 differ, as their texts do.
bool operator==(const Value& a, const Value& b);

// A block allocator whose memory is taken back as a whole. reset() keeps the blocks, so that a
// steady state allocates nothing. One thread at a time.
class Arena {
 public:
  Arena() = default;
  explicit Arena(size_t block_bytes) : block_bytes_(block_bytes) {}
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // Uninitialised storage, aligned for Value and Member.
  void* allocate(size_t bytes);
  std::string_view copy(std::string_view text);
  std::span<const Value> copy(std::span<const Value> items);

  Value string(std::string_view text) { return Value::string(copy(text)); }
  Value array(std::span<const Value> items) { return Value::array(copy(items)); }
  // Sorts by key; of a key that comes twice the last one counts. Keys are not copied.
  Value object(std::span<const Member> members);
  // A copy of a value with everything below it, text included.
  Value deep_copy(const Value& value);

  // Everything handed out becomes invalid; blocks beyond `keep_bytes` go back to the allocator.
  void reset(size_t keep_bytes = size_t{1} << 20);
  // Bytes held, used or not.
  size_t capacity_bytes() const { return held_; }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size = 0;
  };

  void* allocate_slow(size_t bytes);

  std::vector<Block> blocks_;
  size_t current_ = 0;  // block in use; blocks after it are free
  size_t used_ = 0;     // bytes used of it
  size_t held_ = 0;
  size_t block_bytes_ = size_t{64} << 10;
};

// How deep arrays and objects may nest (collection.md J10).
inline constexpr size_t kMaxDepth = 1000;

// Parses one JSON text into the arena (strings included: `text` may go away). Of a repeated key the
// last one counts; a lone surrogate becomes U+FFFD; an integer beyond 64 bits becomes the nearest
// double. Errors are Fault::invalid and name the byte offset, never the content.
Result<Value> parse(std::string_view text, Arena& arena);

// Reads a number in exactly JSON's grammar, as parse() would; false when the text is none or beyond
// a double.
bool parse_number_text(std::string_view text, Value& out);

// A parsed text together with its memory.
class Document {
 public:
  static Result<Document> parse(std::string_view text);
  const Value& root() const { return root_; }
  Arena& arena() { return *arena_; }

 private:
  explicit Document(std::unique_ptr<Arena> arena, Value root)
      : arena_(std::move(arena)), root_(root) {}

  std::unique_ptr<Arena> arena_;
  Value root_;
};

}  // namespace kollect::json
