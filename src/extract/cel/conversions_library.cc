// Conversions between kinds: int(x), string(x), timestamp(x), ...
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "extract/cel/functions.h"
#include "extract/cel/lib_text.h"
#include "extract/cel/lib_time.h"

namespace kollect::extract {

namespace {

using Arguments = std::span<const CelValue>;

CelValue out_of_range(std::string_view message) {
  return CelValue::error(CelFault::overflow, message);
}
CelValue unconvertible(std::string_view message) {
  return CelValue::error(CelFault::conversion, message);
}
CelValue int_range() { return out_of_range("int is out of range"); }
CelValue uint_range() { return out_of_range("uint is out of range"); }

CelValue same(EvalContext&, Arguments arguments) { return arguments[0]; }

// All of the text as one number in base 10.
template <typename Number>
bool read_whole(std::string_view text, Number& out) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), out);
  return status == std::errc() && end == text.data() + text.size();
}

CelValue int_of_uint(EvalContext&, Arguments arguments) {
  const uint64_t number = arguments[0].as_uint();
  return number > INT64_MAX ? int_range() : CelValue::integer(static_cast<int64_t>(number));
}

CelValue int_of_double(EvalContext&, Arguments arguments) {
  constexpr double kLimit = 9223372036854775808.0;
  const double number = arguments[0].as_double();
  const bool fits = number > -kLimit && number < kLimit;  // false for NaN
  return fits ? CelValue::integer(static_cast<int64_t>(number)) : int_range();
}

CelValue int_of_string(EvalContext&, Arguments arguments) {
  std::string_view text = arguments[0].as_text();
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  int64_t number = 0;
  if (!read_whole(text, number)) return unconvertible("text is no int");
  return CelValue::integer(number);
}

CelValue int_of_timestamp(EvalContext&, Arguments arguments) {
  return CelValue::integer(arguments[0].seconds());
}

CelValue int_of_duration(EvalContext&, Arguments arguments) {
  return CelValue::integer(arguments[0].duration_nanos());
}

CelValue uint_of_int(EvalContext&, Arguments arguments) {
  const int64_t number = arguments[0].as_int();
  return number < 0 ? uint_range() : CelValue::unsigned_integer(static_cast<uint64_t>(number));
}

CelValue uint_of_double(EvalContext&, Arguments arguments) {
  constexpr double kLimit = 18446744073709551616.0;
  const double number = arguments[0].as_double();
  const bool fits = number >= 0 && number < kLimit;  // false for NaN
  return fits ? CelValue::unsigned_integer(static_cast<uint64_t>(number)) : uint_range();
}

CelValue uint_of_string(EvalContext&, Arguments arguments) {
  uint64_t number = 0;
  if (!read_whole(arguments[0].as_text(), number)) return unconvertible("text is no uint");
  return CelValue::unsigned_integer(number);
}

CelValue double_of_int(EvalContext&, Arguments arguments) {
  return CelValue::number(static_cast<double>(arguments[0].as_int()));
}

CelValue double_of_uint(EvalContext&, Arguments arguments) {
  return CelValue::number(static_cast<double>(arguments[0].as_uint()));
}

CelValue double_of_string(EvalContext&, Arguments arguments) {
  std::string_view text = arguments[0].as_text();
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = end == text.data() + text.size() && !text.empty();
  // "nan(...)" is C, not CEL.
  if (!is_whole || text.find('(') != std::string_view::npos ||
      status == std::errc::invalid_argument) {
    return unconvertible("text is no double");
  }
  if (status == std::errc()) return CelValue::number(number);
  // Too small becomes zero, too large is refused; from_chars does not tell which it was.
  const double rough = std::strtod(std::string(text).c_str(), nullptr);
  return std::isinf(rough) ? out_of_range("double is out of range") : CelValue::number(rough);
}

CelValue string_of_bool(EvalContext&, Arguments arguments) {
  return CelValue::string(arguments[0].as_bool() ? "true" : "false");
}

CelValue string_of_int(EvalContext& context, Arguments arguments) {
  TextBuilder text(context);
  append_integer(text, arguments[0].as_int());
  return text.finish();
}

CelValue string_of_uint(EvalContext& context, Arguments arguments) {
  TextBuilder text(context);
  append_unsigned(text, arguments[0].as_uint());
  return text.finish();
}

CelValue string_of_double(EvalContext& context, Arguments arguments) {
  TextBuilder text(context);
  append_double(text, arguments[0].as_double());
  return text.finish();
}

