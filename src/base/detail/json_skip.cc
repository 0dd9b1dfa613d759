#include "base/detail/json_skip.h"

#include <bit>
#include <cstddef>

#include "base/detail/json_marks.h"

#if defined(__x86_64__)
#include <immintrin.h>
// For instructions of most processors since 2013; which this one has is asked when it runs.
#define KOLLECT_WIDE __attribute__((target("avx2,pclmul,popcnt")))
#define KOLLECT_WIDEST __attribute__((target("avx512f,avx512bw,pclmul,popcnt")))
#endif

namespace kollect::json {

namespace {

constexpr std::ptrdiff_t kBlock = 64;

// The walk over blocks but for the arithmetic that processors do differently well.
class Walk {
 public:
  explicit Walk(const SkipState& state)
      : depth_(state.depth),
        inside_(state.in_string ? ~uint64_t{0} : 0),
        escaped_(state.in_string && state.escaped) {}

  // The quotes that begin and end strings: not those behind an odd number of backslashes. Adding
  // its first bit to a run of backslashes moves it to the place behind the run, where it stands at
  // the other parity when the run is odd.
  uint64_t take_quotes(const MarkBlock& marks) {
    constexpr uint64_t kEven = 0x5555555555555555;
    const uint64_t first = escaped_ ? 1 : 0;
    ends_escaped_ = false;
    if ((marks.backslashes | first) == 0) return marks.quotes;
    const uint64_t runs = marks.backslashes & ~first;
    const uint64_t starts = runs & ~(runs << 1U);
    uint64_t behind_odd = 0;
    const uint64_t behind_even = runs + (starts & kEven);
    ends_escaped_ = __builtin_add_overflow(runs, starts & ~kEven, &behind_odd);
    const uint64_t escaped = ((behind_even & ~kEven) | (behind_odd & kEven)) & ~runs;
    return marks.quotes & ~(escaped | first);
  }

  // `parity`: for each byte whether the number of quotes up to it is odd. False when the block is
  // none of JSON: then nothing was taken.
  bool take_strings(const MarkBlock& marks, uint64_t parity) {
    const uint64_t inside = parity ^ inside_;  // opening quotes included, closing ones not
    if ((marks.backslashes & ~inside) != 0) return false;
    opens = marks.opens & ~inside;
    closes = marks.closes & ~inside;
    inside_ = (inside >> 63U) != 0 ? ~uint64_t{0} : 0;
    escaped_ = ends_escaped_;
    return true;
  }

  // How many there are of `opens` and `closes`; behind the end of the container, or null.
  const char* take_brackets(const char* at, uint64_t opened, uint64_t closed) {
    if (closed < depth_) {
      depth_ += static_cast<uint32_t>(opened - closed);
      return nullptr;
    }
    for (uint64_t left = opens | closes; left != 0; left &= left - 1) {
      const bool is_open = (opens & left & (~left + 1)) != 0;
      depth_ += is_open ? 1U : ~0U;
      if (depth_ > 0) continue;
      inside_ = 0;
      escaped_ = false;
      return at + std::countr_zero(left) + 1;
    }
    return nullptr;
  }

  SkipState state() const { return {depth_, inside_ != 0, escaped_}; }

  // Outside of strings, of the block at hand.
  uint64_t opens = 0;
  uint64_t closes = 0;

 private:
  uint32_t depth_;
  uint64_t inside_;  // all bits: the next block begins in a string
  bool escaped_;     // and its first character is escaped
  bool ends_escaped_ = false;
};

Skipped skip_narrow(const char* at, const char* end, SkipState& state) {
  Walk walk(state);
  const char* behind = nullptr;
  for (; behind == nullptr && end - at >= kBlock; at += kBlock) {
    const MarkBlock marks = MarkBlock::read(at);
    uint64_t parity = walk.take_quotes(marks);
    for (unsigned step = 1; step < 64; step *= 2) parity ^= parity << step;
    if (!walk.take_strings(marks, parity)) break;
    behind = walk.take_brackets(at, count_bits(walk.opens), count_bits(walk.closes));
  }
  state = walk.state();
  return {behind, at};
}

#if defined(__x86_64__)
KOLLECT_WIDE inline uint64_t equal_mask(__m256i low, __m256i high, char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  const auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return uint64_t{second} << 32U | first;
}

KOLLECT_WIDE inline MarkBlock read_wide(const char* at) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + kBlock / 2));
  const __m256i fold = _mm256_set1_epi8(0x20);  // [ as {, ] as }
  const __m256i low_folded = _mm256_or_si256(low, fold);
  const __m256i high_folded = _mm256_or_si256(high, fold);
  return {.quotes = equal_mask(low, high, '"'),
          .backslashes = equal_mask(low, high, '\\'),
          .opens = equal_mask(low_folded, high_folded, '{'),
          .closes = equal_mask(low_folded, high_folded, '}')};
}

KOLLECT_WIDE inline uint64_t parity_wide(uint64_t bits) {
  const __m128i factor = _mm_set_epi64x(0, static_cast<long long>(bits));
  return static_cast<uint64_t>(
      _mm_cvtsi128_si64(_mm_clmulepi64_si128(factor, _mm_set1_epi8(-1), 0)));
}

KOLLECT_WIDE Skipped skip_wide(const char* at, const char* end, SkipState& state) {
  Walk walk(state);
  const char* behind = nullptr;
  for (; behind == nullptr && end - at >= kBlock; at += kBlock) {
    const MarkBlock marks = read_wide(at);
    if (!walk.take_strings(marks, parity_wide(walk.take_quotes(marks)))) break;
    behind = walk.take_brackets(at, static_cast<uint64_t>(_mm_popcnt_u64(walk.opens)),
                                static_cast<uint64_t>(_mm_popcnt_u64(walk.closes)));
  }
  state = walk.state();
  return {behind, at};
}

KOLLECT_WIDEST inline MarkBlock read_widest(const char* at) {
  const __m512i bytes = _mm512_loadu_si512(at);
  const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
  return {.quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
          .backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
          .opens = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')),
          .closes = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'))};
}

KOLLECT_WIDEST Skipped skip_widest(const char* at, const char* end, SkipState& state) {
  Walk walk(state);
  const char* behind = nullptr;
  for (; behind == nullptr && end - at >= kBlock; at += kBlock) {
    const MarkBlock marks = read_widest(at);
    if (!walk.take_strings(marks, parity_wide(walk.take_quotes(marks)))) break;
    behind = walk.take_brackets(at, static_cast<uint64_t>(_mm_popcnt_u64(walk.opens)),
                                static_cast<uint64_t>(_mm_popcnt_u64(walk.closes)));
  }
  state = walk.state();
  return {behind, at};
}

bool is_wide() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
         __builtin_cpu_supports("popcnt") != 0;
}
bool is_widest() {
  return is_wide() && __builtin_cpu_supports("avx512f") != 0 &&
         __builtin_cpu_supports("avx512bw") != 0;
}
#endif

}  // namespace

Skipped skip_blocks(const char* at, const char* end, SkipState& state, Arithmetic arithmetic) {
#if defined(__x86_64__)
  static const bool kIsWidest = is_widest();
  static const bool kIsWide = is_wide();
  if (kIsWidest && arithmetic == Arithmetic::widest) return skip_widest(at, end, state);
  if (kIsWide && arithmetic != Arithmetic::portable) return skip_wide(at, end, state);
#endif
  return skip_narrow(at, end, state);
}

}  // namespace kollect::json
