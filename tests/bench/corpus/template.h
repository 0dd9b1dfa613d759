// A text with slots: `%name%` takes a slot's text, and `"%#replicas%"`, quotes included, its
// number, so that the text of a template is JSON itself.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kollect::bench {

enum class Slot : uint8_t {
  name,
  app,
  ns,
  uid,
  version,
  generation,
  created,
  changed,
  rolled,
  tag,
  node,
  pod_ip,
  host_ip,
  replicas,
  replica_set,
  owner_uid,
  hash,
};
inline constexpr size_t kSlots = 17;

using SlotTexts = std::array<std::string_view, kSlots>;

// Immutable after compile(); an unknown slot ends the process.
class Template {
 public:
  static Template compile(std::string_view text);

  void append(std::string& out, const SlotTexts& slots) const;

 private:
  struct Piece {
    uint32_t begin;  // literal text before the slot
    uint32_t size;
    Slot slot;
  };

  std::string text_;
  std::vector<Piece> pieces_;
  uint32_t tail_ = 0;  // literal text from here on comes last
};

// The two parts of an object: `"metadata":{...}`, and what follows it up to the closing brace.
struct ObjectTemplate {
  Template metadata;
  Template rest;
};

}  // namespace kollect::bench
