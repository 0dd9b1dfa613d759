#include "extract/compiled_profile.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_write.h"
#include "extract/secret_view.h"

namespace kollect::extract {

namespace {

constexpr size_t kMaxFailureBytes = 256;

// The text up to a limit, not through the middle of a character.
std::string_view cut(std::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void ExtractionOutput::begin(size_t attributes) {
  encoded_.clear();
  pieces_.assign(attributes, Piece{});
  values_.assign(attributes, std::string_view());
  misfits_.clear();
  failure_.reset();
}

void ExtractionOutput::put(size_t slot, const json::Value& value) {
  pieces_[slot].begin = encoded_.size();
  json::append(encoded_, value);
  pieces_[slot].end = encoded_.size();
}

void ExtractionOutput::finish() {
  for (size_t slot = 0; slot < pieces_.size(); ++slot) {
    const Piece& piece = pieces_[slot];
    values_[slot] = std::string_view(encoded_).substr(piece.begin, piece.end - piece.begin);
  }
}

void ExtractionOutput::fail(std::string_view attribute, std::string_view why) {
  const std::string message = fmt::format("attribute \"{}\": {}", attribute, why);
  failure_ = ExtractionFailure{std::string(attribute), std::string(cut(message, kMaxFailureBytes))};
}

void CompiledProfile::add_needed_paths(json::PathTrie& wanted) const {
  for (const Attribute& attribute : attributes_) {
    if (const auto* path = std::get_if<JsonPath>(&attribute.program)) {
      path->add_needed_paths(wanted);
      continue;
    }
    const Cel& cel = std::get<Cel>(attribute.program);
    cel.program.add_needed_paths(wanted);
    if (cel.parent) cel.parent->add_needed_paths(wanted);
  }
  if (pruner_) pruner_->add_needed_paths(wanted);
}

void CompiledProfile::run(const json::Value& object, json::Arena& arena,
                          ExtractionOutput& output) const {
  output.begin(schema_.size());
  const json::Value seen = hides_secret_data_ ? secret_view(object, arena) : object;
  for (const Attribute& attribute : attributes_) {
    if (!run_one(attribute, seen, arena, output)) return;
  }
  if (pruner_) {
    const json::Value whole = is_secret_ ? scrub_secret(object, arena) : object;
    output.put(resource_slot_, scrubber_.scrub(pruner_->prune(whole, arena), arena));
  }
  output.finish();
}

// False when the object fails.
bool CompiledProfile::run_one(const Attribute& attribute, const json::Value& object,
                              json::Arena& arena, ExtractionOutput& output) const {
  const auto value = evaluate(attribute, object, arena);
  if (!value) {
    if (attribute.is_optional) return true;
    output.fail(attribute.name, value.error().message);
    return false;
  }
  if (value->is_null() && attribute.is_optional) return true;
  if (attribute.is_redacted && !value->is_null()) {
    output.put(attribute.slot, sensitive_marker());
    return true;
  }
  const Typed typed = apply_type(attribute.type, *value, arena);
  if (typed.fit == Fit::no) output.misfits_.push_back(attribute.slot);
  output.put(attribute.slot, typed.value);
  return true;
}

Result<json::Value> CompiledProfile::evaluate(const Attribute& attribute, const json::Value& object,
                                              json::Arena& arena) const {
  return std::visit([&](const auto& program) { return evaluate(program, object, arena); },
                    attribute.program);
}

Result<json::Value> CompiledProfile::evaluate(const JsonPath& path, const json::Value& object,
                                              json::Arena& arena) const {
  const PathResult result = path.evaluate(object, arena);
  if (result.kind == PathResult::Kind::error) return invalid(std::string(word(result.error)));
  if (result.kind == PathResult::Kind::missing) return json::Value();
  return scrubber_.scrub_result(result, arena);
}

Result<json::Value> CompiledProfile::evaluate(const Cel& cel, const json::Value& object,
                                              json::Arena& arena) const {
  const auto value = to_json(cel.program.evaluate(object, arena).value, arena);
  if (!value) return value;
  if (cel.last_key.empty()) return scrubber_.scrub(*value, arena);
  if (!cel.parent) return scrubber_.scrub_selected(*value, cel.last_key, nullptr, arena);
  const auto parent = to_json(cel.parent->evaluate(object, arena).value, arena);
  return scrubber_.scrub_selected(*value, cel.last_key, parent ? &*parent : nullptr, arena);
}

Result<CelProgram> compile_match_policy(std::string_view text) {
  return compile_cel(text, CelEnvironment::of_object());
}

PolicyVerdict match(const CelProgram& policy, const json::Value& object, json::Arena& arena) {
  const CelValue value = policy.evaluate(object, arena).value;
  if (value.kind() == CelKind::string) {
    constexpr std::string_view kTrue[] = {"true", "TRUE", "True", "t", "T", "1"};
    return {.matches = std::ranges::find(kTrue, value.as_text()) != std::end(kTrue)};
  }
  return {.matches = value.is_true(), .failed = value.is_error()};
}

}  // namespace kollect::extract
