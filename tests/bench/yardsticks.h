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

  // Parses every object and nothing more; the number that were JSON.
  size_t parse_all(const Samples& samples);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace kollect::bench
