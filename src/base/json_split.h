// Cuts JSON that arrives in chunks into the pieces that are worth reading: the items of a list, or
// one document after the other of a stream. Nothing is kept but the piece at hand, and that only
// when it crosses a chunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kollect::json {

// Takes the pieces. The bytes are good until the call returns. Bytes of a piece are balanced;
// whether they are JSON is for the one who parses them to say.
class PieceReader {
 public:
  virtual ~PieceReader() = default;
  // An element of `items`, or a document of a stream.
  virtual void on_item(std::string_view bytes) = 0;
  // Another member of the list: its key (as written, without quotes) and its value.
  virtual void on_member(std::string_view key, std::string_view value) = 0;
};

class Splitter {
 public:
  enum class Input : uint8_t {
    list,    // one object with a member `items`: {"kind":..., "metadata":{...}, "items":[...]}
    stream,  // documents with white space between them, as a watch sends them
  };

  // A piece beyond `most_bytes` is an error.
  explicit Splitter(Input input, size_t most_bytes = size_t{256} << 20);

  // Reads the next bytes. After an error the splitter is spent.
  Status feed(std::string_view chunk, PieceReader& reader);
  // Whether the input ended where it may: Fault::unavailable when it was cut off.
  Status finish() const;
  // Starts over, keeping its buffer.
  void reset();

  // Bytes kept of a piece that is not complete yet.
  size_t carried_bytes() const { return carry_.size(); }

 private:
  enum class State : uint8_t {
    document,   // before a document, or before the list's object
    first_key,  // behind `{`
    key,        // expecting a key
    in_key,     // inside a key's quotes
    colon,      // behind a key
    member,     // before a member's value
    after_member,
    first_item,  // behind the `[` of items
    item,        // before an item
    after_item,
    piece,  // inside a piece
    end,    // behind the list's object
  };

  const char* step(const char* at, const char* end);
  const char* begin_piece(const char* at, State then);
  const char* read_piece(const char* at, const char* end, PieceReader& reader);
  const char* skip_container(const char* at, const char* end);
  const char* skip_by_marks(const char* at, const char* end);
  const char* skip_string(const char* at, const char* end);
  const char* skip_scalar(const char* at, const char* end);
  void emit(std::string_view bytes, PieceReader& reader);
  const char* fail(const char* what, const char* at);

  const Input input_;
  const size_t most_bytes_;
  State state_ = State::document;
  State then_ = State::document;  // after the piece
  enum class Shape : uint8_t { container, string, scalar } shape_ = Shape::container;
  uint32_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::string key_;
  std::string carry_;
  const char* chunk_ = nullptr;
  size_t before_ = 0;  // bytes of all earlier chunks
  const char* failure_ = nullptr;
  size_t failed_at_ = 0;
};

}  // namespace kollect::json
