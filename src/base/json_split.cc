#include "base/json_split.h"

#include <fmt/format.h>

#include "base/detail/json_marks.h"
#include "base/detail/json_skip.h"
#include "base/detail/json_token.h"

namespace kollect::json {

Splitter::Splitter(Input input, size_t most_bytes) : input_(input), most_bytes_(most_bytes) {}

void Splitter::reset() {
  state_ = State::document;
  depth_ = 0;
  in_string_ = escaped_ = false;
  key_.clear();
  carry_.clear();
  before_ = 0;
  failure_ = nullptr;
}

const char* Splitter::fail(const char* what, const char* at) {
  failure_ = what;
  failed_at_ = before_ + static_cast<size_t>(at - chunk_);
  return at;
}

Status Splitter::feed(std::string_view chunk, PieceReader& reader) {
  chunk_ = chunk.data();
  const char* const end = chunk.data() + chunk.size();
  for (const char* at = chunk_; at < end && failure_ == nullptr;) {
    if (state_ == State::piece) {
      at = read_piece(at, end, reader);
    } else if (state_ != State::in_key && is_space(*at)) {
      ++at;
    } else {
      at = step(at, end);
    }
  }
  if (failure_ != nullptr)
    return invalid(fmt::format("not a {}: {} at byte {}",
                               input_ == Input::list ? "list" : "stream of objects", failure_,
                               failed_at_));
  before_ += chunk.size();
  return {};
}

Status Splitter::finish() const {
  const bool whole = input_ == Input::list ? state_ == State::end : state_ == State::document;
  if (whole) return {};
  return unavailable(fmt::format("the answer was cut off after {} bytes", before_));
}

// One step of the skeleton around the pieces; `at` stands on no white space.
const char* Splitter::step(const char* at, const char* end) {
  const char c = *at;
  switch (state_) {
    case State::document:
      if (input_ == Input::stream) return begin_piece(at, State::document);
      if (c != '{') return fail("expected '{'", at);
      state_ = State::first_key;
      return at + 1;
    case State::first_key:
    case State::key:
      if (c == '}' && state_ == State::first_key) {
        state_ = State::end;
        return at + 1;
      }
      if (c != '"') return fail("expected a key", at);
      key_.clear();
      state_ = State::in_key;
      return at + 1;
    case State::in_key: {
      const char* quote = at;
      while (quote < end && *quote != '"') ++quote;
      key_.append(at, quote);
      if (key_.size() > most_bytes_) return fail("a key is too long", at);
      if (quote == end) return end;
      state_ = State::colon;
      return quote + 1;
    }
    case State::colon:
      if (c != ':') return fail("expected ':'", at);
      state_ = State::member;
      return at + 1;
    case State::member:
      if (key_ != "items" || c != '[') return begin_piece(at, State::after_member);
      state_ = State::first_item;
      return at + 1;
    case State::after_member:
      if (c != ',' && c != '}') return fail("expected ',' or '}'", at);
      state_ = c == ',' ? State::key : State::end;
      return at + 1;
    case State::first_item:
    case State::item:
      if (c != ']' || state_ == State::item) return begin_piece(at, State::after_item);
      state_ = State::after_member;
      return at + 1;
    case State::after_item:
      if (c != ',' && c != ']') return fail("expected ',' or ']'", at);
      state_ = c == ',' ? State::item : State::after_member;
      return at + 1;
    case State::end:
      return fail("text after the list", at);
    case State::piece:
      break;
  }
  return end;
}

const char* Splitter::begin_piece(const char* at, State then) {
  if (*at == ',' || *at == ':' || *at == ']' || *at == '}') {
    return fail("expected a value", at);
  }
  then_ = then;
  state_ = State::piece;
  shape_ = *at == '{' || *at == '[' ? Shape::container : *at == '"' ? Shape::string : Shape::scalar;
  depth_ = 0;
  in_string_ = escaped_ = false;
  return at;
}

const char* Splitter::read_piece(const char* at, const char* end, PieceReader& reader) {
  const char* behind = nullptr;  // of the piece; null while it goes on
  switch (shape_) {
    case Shape::container:
      behind = skip_container(at, end);
      break;
    case Shape::string:
      behind = skip_string(at, end);
      break;
    case Shape::scalar:
      behind = skip_scalar(at, end);
      break;
  }
  const std::string_view part(at, static_cast<size_t>((behind == nullptr ? end : behind) - at));
  if (carry_.size() + part.size() > most_bytes_) {
    return fail("an object is too large", at);
  }
  if (behind == nullptr) {
    carry_ += part;
    return end;
  }
  if (carry_.empty()) {
    emit(part, reader);
  } else {
    carry_ += part;
    emit(carry_, reader);
    carry_.clear();
  }
  state_ = then_;
  return behind;
}

void Splitter::emit(std::string_view bytes, PieceReader& reader) {
  if (then_ == State::after_member) {
    reader.on_member(key_, bytes);
  } else {
    reader.on_item(bytes);
  }
}

const char* Splitter::skip_container(const char* at, const char* end) {
  constexpr ptrdiff_t kBlock = 64;
  while (end - at >= kBlock) {
    SkipState state{depth_, in_string_, escaped_};
    const Skipped skipped = skip_blocks(at, end, state);
    depth_ = state.depth;
    in_string_ = state.in_string;
    escaped_ = state.escaped;
    if (skipped.behind != nullptr) return skipped.behind;
    at = skipped.at;
    if (end - at < kBlock) break;
    const char* const behind = skip_by_marks(at, at + kBlock);
    if (behind != nullptr) return behind;
    at += kBlock;
  }
  return skip_by_marks(at, end);
}

// Fewer bytes than a block, or such that need a closer look.
const char* Splitter::skip_by_marks(const char* at, const char* end) {
  while (at < end) {
    if (in_string_) {
      at = skip_string(at, end);
      if (at == nullptr) return nullptr;
      in_string_ = false;
      continue;
    }
    at = find_bracket_or_quote(at, end);
    if (at == end) return nullptr;
    const char c = *at++;
    if (c == '"') {
      in_string_ = true;
      escaped_ = false;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (--depth_ == 0) {
      return at;
    }
  }
  return nullptr;
}

// In a container `at` stands behind the opening quote, else (shape string, first call) on it.
const char* Splitter::skip_string(const char* at, const char* end) {
  if (shape_ == Shape::string && !in_string_) {
    in_string_ = true;
    ++at;
  }
  while (at < end) {
    if (escaped_) {
      escaped_ = false;
      ++at;
      continue;
    }
    at = find_quote_or_backslash(at, end);
    if (at == end) return nullptr;
    if (*at == '"') return at + 1;
    escaped_ = true;
    ++at;
  }
  return nullptr;
}

const char* Splitter::skip_scalar(const char* at, const char* end) {
  while (at < end && !is_space(*at) && *at != ',' && *at != '}' && *at != ']') ++at;
  return at == end ? nullptr : at;
}

}  // namespace kollect::json
