#include "extract/cel/lib_quantity.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace kollect::extract {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kSmallestScale = -9;
constexpr uint64_t kBillion = 1'000'000'000;
constexpr size_t kMaxDigits = 140;
constexpr int kMaxExponent = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t count_digits(std::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

struct Suffix {
  std::string_view text;
  int power_of_ten;
  int power_of_two;
};

constexpr Suffix kSuffixes[] = {
    {"", 0, 0},    {"n", -9, 0},  {"u", -6, 0},  {"m", -3, 0},  {"k", 3, 0},   {"M", 6, 0},
    {"G", 9, 0},   {"T", 12, 0},  {"P", 15, 0},  {"E", 18, 0},  {"Ki", 0, 10}, {"Mi", 0, 20},
    {"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60},
};

std::string_view suffix_of(int power_of_ten, int power_of_two) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.power_of_ten == power_of_ten && suffix.power_of_two == power_of_two)
      return suffix.text;
  }
  return {};
}

size_t write_digits(Natural number, char* out) {
  size_t size = 0;
  do {
    out[size++] = static_cast<char>('0' + number.divide(10));
  } while (!number.is_zero());
  std::reverse(out, out + size);
  return size;
}

}  // namespace

std::strong_ordering operator<=>(const Natural& a, const Natural& b) {
  for (size_t i = Natural::kLimbs; i-- > 0;) {
    if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] <=> b.limbs_[i];
  }
  return std::strong_ordering::equal;
}

double Natural::as_double() const {
  size_t top = kLimbs - 1;
  while (top > 0 && limbs_[top] == 0) --top;
  if (top == 0) return static_cast<double>(limbs_[0]);
  // The highest 64 bits, with every lower one that is set folded into the last: enough to round
  // once.
  const int shift = std::countl_zero(limbs_[top]);
  uint64_t high = limbs_[top] << shift;
  uint64_t rest = limbs_[top - 1];
  if (shift > 0) {
    high |= limbs_[top - 1] >> (64 - shift);
    rest <<= shift;
  }
  for (size_t i = 0; i + 1 < top; ++i) rest |= limbs_[i];
  if (rest != 0) high |= 1;
  return std::ldexp(static_cast<double>(high), static_cast<int>(top) * 64 - shift);
}

bool Natural::multiply(uint64_t factor, uint64_t addend) {
  uint64_t carry = addend;
  for (uint64_t& limb : limbs_) {
    const Wide product = static_cast<Wide>(limb) * factor + carry;
    limb = static_cast<uint64_t>(product);
    carry = static_cast<uint64_t>(product >> 64);
  }
  return carry == 0;
}

bool Natural::multiply_by_power_of_ten(uint64_t exponent) {
  if (is_zero()) return true;
  for (; exponent > 0; --exponent) {
    if (!multiply(10)) return false;
  }
  return true;
}

bool Natural::add(const Natural& other) {
  uint64_t carry = 0;
  for (size_t i = 0; i < kLimbs; ++i) {
    const Wide sum = static_cast<Wide>(limbs_[i]) + other.limbs_[i] + carry;
    limbs_[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  return carry == 0;
}

void Natural::subtract(const Natural& other) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < kLimbs; ++i) {
    const Wide taken = static_cast<Wide>(other.limbs_[i]) + borrow;
    borrow = limbs_[i] < taken ? 1 : 0;
    limbs_[i] = static_cast<uint64_t>(limbs_[i] - taken);
  }
}

uint64_t Natural::divide(uint64_t divisor) {
  uint64_t remainder = 0;
  for (size_t i = kLimbs; i-- > 0;) {
    const Wide part = static_cast<Wide>(remainder) << 64 | limbs_[i];
    limbs_[i] = static_cast<uint64_t>(part / divisor);
    remainder = static_cast<uint64_t>(part % divisor);
  }
  return remainder;
}

// What the text of a quantity consists of.
struct Quantity::Parts {
  bool is_negative = false;
  bool has_digits = false;
  std::string_view whole;  // without leading zeros
  std::string_view fraction;
  Form form = Form::decimal_suffix;
  int64_t power_of_ten = 0;
  int power_of_two = 0;

  size_t digits() const { return std::max<size_t>(whole.size(), 1) + fraction.size(); }
};

bool Quantity::split(std::string_view text, Parts& parts) {
  if (text.empty()) return false;
  parts.is_negative = text.front() == '-';
  if (parts.is_negative || text.front() == '+') text.remove_prefix(1);
  const size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  text.remove_prefix(zeros);
  parts.whole = text.substr(0, count_digits(text));
  text.remove_prefix(parts.whole.size());
  if (text.starts_with('.')) {
    parts.fraction = text.substr(1, count_digits(text.substr(1)));
    text.remove_prefix(parts.fraction.size() + 1);
  }
  parts.has_digits = zeros + parts.whole.size() + parts.fraction.size() > 0;
  size_t end = std::min(text.find_first_not_of("eEinumkKMGTP"), text.size());
  if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
  end += count_digits(text.substr(end));
  return end == text.size() && interpret(text, parts);
}

