// What a function of the language works with: memory of the evaluation, its budget, compiled
// patterns.
//
// Nothing here allocates from the heap in the steady state. Whatever can grow with the input is
// taken through the context, which answers "exhausted" instead of growing without bound.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "extract/cel/lib_zone.h"
#include "extract/cel/value.h"

namespace re2 {
class RE2;
}

namespace kollect::extract {

// Limits of one evaluation (collection.md L4). Beyond one of them the result is an error of
// CelFault::budget.
struct CelBudget {
  uint64_t iterations = 100'000;  // of all comprehensions together
  uint64_t cost = 10'000'000;  // instructions, plus one per 16 bytes that functions read or write
  size_t memory_bytes = size_t{64} << 20;  // of everything the expression builds
  size_t result_bytes = size_t{1} << 20;   // of the result as JSON
};

// What was prepared with the program for constants of the expression; the address of the constant's
// text is its identity.
struct CompiledPattern {
  std::string_view text;
  const re2::RE2* regex;
};
struct PreparedZone {
  std::string_view name;
  const TimeZone* zone;
};
struct Prepared {
  std::vector<CompiledPattern> patterns;
  std::vector<PreparedZone> zones;
};

// One evaluation, one thread.
class EvalContext {
 public:
  EvalContext(json::Arena& arena, const CelBudget& budget, const Prepared& prepared);
  ~EvalContext();
  EvalContext(const EvalContext&) = delete;
  EvalContext& operator=(const EvalContext&) = delete;

  // Counts work: call with bytes touched / 16 before any loop over input. False when the budget is
  // used up; then return exhausted().
  bool charge(uint64_t cost) {
    cost_ += cost;
    return cost_ <= budget_.cost;
  }
  bool charge_iteration() { return ++iterations_ <= budget_.iterations && charge(1); }
  CelValue exhausted() const;
  bool is_exhausted() const {
    return cost_ > budget_.cost || iterations_ > budget_.iterations || memory_failed_;
  }

  // Arena memory; null pointer when the memory budget is used up.
  void* allocate(size_t bytes);
  char* allocate_text(size_t bytes) { return static_cast<char*>(allocate(bytes)); }
  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    void* place = allocate(sizeof(T));
    return place == nullptr
               ? nullptr
               : std::construct_at(static_cast<T*>(place), std::forward<Arguments>(arguments)...);
  }
  // A copy of the text as a string value, or exhausted().
  CelValue string(std::string_view text);
  CelValue bytes(std::string_view content);
  // A list over a copy of the items.
  CelValue list(std::span<const CelValue> items);
  CelValue optional_of(const CelValue& content);

  // The compiled form of a pattern: the program's own when it is a constant, else compiled now and
  // kept for this evaluation. Null pointer when RE2 refuses it or it is longer than 4 KiB.
  const re2::RE2* pattern(std::string_view text);
  // How far clocks of a zone (IANA name or "+05:30") are ahead of UTC at an instant.
  std::optional<std::chrono::seconds> zone_offset(std::string_view zone, const CelValue& timestamp);

  // `==` and order of the language, charged. False and absent, too, when the budget is used up:
  // is_exhausted() tells.
  bool equal(const CelValue& a, const CelValue& b);
  std::optional<std::strong_ordering> compare(const CelValue& a, const CelValue& b);

  uint64_t cost() const { return cost_; }
  uint64_t iterations() const { return iterations_; }
  const CelBudget& budget() const { return budget_; }
  json::Arena& arena() { return arena_; }

 private:
  struct OwnPattern;

  json::Arena& arena_;
  const CelBudget& budget_;
  const Prepared& prepared_;
  uint64_t cost_ = 0;
  uint64_t iterations_ = 0;
  size_t memory_ = 0;
  bool memory_failed_ = false;
  std::vector<std::unique_ptr<OwnPattern>> own_patterns_;
  std::unique_ptr<TimeZones> own_zones_;
};

// Null pointer when RE2 refuses the pattern or needs more than 1 MiB for it.
std::unique_ptr<re2::RE2> compile_pattern(std::string_view text);

// Text that grows in the arena.
class TextBuilder {
 public:
  explicit TextBuilder(EvalContext& context) : context_(context) {}
  void append(std::string_view text);
  void append(char c) { append(std::string_view(&c, 1)); }
  // As UTF-8.
  void append_code_point(uint32_t code_point);
  std::string_view view() const { return {bytes_, size_}; }
  // The text as a string value; exhausted() when the budget did not suffice.
  CelValue finish();

 private:
  EvalContext& context_;
  char* bytes_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  bool failed_ = false;
};

// A list that grows in the arena.
class ListBuilder {
 public:
  ListBuilder() = default;  // assign another before use
  explicit ListBuilder(EvalContext& context, size_t expected = 0);
  void add(const CelValue& item);
  size_t size() const { return size_; }
  CelValue finish();

 private:
  void grow(size_t capacity);

  EvalContext* context_ = nullptr;
  CelValue* items_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  bool failed_ = false;
};

// A map that grows in the arena.
class MapBuilder {
 public:
  MapBuilder() = default;  // assign another before use
  explicit MapBuilder(EvalContext& context, size_t expected = 0);
  void add(const CelValue& key, const CelValue& value);
  // Sorts by key. An error when a key is of a kind that no key may have (only bool, int, uint,
  // string) or comes twice.
  CelValue finish();

 private:
  void grow(size_t capacity);

  EvalContext* context_ = nullptr;
  MapEntry* entries_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  bool failed_ = false;
};

// Text forms shared by string(), format() and results; they append to the builder.
void append_integer(TextBuilder& out, int64_t number);
void append_unsigned(TextBuilder& out, uint64_t number);
// As string(double): shortest digits, an exponent below 1e-4 and from 1e6, "NaN", "+Inf", "-Inf".
void append_double(TextBuilder& out, double number);
void append_timestamp(TextBuilder& out, const CelValue& timestamp);  // RFC 3339, UTC
void append_duration(TextBuilder& out, const CelValue& duration);    // "90s", "0.001s"

}  // namespace kollect::extract
