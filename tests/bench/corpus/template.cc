#include "bench/corpus/template.h"

#include <algorithm>

#include "base/result.h"

namespace kollect::bench {
namespace {

constexpr std::array<std::string_view, kSlots> kNames = {
    "name",    "app",      "ns",          "uid",       "version", "generation",
    "created", "changed",  "rolled",      "tag",       "node",    "pod_ip",
    "host_ip", "replicas", "replica_set", "owner_uid", "hash"};

Slot slot_named(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  KOLLECT_CHECK(found != kNames.end());
  return static_cast<Slot>(found - kNames.begin());
}

}  // namespace

Template Template::compile(std::string_view text) {
  Template out;
  while (true) {
    const size_t open = text.find('%');
    const auto begin = static_cast<uint32_t>(out.text_.size());
    out.tail_ = begin;
    out.text_ += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const size_t close = text.find('%', open + 1);
    KOLLECT_CHECK(close != std::string_view::npos);
    std::string_view name = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (name.starts_with('#')) {
      name.remove_prefix(1);
      out.text_.pop_back();
      text.remove_prefix(1);
    }
    const auto size = static_cast<uint32_t>(out.text_.size()) - begin;
    out.pieces_.push_back({begin, size, slot_named(name)});
    out.tail_ = static_cast<uint32_t>(out.text_.size());
  }
}

void Template::append(std::string& out, const SlotTexts& slots) const {
  for (const Piece& piece : pieces_) {
    out.append(text_, piece.begin, piece.size);
    out.append(slots[static_cast<size_t>(piece.slot)]);
  }
  out.append(text_, tail_);
}

}  // namespace kollect::bench
