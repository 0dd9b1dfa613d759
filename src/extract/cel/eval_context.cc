#include "extract/cel/eval_context.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string>

#include <re2/re2.h>

#include "extract/cel/lib_text.h"
#include "extract/cel/lib_time.h"

namespace kollect::extract {

struct EvalContext::OwnPattern {
  std::string text;
  std::unique_ptr<re2::RE2> regex;  // null when RE2 refuses it
};

std::unique_ptr<re2::RE2> compile_pattern(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(int64_t{1} << 20);
  auto regex = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  return regex->ok() ? std::move(regex) : nullptr;
}

EvalContext::EvalContext(json::Arena& arena, const CelBudget& budget, const Prepared& prepared)
    : arena_(arena), budget_(budget), prepared_(prepared) {}

EvalContext::~EvalContext() = default;

CelValue EvalContext::exhausted() const {
  if (iterations_ > budget_.iterations) {
    return CelValue::error(CelFault::budget, "too many iterations of comprehensions");
  }
  if (cost_ > budget_.cost) return CelValue::error(CelFault::budget, "evaluation costs too much");
  return CelValue::error(CelFault::budget, "evaluation needs too much memory");
}

bool EvalContext::equal(const CelValue& a, const CelValue& b) {
  const uint64_t granted = is_exhausted() ? 0 : budget_.cost - cost_ + 1;
  uint64_t left = granted;
  const bool answer = kollect::extract::equal(a, b, left);
  return charge(granted - left) && answer;
}

std::optional<std::strong_ordering> EvalContext::compare(const CelValue& a, const CelValue& b) {
  if (!charge(std::min(text_size(a), text_size(b)) / 16)) return std::nullopt;
  return kollect::extract::compare(a, b);
}

void* EvalContext::allocate(size_t bytes) {
  if (bytes > budget_.memory_bytes - memory_) {
    memory_failed_ = true;
    return nullptr;
  }
  memory_ += bytes;
  cost_ += bytes / 16;
  return arena_.allocate(bytes == 0 ? 1 : bytes);
}

CelValue EvalContext::string(std::string_view text) {
  char* place = allocate_text(text.size());
  if (place == nullptr) return exhausted();
  std::copy(text.begin(), text.end(), place);
  return CelValue::string({place, text.size()});
}

CelValue EvalContext::bytes(std::string_view content) {
  char* place = allocate_text(content.size());
  if (place == nullptr) return exhausted();
  std::copy(content.begin(), content.end(), place);
  return CelValue::bytes({place, content.size()});
}

CelValue EvalContext::list(std::span<const CelValue> items) {
  auto* place = static_cast<CelValue*>(allocate(items.size_bytes()));
  if (place == nullptr) return exhausted();
  std::uninitialized_copy(items.begin(), items.end(), place);
  return CelValue::list(std::span<const CelValue>(place, items.size()));
}

CelValue EvalContext::optional_of(const CelValue& content) {
  const CelValue* place = make<CelValue>(content);
  return place == nullptr ? exhausted() : CelValue::optional(place);
}

const re2::RE2* EvalContext::pattern(std::string_view text) {
  for (const CompiledPattern& known : prepared_.patterns) {
    if (known.text.data() == text.data() && known.text.size() == text.size()) return known.regex;
  }
  for (const auto& own : own_patterns_) {
    if (own->text == text) return own->regex.get();
  }
  constexpr size_t kMostBytes = 4096;
  constexpr size_t kMostPatterns = 64;
  if (text.size() > kMostBytes || !charge(1000 + 10 * text.size())) return nullptr;
  if (own_patterns_.size() == kMostPatterns) own_patterns_.erase(own_patterns_.begin());
  own_patterns_.push_back(std::make_unique<OwnPattern>(
      OwnPattern{.text = std::string(text), .regex = compile_pattern(text)}));
  return own_patterns_.back()->regex.get();
}

std::optional<std::chrono::seconds> EvalContext::zone_offset(std::string_view zone,
                                                             const CelValue& timestamp) {
  const Timestamp time{.seconds = timestamp.seconds(),
                       .nanos = static_cast<int32_t>(timestamp.nanos())};
  for (const PreparedZone& known : prepared_.zones) {
    if (known.name.data() == zone.data() && known.name.size() == zone.size()) {
      return known.zone->offset(time);
    }
  }
  if (const auto written = parse_offset(zone)) return written;
  if (own_zones_ == nullptr) own_zones_ = std::make_unique<TimeZones>();
  if (!charge(1000)) return std::nullopt;
  return own_zones_->offset(zone, time);
}

void TextBuilder::append(std::string_view text) {
  if (failed_ || text.empty()) return;
  if (text.size() > capacity_ - size_) {
    const size_t wanted = std::max({size_t{32}, capacity_ * 2, size_ + text.size()});
    char* bigger = context_.allocate_text(wanted);
    if (bigger == nullptr) {
      failed_ = true;
      return;
    }
    std::copy_n(bytes_, size_, bigger);
    bytes_ = bigger;
    capacity_ = wanted;
  }
  std::memcpy(bytes_ + size_, text.data(), text.size());
  size_ += text.size();
}

void TextBuilder::append_code_point(uint32_t code_point) {
  char utf8[4];
  append(std::string_view(utf8, encode_code_point(code_point, utf8)));
}

CelValue TextBuilder::finish() {
  return failed_ ? context_.exhausted() : CelValue::string({bytes_, size_});
}

ListBuilder::ListBuilder(EvalContext& context, size_t expected) : context_(&context) {
  if (expected > 0) grow(expected);
}

void ListBuilder::grow(size_t capacity) {
  auto* bigger = static_cast<CelValue*>(context_->allocate(capacity * sizeof(CelValue)));
  if (bigger == nullptr) {
    failed_ = true;
    return;
  }
  std::uninitialized_copy_n(items_, size_, bigger);
  items_ = bigger;
  capacity_ = capacity;
}

void ListBuilder::add(const CelValue& item) {
  if (size_ == capacity_ && !failed_) grow(std::max(size_t{4}, capacity_ * 2));
  if (!failed_) items_[size_++] = item;
}

CelValue ListBuilder::finish() {
  if (failed_) return context_->exhausted();
  return CelValue::list(std::span<const CelValue>(items_, size_));
}

MapBuilder::MapBuilder(EvalContext& context, size_t expected) : context_(&context) {
  if (expected > 0) grow(expected);
}

void MapBuilder::grow(size_t capacity) {
  auto* bigger = static_cast<MapEntry*>(context_->allocate(capacity * sizeof(MapEntry)));
  if (bigger == nullptr) {
    failed_ = true;
    return;
  }
  std::uninitialized_copy_n(entries_, size_, bigger);
  entries_ = bigger;
  capacity_ = capacity;
}

void MapBuilder::add(const CelValue& key, const CelValue& value) {
  if (size_ == capacity_ && !failed_) grow(std::max(size_t{4}, capacity_ * 2));
  if (!failed_) entries_[size_++] = MapEntry{key, value};
}

namespace {

bool is_key(const CelValue& value) {
  return value.kind() == CelKind::boolean || value.kind() == CelKind::integer ||
         value.kind() == CelKind::unsigned_integer || value.kind() == CelKind::string;
}

bool comes_before(const MapEntry& a, const MapEntry& b) { return compare_keys(a.key, b.key) < 0; }

}  // namespace

CelValue MapBuilder::finish() {
  if (failed_) return context_->exhausted();
  const std::span<MapEntry> entries(entries_, size_);
  for (const MapEntry& entry : entries) {
    if (!context_->charge(1 + text_size(entry.key))) return context_->exhausted();
    if (!is_key(entry.key)) {
      return CelValue::error(CelFault::invalid_argument,
                             "a key of a map must be a bool, int, uint or string");
    }
  }
  if (!std::ranges::is_sorted(entries, comes_before)) std::ranges::sort(entries, comes_before);
  const auto twice = std::ranges::adjacent_find(
      entries, [](const MapEntry& a, const MapEntry& b) { return !comes_before(a, b); });
  if (twice != entries.end()) {
    return CelValue::error(CelFault::invalid_argument, "a key of a map comes twice");
  }
  return CelValue::map(std::span<const MapEntry>(entries));
}

void append_integer(TextBuilder& out, int64_t number) {
  char digits[24];
  out.append(std::string_view(digits, std::to_chars(digits, digits + sizeof digits, number).ptr));
}

void append_unsigned(TextBuilder& out, uint64_t number) {
  char digits[24];
  out.append(std::string_view(digits, std::to_chars(digits, digits + sizeof digits, number).ptr));
}

void append_double(TextBuilder& out, double number) {
  if (std::isnan(number)) return out.append("NaN");
  if (std::isinf(number)) return out.append(number > 0 ? "+Inf" : "-Inf");
  const double size = std::fabs(number);
  const bool has_exponent = size != 0 && (size < 1e-4 || size >= 1e6);
  const auto format = has_exponent ? std::chars_format::scientific : std::chars_format::fixed;
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, format).ptr;
  out.append(std::string_view(digits, end));
}

void append_timestamp(TextBuilder& out, const CelValue& timestamp) {
  out.append(format_timestamp(
                 {.seconds = timestamp.seconds(), .nanos = static_cast<int32_t>(timestamp.nanos())})
                 .view());
}

void append_duration(TextBuilder& out, const CelValue& duration) {
  out.append(format_duration(std::chrono::nanoseconds(duration.duration_nanos())).view());
}

}  // namespace kollect::extract
