// The characters that matter while a JSON text is only skipped: the next one, sixteen bytes at a
// time where the processor can, or all of a block of 64 bytes as bits.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <string_view>

namespace kollect::json {

namespace marks {

constexpr bool is_bracket_or_quote(char c) {
  const char folded = static_cast<char>(c | 0x20);  // [ and ] differ from { and } by this bit
  return c == '"' || folded == '{' || folded == '}';
}
constexpr bool is_quote_or_backslash(char c) { return c == '"' || c == '\\'; }

#ifdef __SSE2__
inline uint32_t equal_mask(__m128i bytes, char c) {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}
inline uint32_t bracket_or_quote_mask(__m128i bytes) {
  const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  return equal_mask(bytes, '"') | equal_mask(folded, '{') | equal_mask(folded, '}');
}
inline uint32_t quote_or_backslash_mask(__m128i bytes) {
  return equal_mask(bytes, '"') | equal_mask(bytes, '\\');
}
inline __m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
#endif

}  // namespace marks

// How many bits are set. The processor's own instruction may not be assumed, and what the compiler
// calls instead is slower than this.
constexpr uint32_t count_bits(uint64_t bits) {
  bits -= bits >> 1U & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + (bits >> 2U & 0x3333333333333333U);
  bits = (bits + (bits >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
  return static_cast<uint32_t>(bits * 0x0101010101010101U >> 56U);
}

// The marks of 64 bytes, the first byte in the lowest bit.
struct MarkBlock {
  uint64_t quotes = 0;
  uint64_t backslashes = 0;
  uint64_t opens = 0;   // { and [
  uint64_t closes = 0;  // } and ]

  static MarkBlock read(const char* at) {
    MarkBlock out;
#ifdef __SSE2__
    for (unsigned i = 0; i < 64; i += 16) {
      const __m128i bytes = marks::load(at + i);
      const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
      out.quotes |= uint64_t{marks::equal_mask(bytes, '"')} << i;
      out.backslashes |= uint64_t{marks::equal_mask(bytes, '\\')} << i;
      out.opens |= uint64_t{marks::equal_mask(folded, '{')} << i;
      out.closes |= uint64_t{marks::equal_mask(folded, '}')} << i;
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
      const char folded = static_cast<char>(at[i] | 0x20);
      out.quotes |= uint64_t{at[i] == '"'} << i;
      out.backslashes |= uint64_t{at[i] == '\\'} << i;
      out.opens |= uint64_t{folded == '{'} << i;
      out.closes |= uint64_t{folded == '}'} << i;
    }
#endif
    return out;
  }
};

// The first of `" { } [ ]` at or behind `at`, or `end`.
inline const char* find_bracket_or_quote(const char* at, const char* end) {
#ifdef __SSE2__
  for (; end - at >= 16; at += 16) {
    const uint32_t found = marks::bracket_or_quote_mask(marks::load(at));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  while (at < end && !marks::is_bracket_or_quote(*at)) ++at;
  return at;
}

// The first of `" \` at or behind `at`, or `end`.
inline const char* find_quote_or_backslash(const char* at, const char* end) {
#ifdef __SSE2__
  for (; end - at >= 16; at += 16) {
    const uint32_t found = marks::quote_or_backslash_mask(marks::load(at));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  while (at < end && !marks::is_quote_or_backslash(*at)) ++at;
  return at;
}

// Of the text between two quotes, most of which are short; bytes up to `limit` may be read.
inline bool has_backslash(std::string_view text, const char* limit) {
  const char* at = text.data();
  const char* const end = at + text.size();
#ifdef __SSE2__
  for (; limit - at >= 16; at += 16) {
    const uint32_t found = marks::equal_mask(marks::load(at), '\\');
    if (end - at <= 16) return (found & ((1U << (end - at)) - 1)) != 0;
    if (found != 0) return true;
  }
#endif
  while (at < end && *at != '\\') ++at;
  return at < end;
}

}  // namespace kollect::json