bool Quantity::interpret(std::string_view suffix, Parts& parts) {
  for (const Suffix& known : kSuffixes) {
    if (known.text != suffix) continue;
    parts.form = known.power_of_two > 0 ? Form::binary_suffix : Form::decimal_suffix;
    parts.power_of_ten = known.power_of_ten;
    parts.power_of_two = known.power_of_two;
    return true;
  }
  parts.form = Form::decimal_exponent;
  if (suffix.size() < 2 || (suffix.front() != 'e' && suffix.front() != 'E')) return false;
  suffix.remove_prefix(1);
  if (suffix.starts_with('+') && suffix.size() > 1 && is_digit(suffix[1])) suffix.remove_prefix(1);
  const auto [end, error] =
      std::from_chars(suffix.data(), suffix.data() + suffix.size(), parts.power_of_ten);
  return error == std::errc() && end == suffix.data() + suffix.size();
}

// The 64-bit form, for what it can hold without rounding; false when that is not so.
bool Quantity::read_exact(const Parts& parts) {
  const bool is_binary = parts.form == Form::binary_suffix;
  const auto digits = static_cast<int>(std::min<size_t>(parts.digits(), 100));
  const int spare = is_binary ? 15 - digits - parts.power_of_two * 3 / 10 - 1 : 18 - digits;
  if (spare < 0 || (is_binary && !parts.fraction.empty())) return false;
  const int64_t scale = parts.power_of_ten - static_cast<int64_t>(parts.fraction.size());
  if (scale < kSmallestScale || scale > INT32_MAX) return false;
  Natural value;
  for (std::string_view part : {parts.whole, parts.fraction}) {
    for (char c : part) {
      if (!value.multiply(10, static_cast<uint64_t>(c - '0'))) return false;
    }
  }
  const bool is_zero = value.is_zero();
  const uint64_t shift = static_cast<uint64_t>(scale - kSmallestScale);
  if (!is_zero && (shift > kMaxExponent || !value.multiply(uint64_t{1} << parts.power_of_two) ||
                   !value.multiply_by_power_of_ten(shift))) {
    return false;
  }
  billionths_ = value;
  scale_ = static_cast<int>(scale);
  is_negative_ = parts.is_negative && !is_zero;
  return true;
}

// The big form: rounded up to a billionth, capped when the suffix is binary.
bool Quantity::read_rounded(const Parts& parts) {
  is_small_ = false;
  if (!parts.has_digits || parts.digits() > kMaxDigits) return false;
  Natural value;
  for (std::string_view part : {parts.whole, parts.fraction}) {
    for (char c : part) {
      if (!value.multiply(10, static_cast<uint64_t>(c - '0'))) return false;
    }
  }
  if (value.is_zero()) return true;
  if (parts.power_of_ten > kMaxExponent || !value.multiply(uint64_t{1} << parts.power_of_two))
    return false;
  int64_t places = static_cast<int64_t>(parts.fraction.size()) -
                   std::max<int64_t>(parts.power_of_ten, -kMaxExponent);
  if (places <= 9 && !value.multiply_by_power_of_ten(static_cast<uint64_t>(9 - places)))
    return false;
  bool is_inexact = false;
  for (; places > 9; --places) is_inexact = value.divide(10) != 0 || is_inexact;
  if (is_inexact && !value.add(Natural(1))) return false;
  scale_ = kSmallestScale;
  if (parts.form == Form::binary_suffix) {
    Natural cap(static_cast<uint64_t>(INT64_MAX));
    const bool fits = cap.multiply(kBillion);
    if (fits && value > cap) {
      value = cap;
      scale_ = 0;
    }
    if (value < Natural(kBillion)) form_ = Form::decimal_suffix;
  }
  billionths_ = value;
  is_negative_ = parts.is_negative;
  return true;
}

std::optional<Quantity> Quantity::parse(std::string_view text) {
  Parts parts;
  if (!split(text, parts)) return std::nullopt;
  Quantity quantity;
  quantity.form_ = parts.form;
  if (quantity.read_exact(parts) || quantity.read_rounded(parts)) return quantity;
  return std::nullopt;
}

Quantity Quantity::of(int64_t number) {
  Quantity quantity;
  quantity.form_ = Form::decimal_exponent;
  quantity.is_negative_ = number < 0;
  quantity.billionths_ =
      Natural(number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number));
  return quantity.billionths_.multiply(kBillion) ? quantity : Quantity();
}

int Quantity::sign() const { return billionths_.is_zero() ? 0 : is_negative_ ? -1 : 1; }

