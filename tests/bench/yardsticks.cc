#include "bench/yardsticks.h"

#include <simdjson.h>

#include "bench/measure.h"

namespace kollect::bench {

struct DomParser::Parser {
  simdjson::dom::parser parser;
};

DomParser::DomParser() : parser_(std::make_unique<Parser>()) {}
DomParser::~DomParser() = default;
DomParser::DomParser(DomParser&&) noexcept = default;
DomParser& DomParser::operator=(DomParser&&) noexcept = default;

size_t DomParser::parse_all(const Samples& samples) {
  size_t parsed = 0;
  for (const std::string_view object : samples.objects()) {
    simdjson::dom::element root;
    // Samples are padded, so nothing is copied.
    if (parser_->parser.parse(object.data(), object.size(), false).get(root) != simdjson::SUCCESS) {
      continue;
    }
    keep(root);
    ++parsed;
  }
  return parsed;
}

}  // namespace kollect::bench
