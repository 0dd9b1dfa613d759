#include "extract/cel/operators.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "extract/cel/lib_time.h"

namespace kollect::extract {

namespace {

CelValue overflow(std::string_view what) { return CelValue::error(CelFault::overflow, what); }
CelValue integer_overflow() { return overflow("integer overflow"); }
CelValue by_zero() { return CelValue::error(CelFault::division_by_zero, "division by zero"); }

Timestamp time_of(const CelValue& value) {
  return {.seconds = value.seconds(), .nanos = static_cast<int32_t>(value.nanos())};
}

std::chrono::nanoseconds span_of(const CelValue& value) {
  return std::chrono::nanoseconds(value.duration_nanos());
}

CelValue shifted(const CelValue& time, std::chrono::nanoseconds span) {
  const auto sum = kollect::extract::add(time_of(time), span);
  if (!sum) return overflow("timestamp is out of range");
  return CelValue::timestamp(sum->seconds, static_cast<uint32_t>(sum->nanos));
}

CelValue joined_text(EvalContext& context, const CelValue& a, const CelValue& b) {
  const std::string_view x = a.as_text();
  const std::string_view y = b.as_text();
  char* place = context.allocate_text(x.size() + y.size());
  if (place == nullptr) return context.exhausted();
  std::ranges::copy(y, std::ranges::copy(x, place).out);
  const std::string_view text(place, x.size() + y.size());
  return a.kind() == CelKind::string ? CelValue::string(text) : CelValue::bytes(text);
}

CelValue joined_lists(EvalContext& context, const CelValue& a, const CelValue& b) {
  if (a.size() == 0) return b;
  if (b.size() == 0) return a;
  ListBuilder joined(context, a.size() + b.size());
  for (size_t i = 0; i < a.size(); ++i) joined.add(a.item(i));
  for (size_t i = 0; i < b.size(); ++i) joined.add(b.item(i));
  return joined.finish();
}

CelValue add_same_kind(EvalContext& context, const CelValue& a, const CelValue& b) {
  int64_t sum = 0;
  uint64_t unsigned_sum = 0;
  switch (a.kind()) {
    case CelKind::integer:
      if (__builtin_add_overflow(a.as_int(), b.as_int(), &sum)) return integer_overflow();
      return CelValue::integer(sum);
    case CelKind::unsigned_integer:
      if (__builtin_add_overflow(a.as_uint(), b.as_uint(), &unsigned_sum)) {
        return integer_overflow();
      }
      return CelValue::unsigned_integer(unsigned_sum);
    case CelKind::number:
      return CelValue::number(a.as_double() + b.as_double());
    case CelKind::string:
    case CelKind::bytes:
      return joined_text(context, a, b);
    case CelKind::list:
      return joined_lists(context, a, b);
    case CelKind::duration:
      if (__builtin_add_overflow(a.as_int(), b.as_int(), &sum)) {
        return overflow("duration is out of range");
      }
      return CelValue::duration(sum);
    default:
      return no_overload();
  }
}

const CelValue* first_error(const CelValue& a, const CelValue& b) {
  if (a.is_error()) return &a;
  return b.is_error() ? &b : nullptr;
}

CelValue subtract_times(const CelValue& a, const CelValue& b) {
  const auto span = kollect::extract::subtract(time_of(a), time_of(b));
  return span ? CelValue::duration(span->count()) : overflow("duration is out of range");
}

CelValue subtract_same_kind(const CelValue& a, const CelValue& b) {
  int64_t difference = 0;
  uint64_t unsigned_difference = 0;
  switch (a.kind()) {
    case CelKind::integer:
      if (__builtin_sub_overflow(a.as_int(), b.as_int(), &difference)) return integer_overflow();
      return CelValue::integer(difference);
    case CelKind::unsigned_integer:
      if (__builtin_sub_overflow(a.as_uint(), b.as_uint(), &unsigned_difference)) {
        return integer_overflow();
      }
      return CelValue::unsigned_integer(unsigned_difference);
    case CelKind::number:
      return CelValue::number(a.as_double() - b.as_double());
    case CelKind::timestamp:
      return subtract_times(a, b);
    case CelKind::duration:
      if (__builtin_sub_overflow(a.as_int(), b.as_int(), &difference)) {
        return overflow("duration is out of range");
      }
      return CelValue::duration(difference);
    default:
      return no_overload();
  }
}

}  // namespace

CelValue no_overload() {
  return CelValue::error(CelFault::no_such_overload, "no such overload for values of these types");
}

CelValue add(EvalContext& context, const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() == b.kind()) return add_same_kind(context, a, b);
  if (a.kind() == CelKind::timestamp && b.kind() == CelKind::duration) {
    return shifted(a, span_of(b));
  }
  if (a.kind() == CelKind::duration && b.kind() == CelKind::timestamp) {
    return shifted(b, span_of(a));
  }
  return no_overload();
}

CelValue subtract(const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() == b.kind()) return subtract_same_kind(a, b);
  if (a.kind() != CelKind::timestamp || b.kind() != CelKind::duration) return no_overload();
  if (b.duration_nanos() == INT64_MIN) return overflow("duration is out of range");
  return shifted(a, -span_of(b));
}

