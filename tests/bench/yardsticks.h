// The libraries that figures compare with, used as their documentation says is fastest.
#pragma once

#include <memory>

#include "bench/samples.h"

namespace kollect::bench {

// simdjson's DOM parser, reused from object to object.
class DomParser {
 public:
  DomParser();
  ~DomParser();
  DomParser(DomParser&&) noexcept;
  DomParser& operator=(DomParser&&) noexcept;

  // Parses every object, of Samples since it reads past the end, and nothing more; the number that
  // were JSON.
  size_t parse(std::span<const std::string_view> objects);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// What somebody would write by hand for mixed_attributes() (plans.h): simdjson's on-demand parser,
// one forward pass, three JSON texts per object appended to a buffer.
class HandWritten {
 public:
  HandWritten();
  ~HandWritten();
  HandWritten(HandWritten&&) noexcept;
  HandWritten& operator=(HandWritten&&) noexcept;

  // The texts of one object of `samples`, three lines; good until the next call. Empty on an error.
  std::string_view read(std::string_view object);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace kollect::bench
