// Whatever comes in: no byte beyond it is read, what is read in parts is what is read whole, and
// cut anywhere it gives the same pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_scan.h"
#include "base/json_split.h"
#include "base/json_write.h"
#include "base/result.h"

namespace {

using kollect::json::Value;

kollect::json::PathTrie wanted_paths() {
  kollect::json::PathTrie trie;
  trie.want_all(trie.key(trie.key(kollect::json::PathTrie::kRoot, "a"), "b"));
  const auto elements = trie.element(trie.key(kollect::json::PathTrie::kRoot, "c"));
  trie.want_all(trie.key(elements, "d"));
  return trie;
}

std::string text_of(const Value* value) {
  return value == nullptr ? std::string("nothing") : kollect::json::to_text(*value);
}

void check_parts(std::string_view text) {
  static const kollect::json::PathTrie wanted = wanted_paths();
  static kollect::json::Scanner scanner;
  kollect::json::Arena arena;
  const auto whole = scanner.parse(text, arena);
  const auto parts = scanner.scan(text, wanted, arena);
  if (!whole) return;  // what is skipped is not checked in full
  KOLLECT_CHECK(parts.has_value());
  KOLLECT_CHECK(text_of(whole->at({"a", "b"})) == text_of(parts->at({"a", "b"})));
}

struct Pieces final : public kollect::json::PieceReader {
  void on_item(std::string_view bytes) override { all.emplace_back(bytes); }
  void on_member(std::string_view key, std::string_view value) override {
    all.push_back(std::string(key) + ':' + std::string(value));
  }
  std::vector<std::string> all = {};
};

Pieces pieces_of(std::string_view text, kollect::json::Splitter::Input input, size_t step) {
  Pieces pieces;
  kollect::json::Splitter splitter(input);
  kollect::Status status;
  for (size_t at = 0; at < text.size() && status; at += step)
    status = splitter.feed(text.substr(at, step), pieces);
  if (status) status = splitter.finish();
  pieces.all.push_back(status ? "complete" : status.error().message);
  return pieces;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using Input = kollect::json::Splitter::Input;
  if (size == 0) return 0;
  const std::vector<char> exact(bytes, bytes + size);
  const std::string_view text(exact.data(), exact.size());
  check_parts(text);
  for (const Input input : {Input::list, Input::stream}) {
    const Pieces whole = pieces_of(text, input, text.size());
    for (const size_t step : {size_t{1}, size_t{1} + bytes[0] % 130U})
      KOLLECT_CHECK(pieces_of(text, input, step).all == whole.all);
  }
  return 0;
}