CelValue multiply(const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() != b.kind()) return no_overload();
  if (a.kind() == CelKind::integer) {
    int64_t product = 0;
    if (__builtin_mul_overflow(a.as_int(), b.as_int(), &product)) return integer_overflow();
    return CelValue::integer(product);
  }
  if (a.kind() == CelKind::unsigned_integer) {
    uint64_t product = 0;
    if (__builtin_mul_overflow(a.as_uint(), b.as_uint(), &product)) return integer_overflow();
    return CelValue::unsigned_integer(product);
  }
  if (a.kind() == CelKind::number) return CelValue::number(a.as_double() * b.as_double());
  return no_overload();
}

CelValue divide(const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() != b.kind()) return no_overload();
  if (a.kind() == CelKind::integer) {
    if (b.as_int() == 0) return by_zero();
    if (a.as_int() == INT64_MIN && b.as_int() == -1) return integer_overflow();
    return CelValue::integer(a.as_int() / b.as_int());
  }
  if (a.kind() == CelKind::unsigned_integer) {
    return b.as_uint() == 0 ? by_zero() : CelValue::unsigned_integer(a.as_uint() / b.as_uint());
  }
  if (a.kind() == CelKind::number) {
    return CelValue::number(a.as_double() / b.as_double());
  }
  return no_overload();
}

CelValue modulo(const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() != b.kind()) return no_overload();
  if (a.kind() == CelKind::integer) {
    if (b.as_int() == 0) return CelValue::error(CelFault::division_by_zero, "modulus by zero");
    if (b.as_int() == -1) {
      return a.as_int() == INT64_MIN ? integer_overflow() : CelValue::integer(0);
    }
    return CelValue::integer(a.as_int() % b.as_int());
  }
  if (a.kind() != CelKind::unsigned_integer) return no_overload();
  if (b.as_uint() == 0) return CelValue::error(CelFault::division_by_zero, "modulus by zero");
  return CelValue::unsigned_integer(a.as_uint() % b.as_uint());
}

CelValue negate(const CelValue& a) {
  if (a.is_error()) return a;
  if (a.kind() == CelKind::number) return CelValue::number(-a.as_double());
  const bool is_duration = a.kind() == CelKind::duration;
  if (a.kind() != CelKind::integer && !is_duration) return no_overload();
  if (a.as_int() == INT64_MIN) return integer_overflow();
  return is_duration ? CelValue::duration(-a.as_int()) : CelValue::integer(-a.as_int());
}

CelValue logical_not(const CelValue& a) {
  if (a.is_error()) return a;
  return a.kind() == CelKind::boolean ? CelValue::boolean(!a.as_bool()) : no_overload();
}

CelValue is_equal(EvalContext& context, const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  const bool answer = context.equal(a, b);
  return context.is_exhausted() ? context.exhausted() : CelValue::boolean(answer);
}

CelValue compare_by(EvalContext& context, Comparison wanted, const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  const auto order = context.compare(a, b);
  if (context.is_exhausted()) return context.exhausted();
  if (!order) {
    const bool has_nan = (a.kind() == CelKind::number && std::isnan(a.as_double())) ||
                         (b.kind() == CelKind::number && std::isnan(b.as_double()));
    const auto is_number = [](const CelValue& v) {
      return v.kind() == CelKind::number || v.kind() == CelKind::integer ||
             v.kind() == CelKind::unsigned_integer;
    };
    return has_nan && is_number(a) && is_number(b) ? CelValue::boolean(false) : no_overload();
  }
  switch (wanted) {
    case Comparison::less:
      return CelValue::boolean(*order < 0);
    case Comparison::less_or_equal:
      return CelValue::boolean(*order <= 0);
    case Comparison::greater:
      return CelValue::boolean(*order > 0);
    case Comparison::greater_or_equal:
      return CelValue::boolean(*order >= 0);
  }
  return no_overload();
}

CelValue contains(EvalContext& context, const CelValue& a, const CelValue& b) {
  if (const CelValue* error = first_error(a, b)) return *error;
  if (b.kind() == CelKind::map) {
    if (!context.charge(text_size(a) / 4)) return context.exhausted();
    return CelValue::boolean(b.find(a).has_value());
  }
  if (b.kind() != CelKind::list) return no_overload();
  bool found = false;
  for (size_t i = 0; i < b.size() && !found && !context.is_exhausted(); ++i) {
    found = context.equal(a, b.item(i));
  }
  return context.is_exhausted() ? context.exhausted() : CelValue::boolean(found);
}

CelValue merge_logical(const CelValue& a, const CelValue& b, bool absorbing) {
  if (b.kind() == CelKind::boolean && b.as_bool() == absorbing) return b;
  if (const CelValue* error = first_error(a, b)) return *error;
  if (a.kind() != CelKind::boolean || b.kind() != CelKind::boolean) return no_overload();
  return CelValue::boolean(!absorbing);
}

}  // namespace kollect::extract
