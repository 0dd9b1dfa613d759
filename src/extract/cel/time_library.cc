// Fields of timestamps, in UTC or in a zone, and lengths of durations.
#include "extract/cel/functions.h"
#include "extract/cel/lib_time.h"

namespace kollect::extract {

namespace {

using Arguments = std::span<const CelValue>;
using Field = int64_t (*)(const Civil&);

int64_t full_year(const Civil& c) { return c.year; }
int64_t month(const Civil& c) { return c.month - 1; }
int64_t day_of_year(const Civil& c) { return c.year_day; }
int64_t day_of_month(const Civil& c) { return c.day - 1; }
int64_t date(const Civil& c) { return c.day; }
int64_t day_of_week(const Civil& c) { return c.weekday; }
int64_t hours(const Civil& c) { return c.hours; }
int64_t minutes(const Civil& c) { return c.minutes; }
int64_t seconds(const Civil& c) { return c.seconds; }
int64_t milliseconds(const Civil& c) { return c.nanos / 1'000'000; }

Timestamp time_of(const CelValue& value) {
  return {.seconds = value.seconds(), .nanos = static_cast<int32_t>(value.nanos())};
}

template <Field field>
CelValue in_utc(EvalContext&, Arguments arguments) {
  return CelValue::integer(field(civil(time_of(arguments[0]))));
}

template <Field field>
CelValue in_zone(EvalContext& context, Arguments arguments) {
  const auto offset = context.zone_offset(arguments[1].as_text(), arguments[0]);
  if (!offset) return CelValue::error(CelFault::invalid_argument, "unknown time zone");
  return CelValue::integer(field(civil(time_of(arguments[0]), *offset)));
}

// Whole units in the duration; of milliseconds only those beyond its whole seconds.
template <int64_t nanos, int64_t modulus>
CelValue length_in(EvalContext&, Arguments arguments) {
  return CelValue::integer(arguments[0].duration_nanos() / nanos % modulus);
}

constexpr FunctionRow utc(std::string_view name, CelFunction function) {
  return {name, CallForm::receiver, "timestamp", "int", function};
}

constexpr FunctionRow zoned(std::string_view name, CelFunction function) {
  return {.name = name,
          .form = CallForm::receiver,
          .arguments = "timestamp, string",
          .result = "int",
          .function = function,
          .zone_argument = 1};
}

constexpr FunctionRow length(std::string_view name, CelFunction function) {
  return {name, CallForm::receiver, "duration", "int", function};
}

constexpr FunctionRow kRows[] = {
    utc("getFullYear", &in_utc<&full_year>),
    utc("getMonth", &in_utc<&month>),
    utc("getDayOfYear", &in_utc<&day_of_year>),
    utc("getDayOfMonth", &in_utc<&day_of_month>),
    utc("getDate", &in_utc<&date>),
    utc("getDayOfWeek", &in_utc<&day_of_week>),
    utc("getHours", &in_utc<&hours>),
    utc("getMinutes", &in_utc<&minutes>),
    utc("getSeconds", &in_utc<&seconds>),
    utc("getMilliseconds", &in_utc<&milliseconds>),
    zoned("getFullYear", &in_zone<&full_year>),
    zoned("getMonth", &in_zone<&month>),
    zoned("getDayOfYear", &in_zone<&day_of_year>),
    zoned("getDayOfMonth", &in_zone<&day_of_month>),
    zoned("getDate", &in_zone<&date>),
    zoned("getDayOfWeek", &in_zone<&day_of_week>),
    zoned("getHours", &in_zone<&hours>),
    zoned("getMinutes", &in_zone<&minutes>),
    zoned("getSeconds", &in_zone<&seconds>),
    zoned("getMilliseconds", &in_zone<&milliseconds>),
    length("getHours", &length_in<3'600'000'000'000, INT64_MAX>),
    length("getMinutes", &length_in<60'000'000'000, INT64_MAX>),
    length("getSeconds", &length_in<1'000'000'000, INT64_MAX>),
    length("getMilliseconds", &length_in<1'000'000, 1000>),
};

}  // namespace

const Library& time_library() {
  static const Library kLibrary{.name = "time", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
