#include "bench/yardsticks.h"

#include <simdjson.h>

#include "base/json_write.h"
#include "bench/measure.h"

namespace kollect::bench {

struct DomParser::Parser {
  simdjson::dom::parser parser;
};

DomParser::DomParser() : parser_(std::make_unique<Parser>()) {}
DomParser::~DomParser() = default;
DomParser::DomParser(DomParser&&) noexcept = default;
DomParser& DomParser::operator=(DomParser&&) noexcept = default;

size_t DomParser::parse(std::span<const std::string_view> objects) {
  size_t parsed = 0;
  for (const std::string_view object : objects) {
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

struct HandWritten::Parser {
  simdjson::ondemand::parser parser;
  std::string out;
};

HandWritten::HandWritten() : parser_(std::make_unique<Parser>()) {}
HandWritten::~HandWritten() = default;
HandWritten::HandWritten(HandWritten&&) noexcept = default;
HandWritten& HandWritten::operator=(HandWritten&&) noexcept = default;

std::string_view HandWritten::read(std::string_view object) {
  std::string& out = parser_->out;
  out.clear();
  simdjson::ondemand::document document;
  const simdjson::padded_string_view padded(object, object.size() + simdjson::SIMDJSON_PADDING);
  if (parser_->parser.iterate(padded).get(document) != simdjson::SUCCESS) return {};
  int64_t replicas = 0;
  int64_t available = 0;
  std::string_view image;
  auto spec = document["spec"];
  bool read = spec["replicas"].get(replicas) == simdjson::SUCCESS;
  for (auto container : spec["template"]["spec"]["containers"]) {
    read = read && container["image"].get(image) == simdjson::SUCCESS;
    break;
  }
  read = read && document["status"]["availableReplicas"].get(available) == simdjson::SUCCESS;
  if (!read) return {};
  json::append_string(out, image);
  out += '\n';
  json::append_integer(out, replicas);
  out += available >= replicas ? "\n\"yes\"" : "\n\"no\"";
  return out;
}

}  // namespace kollect::bench
