// A row: one collected object as one target sees it, immutable and encoded once.
//
// Attribute values are canonical JSON, in the order of their names; names, kind and target are
// interned in a Place that all rows of one target and namespace share. What is written out is put
// together from both and never parsed back.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/counted.h"
#include "base/hash.h"

namespace kollect::store {

enum class Origin : uint8_t { target, cluster_target };

// Who collects: a KollectTarget, or the virtual target of a KollectClusterTarget in one namespace.
// Rows of the two origins never meet (collection.md W40).
struct TargetKey {
  Origin origin = Origin::target;
  std::string namespace_name;
  std::string name;
  auto operator<=>(const TargetKey&) const = default;
};

// What the rows of a target look like: the kind they come from and their attribute names,
// ascending.
struct Schema {
  std::string group;
  std::string version;
  std::string kind;
  std::vector<std::string> attributes;
  bool operator==(const Schema&) const = default;
};

// A target with what it contributes to the text of every row.
struct EncodedTarget : public TargetKey {
  explicit EncodedTarget(TargetKey key);

  std::string text;  // {"targetNamespace":"a","targetName":"b"
};

// A schema with what it contributes to the text of every row.
struct EncodedSchema : public Schema {
  explicit EncodedSchema(Schema schema);

  std::string kind_text;                // ,"group":"apps","version":"v1","kind":"Deployment","uid":
  std::vector<std::string> name_texts;  // "image":
};

// What rows share; lives as long as one of them or its target.
struct Place : public Counted {
  Place(std::shared_ptr<const EncodedTarget> of_target,
        std::shared_ptr<const EncodedSchema> of_schema, std::string objects_namespace)
      : target(std::move(of_target)),
        schema(std::move(of_schema)),
        namespace_name(std::move(objects_namespace)) {}

  const std::shared_ptr<const EncodedTarget> target;
  const std::shared_ptr<const EncodedSchema> schema;
  const std::string namespace_name;  // of the objects; empty for cluster-scoped ones

  static void destroy(const Place* place) { delete place; }
};

// One object's identity and values, as views that are good for the call they are passed to.
struct RowInput {
  std::string_view namespace_name;
  std::string_view name;
  std::string_view uid;
  // One canonical JSON text per attribute of the schema, in its order; empty: the attribute is left
  // out.
  std::span<const std::string_view> values;
};

// 128 bits of the SHA-256 of the row's canonical text: equal hashes mean equal rows.
using RowHash = std::array<uint8_t, 16>;

class Row : public Counted {
 public:
  // `sequence` is the change that made it this way. The digest of the new row is given back beside
  // it.
  static Ref<Row> make(const Ref<Place>& place, const RowInput& input, uint64_t sequence,
                       Digest256& digest);
  static Ref<Row> make(const Ref<Place>& place, const RowInput& input, uint64_t sequence);
  static void destroy(const Row* row);

  const Place& place() const { return *place_; }
  const Ref<Place>& shared_place() const { return place_; }
  std::string_view name() const;
  // 36 characters for the usual form, kept in 16 bytes; any other text as it is.
  std::string uid() const;
  bool has_uid(std::string_view uid) const;
  // As they are kept: 16 for the usual form, else those of the text.
  std::string_view uid_bytes() const { return {bytes(), uid_bytes_}; }
  uint64_t sequence() const { return sequence_; }
  const RowHash& hash() const { return hash_; }
  // Values in the order of the schema, empty where left out.
  std::string_view value(size_t attribute) const;
  // All the bytes of the encoded values; what the memory budget counts.
  size_t values_bytes() const { return values_bytes_; }
  // Bytes of the row in memory.
  size_t footprint_bytes() const;
  // The digest of the canonical text, of which hash() keeps half.
  Digest256 digest() const;

  // Whether a row made from this input would be the same one but for its sequence.
  bool is_same(const Place& place, const RowInput& input) const;

 private:
  Row(const Ref<Place>& place, const RowInput& input, uint64_t sequence, Digest256& digest);
  ~Row() = default;
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
  std::string_view packed_values() const;
  friend class RowValues;

  uint32_t values_bytes_ = 0;
  uint64_t sequence_ = 0;
  Ref<Place> place_;
  RowHash hash_{};
  uint32_t packed_bytes_ = 0;  // values with their lengths
  uint16_t name_bytes_ = 0;
  uint8_t uid_bytes_ = 0;
  bool uid_is_binary_ = false;
};

// The values of a row one after the other, in the order of the schema; empty where left out. The
// row must outlive it.
class RowValues {
 public:
  explicit RowValues(const Row& row) : packed_(row.packed_values()) {}
  std::string_view next();

 private:
  std::string_view packed_;
};

// Appends the canonical text of collection.md 5.1: target, identity, kind, attributes.
void append(std::string& out, const Row& row);

// The canonical order of rows of one target namespace (collection.md 5.3).
std::strong_ordering compare(const Row& a, const Row& b);

}  // namespace kollect::store