CelValue string_of_bytes(EvalContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  if (!context.charge(content.size() / 16)) return context.exhausted();
  return is_utf8(content) ? CelValue::string(content) : unconvertible("bytes are no valid UTF-8");
}

CelValue string_of_timestamp(EvalContext& context, Arguments arguments) {
  TextBuilder text(context);
  append_timestamp(text, arguments[0]);
  return text.finish();
}

CelValue string_of_duration(EvalContext& context, Arguments arguments) {
  TextBuilder text(context);
  append_duration(text, arguments[0]);
  return text.finish();
}

CelValue bytes_of_string(EvalContext&, Arguments arguments) {
  return CelValue::bytes(arguments[0].as_text());
}

CelValue bool_of_string(EvalContext&, Arguments arguments) {
  constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "True", "TRUE"};
  constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "False", "FALSE"};
  const std::string_view text = arguments[0].as_text();
  if (std::ranges::count(kTrue, text) > 0) return CelValue::boolean(true);
  if (std::ranges::count(kFalse, text) > 0) return CelValue::boolean(false);
  return unconvertible("text is no bool");
}

CelValue timestamp_of_string(EvalContext&, Arguments arguments) {
  const auto time = parse_timestamp(arguments[0].as_text());
  if (!time) return unconvertible("text is no RFC 3339 timestamp in the years 1 to 9999");
  return CelValue::timestamp(time->seconds, static_cast<uint32_t>(time->nanos));
}

CelValue timestamp_of_int(EvalContext&, Arguments arguments) {
  const int64_t seconds = arguments[0].as_int();
  if (seconds < kFirstTimestamp.seconds || seconds > kLastTimestamp.seconds) {
    return out_of_range("timestamp is out of range");
  }
  return CelValue::timestamp(seconds, 0);
}

CelValue duration_of_string(EvalContext&, Arguments arguments) {
  const auto span = parse_duration(arguments[0].as_text());
  return span ? CelValue::duration(span->count())
              : unconvertible("text is no duration, or is out of range");
}

CelValue duration_of_int(EvalContext&, Arguments arguments) {
  return CelValue::duration(arguments[0].as_int());
}

constexpr auto kGlobal = CallForm::global;

constexpr FunctionRow kRows[] = {
    {"bool", kGlobal, "bool", "bool", &same},
    {"bool", kGlobal, "string", "bool", &bool_of_string},
    {"bytes", kGlobal, "bytes", "bytes", &same},
    {"bytes", kGlobal, "string", "bytes", &bytes_of_string},
    {"double", kGlobal, "double", "double", &same},
    {"double", kGlobal, "int", "double", &double_of_int},
    {"double", kGlobal, "uint", "double", &double_of_uint},
    {"double", kGlobal, "string", "double", &double_of_string},
    {"duration", kGlobal, "duration", "duration", &same},
    {"duration", kGlobal, "string", "duration", &duration_of_string},
    {"duration", kGlobal, "int", "duration", &duration_of_int},
    {"int", kGlobal, "int", "int", &same},
    {"int", kGlobal, "uint", "int", &int_of_uint},
    {"int", kGlobal, "double", "int", &int_of_double},
    {"int", kGlobal, "string", "int", &int_of_string},
    {"int", kGlobal, "timestamp", "int", &int_of_timestamp},
    {"int", kGlobal, "duration", "int", &int_of_duration},
    {"string", kGlobal, "string", "string", &same},
    {"string", kGlobal, "bool", "string", &string_of_bool},
    {"string", kGlobal, "int", "string", &string_of_int},
    {"string", kGlobal, "uint", "string", &string_of_uint},
    {"string", kGlobal, "double", "string", &string_of_double},
    {"string", kGlobal, "bytes", "string", &string_of_bytes},
    {"string", kGlobal, "timestamp", "string", &string_of_timestamp},
    {"string", kGlobal, "duration", "string", &string_of_duration},
    {"timestamp", kGlobal, "timestamp", "timestamp", &same},
    {"timestamp", kGlobal, "string", "timestamp", &timestamp_of_string},
    {"timestamp", kGlobal, "int", "timestamp", &timestamp_of_int},
    {"uint", kGlobal, "uint", "uint", &same},
    {"uint", kGlobal, "int", "uint", &uint_of_int},
    {"uint", kGlobal, "double", "uint", &uint_of_double},
    {"uint", kGlobal, "string", "uint", &uint_of_string},
};

}  // namespace

const Library& conversions_library() {
  static const Library kLibrary{.name = "conversions", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