int Quantity::compare(const Quantity& other) const {
  if (sign() != other.sign()) return sign() < other.sign() ? -1 : 1;
  const std::strong_ordering order = billionths_ <=> other.billionths_;
  const int size = order < 0 ? -1 : order > 0 ? 1 : 0;
  return is_negative_ ? -size : size;
}

// The magnitude counted in units of 10^scale; exact for a scale up to scale_.
Natural Quantity::scaled(int scale) const {
  Natural value = billionths_;
  if (value.is_zero()) return value;
  for (int i = kSmallestScale; i < scale; ++i) value.divide(10);
  return value;
}

std::optional<int64_t> Quantity::as_integer() const {
  if (!is_small_ || scale_ < 0) return std::nullopt;
  const Natural whole = scaled(0);
  if (!whole.fits(static_cast<uint64_t>(INT64_MAX) + (is_negative_ ? 1 : 0))) return std::nullopt;
  return static_cast<int64_t>(is_negative_ ? 0 - whole.low() : whole.low());
}

double Quantity::as_approximate_double() const {
  // Powers of ten as the product of two, which is how Kubernetes gets them and what decides the
  // last bit.
  constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10,
                                1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
                                1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31};
  constexpr double kPowersOf32[] = {1e0, 1e32, 1e64, 1e96, 1e128, 1e160};
  if (billionths_.is_zero()) return 0;
  const double base = scaled(scale_).as_double() * (is_negative_ ? -1 : 1);
  if (scale_ == 0) return base;
  if (scale_ < 0) return base * (1 / kPowers[-scale_]);
  const auto scale = static_cast<size_t>(scale_);
  return base * (kPowersOf32[scale / 32] * kPowers[scale % 32]);
}

std::optional<Quantity> Quantity::plus(const Quantity& other) const {
  Quantity sum = *this;
  const bool is_zero = billionths_.is_zero();
  if (is_zero) sum.form_ = other.form_;
  sum.is_small_ = is_small_ && other.is_small_;
  if (sum.is_small_ && (is_zero || other.billionths_.is_zero())) {
    const Form form = sum.form_;
    sum = other.billionths_.is_zero() ? *this : other;
    sum.form_ = form;
    return sum;
  }
  sum.scale_ = std::min(scale_, other.scale_);
  if (is_negative_ == other.is_negative_) {
    if (!sum.billionths_.add(other.billionths_)) return std::nullopt;
  } else if (billionths_ >= other.billionths_) {
    sum.billionths_.subtract(other.billionths_);
  } else {
    sum.billionths_ = other.billionths_;
    sum.billionths_.subtract(billionths_);
    sum.is_negative_ = other.is_negative_;
  }
  sum.is_negative_ = sum.is_negative_ && !sum.billionths_.is_zero();
  for (const Quantity* part : {this, &other, static_cast<const Quantity*>(&sum)}) {
    sum.is_small_ =
        sum.is_small_ && part->scaled(sum.scale_).fits(static_cast<uint64_t>(INT64_MAX));
  }
  return sum;
}

std::optional<Quantity> Quantity::minus(const Quantity& other) const {
  Quantity opposite = other;
  opposite.is_negative_ = !other.is_negative_ && !other.billionths_.is_zero();
  return plus(opposite);
}

size_t Quantity::format_decimal(char* out, Form form) const {
  Natural value = billionths_;
  int exponent = kSmallestScale;
  const int highest = form == Form::decimal_suffix ? 18 : INT32_MAX;
  for (Natural next = value; exponent + 3 <= highest && next.divide(1000) == 0; value = next)
    exponent += 3;
  size_t size = write_digits(value, out);
  if (form == Form::decimal_exponent && exponent != 0) {
    out[size++] = 'e';
    return static_cast<size_t>(std::to_chars(out + size, out + kMaxTextBytes - 1, exponent).ptr -
                               out);
  }
  const std::string_view suffix = suffix_of(exponent, 0);
  std::memcpy(out + size, suffix.data(), suffix.size());
  return size + suffix.size();
}

size_t Quantity::format(char* out) const {
  size_t sign_size = 0;
  if (is_negative_) out[sign_size++] = '-';
  Natural whole = billionths_;
  const bool is_whole = whole.divide(kBillion) == 0;
  if (billionths_.is_zero() || form_ != Form::binary_suffix || !is_whole || whole.fits(1023)) {
    const Form form =
        form_ == Form::binary_suffix || billionths_.is_zero() ? Form::decimal_suffix : form_;
    if (billionths_.is_zero()) return write_digits(whole, out);
    return sign_size + format_decimal(out + sign_size, form);
  }
  int power = 0;
  for (Natural next = whole; power < 60 && next.divide(1024) == 0; whole = next) power += 10;
  const size_t size = sign_size + write_digits(whole, out + sign_size);
  const std::string_view suffix = suffix_of(0, power);
  std::memcpy(out + size, suffix.data(), suffix.size());
  return size + suffix.size();
}

}  // namespace kollect::extract
