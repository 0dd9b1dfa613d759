#include "extract/cel/lib_format_verbs.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "extract/cel/lib_text.h"

namespace kollect::extract {
namespace {

constexpr int kDefaultPrecision = 6;
constexpr int kMaxPrecision = 1000;
constexpr size_t kMaxDoubleChars =
    400;  // 309 digits before the point, and a precision's worth on top

using Fault = const char*;  // null when nothing went wrong

template <typename Number>
void append_number(TextBuilder& out, Number number, int base) {
  char digits[72];
  out.append(std::string_view(
      digits,
      static_cast<size_t>(std::to_chars(digits, std::end(digits), number, base).ptr - digits)));
}

// False for the finite ones, which it leaves alone.
bool append_not_finite(TextBuilder& out, double number) {
  if (std::isfinite(number)) return false;
  out.append(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
  return true;
}

// Digits with the point behind the one that counts 10^exponent, zeros filled in on either side.
void append_at_scale(TextBuilder& out, std::string_view digits, int exponent) {
  if (exponent < 0) out.append("0.");
  for (int i = exponent; i < -1; ++i) out.append('0');
  int place = exponent;
  for (char c : digits) {
    if (c == '.') continue;
    if (place == -1 && exponent >= 0) out.append('.');
    out.append(c);
    --place;
  }
  for (; place >= 0; --place) out.append('0');
}

// The fewest digits that read back as the number, without an exponent.
void append_plain(TextBuilder& out, double number) {
  if (append_not_finite(out, number)) return;
  if (std::signbit(number)) out.append('-');
  char text[32];
  const auto end =
      std::to_chars(text, std::end(text), std::fabs(number), std::chars_format::scientific).ptr;
  const char* const mark = std::find(text, end, 'e');
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
  append_at_scale(out, {text, static_cast<size_t>(mark - text)}, exponent);
}

Fault append_value(EvalContext& context, TextBuilder& out, const CelValue& value);

Fault append_list(EvalContext& context, TextBuilder& out, const CelValue& list) {
  out.append('[');
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out.append(", ");
    if (const Fault fault = append_value(context, out, list.item(i))) return fault;
  }
  out.append(']');
  return nullptr;
}

// Entries in the order of the texts of their keys.
Fault append_map(EvalContext& context, TextBuilder& out, const CelValue& map) {
  struct Entry {
    std::string_view key;
    CelValue value;
  };
  auto* const entries = static_cast<Entry*>(context.allocate(map.size() * sizeof(Entry)));
  if (entries == nullptr) return "not enough memory";
  for (size_t i = 0; i < map.size(); ++i) {
    const MapEntry entry = map.entry(i);
    TextBuilder key(context);
    if (const Fault fault = append_value(context, key, entry.key)) return fault;
    std::construct_at(entries + i, Entry{key.view(), entry.value});
  }
  std::sort(entries, entries + map.size(),
            [](const Entry& a, const Entry& b) { return a.key < b.key; });
  out.append('{');
  for (size_t i = 0; i < map.size(); ++i) {
    if (i > 0) out.append(", ");
    out.append(entries[i].key);
    out.append(": ");
    if (const Fault fault = append_value(context, out, entries[i].value)) return fault;
  }
  out.append('}');
  return nullptr;
}

// Bytes need not be UTF-8; text must be.
void append_bytes(TextBuilder& out, std::string_view content) {
  for (; !content.empty(); content.remove_prefix(code_point_bytes(content)))
    out.append_code_point(code_point(content));
}

Fault append_value(EvalContext& context, TextBuilder& out, const CelValue& value) {
  if (!context.charge(1)) return "evaluation costs too much";
  switch (value.kind()) {
    case CelKind::null:
      out.append("null");
      return nullptr;
    case CelKind::boolean:
      out.append(value.as_bool() ? "true" : "false");
      return nullptr;
    case CelKind::integer:
      append_number(out, value.as_int(), 10);
      return nullptr;
    case CelKind::unsigned_integer:
      append_number(out, value.as_uint(), 10);
      return nullptr;
    case CelKind::number:
      append_plain(out, value.as_double());
      return nullptr;
    case CelKind::string:
    case CelKind::type:
      out.append(value.as_text());
      return nullptr;
    case CelKind::bytes:
      append_bytes(out, value.as_text());
      return nullptr;
    case CelKind::timestamp:
      append_timestamp(out, value);
      return nullptr;
    case CelKind::duration:
      append_duration(out, value);
      return nullptr;
    case CelKind::list:
      return append_list(context, out, value);
    case CelKind::map:
      return append_map(context, out, value);
    default:
      return "%s does not fit this kind of value";
  }
}

Fault append_decimal(TextBuilder& out, const CelValue& value) {
  switch (value.kind()) {
    case CelKind::integer:
      append_number(out, value.as_int(), 10);
      return nullptr;
    case CelKind::unsigned_integer:
      append_number(out, value.as_uint(), 10);
      return nullptr;
    case CelKind::number:
      append_plain(out, value.as_double());
      return nullptr;
    default:
      return "%d needs a number";
  }
}

std::optional<double> number_of(const CelValue& value) {
  switch (value.kind()) {
    case CelKind::integer:
      return static_cast<double>(value.as_int());
    case CelKind::unsigned_integer:
      return static_cast<double>(value.as_uint());
    case CelKind::number:
      return value.as_double();
    default:
      return std::nullopt;
  }
}

Fault append_precise(TextBuilder& out, const CelValue& value, std::chars_format format,
                     int precision) {
  const std::optional<double> number = number_of(value);
  if (!number) return "%f and %e need a number";
  if (append_not_finite(out, *number)) return nullptr;
  char text[kMaxDoubleChars + kMaxPrecision];
  const auto end = std::to_chars(text, std::end(text), *number, format, precision).ptr;
  out.append(std::string_view(text, static_cast<size_t>(end - text)));
  return nullptr;
}

Fault append_in_base(TextBuilder& out, const CelValue& value, int base) {
  switch (value.kind()) {
    case CelKind::integer:
      append_number(out, value.as_int(), base);
      return nullptr;
    case CelKind::unsigned_integer:
      append_number(out, value.as_uint(), base);
      return nullptr;
    default:
      return "%b, %o and %x need a whole number";
  }
}

Fault append_hex(TextBuilder& out, const CelValue& value, bool is_upper) {
  const std::string_view digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
  if (value.kind() == CelKind::string || value.kind() == CelKind::bytes) {
    for (char c : value.as_text()) {
      out.append(digits[static_cast<uint8_t>(c) >> 4]);
      out.append(digits[c & 0xF]);
    }
    return nullptr;
  }
  if (value.kind() != CelKind::integer && value.kind() != CelKind::unsigned_integer)
    return "%x needs a whole number, text or bytes";
  const bool is_negative = value.kind() == CelKind::integer && value.as_int() < 0;
  const uint64_t number = is_negative ? 0 - value.as_uint() : value.as_uint();
  if (is_negative) out.append('-');
  int shift = 60;
  while (shift > 0 && number >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) out.append(digits[number >> shift & 0xF]);
  return nullptr;
}

struct Verb {
  char letter = '\0';
  int precision = kDefaultPrecision;
};

// Takes a verb off the front of the text that follows a percent sign.
std::optional<Verb> take_verb(std::string_view& text) {
  Verb verb;
  if (text.starts_with('.')) {
    const auto [end, error] =
        std::from_chars(text.data() + 1, text.data() + text.size(), verb.precision);
    if (error != std::errc() || verb.precision < 0 || verb.precision > kMaxPrecision)
      return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
  }
  if (text.empty()) return std::nullopt;
  verb.letter = text.front();
  text.remove_prefix(1);
  return verb;
}

Fault append_verb(EvalContext& context, TextBuilder& out, Verb verb, const CelValue& value) {
  switch (verb.letter) {
    case 's':
      return append_value(context, out, value);
    case 'd':
      return append_decimal(out, value);
    case 'f':
      return append_precise(out, value, std::chars_format::fixed, verb.precision);
    case 'e':
      return append_precise(out, value, std::chars_format::scientific, verb.precision);
    case 'b':
      if (value.kind() != CelKind::boolean) return append_in_base(out, value, 2);
      out.append(value.as_bool() ? '1' : '0');
      return nullptr;
    case 'o':
      return append_in_base(out, value, 8);
    case 'x':
    case 'X':
      return append_hex(out, value, verb.letter == 'X');
    default:
      return "a verb of format() is none of %s %d %f %e %b %o %x %X %%";
  }
}

CelValue failed(EvalContext& context, Fault fault) {
  if (!context.charge(0)) return context.exhausted();
  return CelValue::error(CelFault::invalid_argument, fault);
}

}  // namespace

CelValue format_verbs(EvalContext& context, std::string_view text, const CelValue& arguments) {
  TextBuilder out(context);
  size_t used = 0;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('%'), text.size());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with('%')) {
      out.append('%');
      text.remove_prefix(1);
      continue;
    }
    const std::optional<Verb> verb = take_verb(text);
    if (!verb) return failed(context, "a verb of format() is malformed");
    if (used == arguments.size()) return failed(context, "format() has fewer arguments than verbs");
    if (const Fault fault = append_verb(context, out, *verb, arguments.item(used++)))
      return failed(context, fault);
    if (out.view().size() > context.budget().result_bytes)
      return CelValue::error(CelFault::budget, "text is too long");
  }
  return out.finish();
}

}  // namespace kollect::extract
