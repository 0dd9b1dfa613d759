// Kubernetes quantities ("1.5Gi", "250m", "1e3"): numbers that are whole multiples of a billionth.
//
// Follows resource.Quantity of Kubernetes: what it accepts, what it rounds (up, to a billionth) and
// caps (binary suffixes, at 2^63-1), and which values count as integers: only those that its 64-bit
// form holds, so "1Ki" but not "1Pi" and not "1.0". One limit is ours: beyond 10^140 there is no
// quantity.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

// A natural number below 2^512. A step that would leave that range reports it and leaves an
// unspecified value.
class Natural {
 public:
  constexpr Natural() = default;
  explicit constexpr Natural(uint64_t n) { limbs_[0] = n; }

  bool is_zero() const { return *this == Natural(); }
  bool fits(uint64_t limit) const { return *this <= Natural(limit); }
  // The number modulo 2^64.
  uint64_t low() const { return limbs_[0]; }
  // Nearest, ties to even.
  double as_double() const;

  [[nodiscard]] bool multiply(uint64_t factor, uint64_t addend = 0);
  [[nodiscard]] bool multiply_by_power_of_ten(uint64_t exponent);
  [[nodiscard]] bool add(const Natural& other);
  // `other` is at most this.
  void subtract(const Natural& other);
  // Divides, and tells the remainder.
  uint64_t divide(uint64_t divisor);

  friend bool operator==(const Natural&, const Natural&) = default;
  friend std::strong_ordering operator<=>(const Natural& a, const Natural& b);

 private:
  static constexpr size_t kLimbs = 8;
  std::array<uint64_t, kLimbs> limbs_{};  // least significant first
};

class Quantity {
 public:
  // Nothing when the text is no quantity.
  static std::optional<Quantity> parse(std::string_view text);
  static Quantity of(int64_t number);

  // -1, 0 or 1.
  int sign() const;
  // Nothing when the 64-bit form does not hold the value as a whole number.
  std::optional<int64_t> as_integer() const;
  double as_approximate_double() const;

  // Nothing beyond 10^140. The result is written in the way of the left side, of the right side
  // when the left is zero.
  std::optional<Quantity> plus(const Quantity& other) const;
  std::optional<Quantity> minus(const Quantity& other) const;

  // The canonical text goes to `out`; tells its size, at most kMaxTextBytes.
  static constexpr size_t kMaxTextBytes = 192;
  size_t format(char* out) const;

  friend bool operator==(const Quantity& a, const Quantity& b) { return a.compare(b) == 0; }
  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
    return a.compare(b) <=> 0;
  }

 private:
  enum class Form : uint8_t { decimal_suffix, decimal_exponent, binary_suffix };
  struct Parts;

  static bool split(std::string_view text, Parts& parts);
  static bool interpret(std::string_view suffix, Parts& parts);
  bool read_exact(const Parts& parts);
  bool read_rounded(const Parts& parts);
  int compare(const Quantity& other) const;
  Natural scaled(int scale) const;
  size_t format_decimal(char* out, Form form) const;

  Natural billionths_;
  int scale_ = 0;         // power of ten that the 64-bit or big form counts in, -9 or more
  bool is_small_ = true;  // held in the 64-bit form
  bool is_negative_ = false;
  Form form_ = Form::decimal_suffix;
};

}  // namespace kollect::extract
