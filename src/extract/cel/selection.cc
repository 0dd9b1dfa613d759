// Selection and indexing: fields of maps, elements of lists, through optionals.
#include <cmath>

#include "extract/cel/operators.h"

namespace kollect::extract {

namespace {

CelValue missing(const KeyConstant& key) {
  return CelValue::error(CelFault::no_such_key, key.missing_message);
}

CelValue no_fields() {
  return CelValue::error(CelFault::no_such_overload,
                         "a value of this type does not support field selection");
}

CelValue out_of_range() { return CelValue::error(CelFault::index_range, "index is out of range"); }

CelValue none() { return CelValue::optional(nullptr); }

// The position a list index names: int, uint, or a double without a fraction. -1 for any other.
int64_t position(const CelValue& i) {
  constexpr double kMost = 4294967296.0;
  if (i.kind() == CelKind::integer) return i.as_int();
  if (i.kind() == CelKind::unsigned_integer) {
    return i.as_uint() > UINT32_MAX ? -1 : static_cast<int64_t>(i.as_uint());
  }
  const bool is_whole = i.kind() == CelKind::number && i.as_double() >= 0 &&
                        i.as_double() < kMost && std::trunc(i.as_double()) == i.as_double();
  return is_whole ? static_cast<int64_t>(i.as_double()) : -1;
}

bool is_index(const CelValue& i) {
  if (i.kind() == CelKind::number) return std::trunc(i.as_double()) == i.as_double();
  return i.kind() == CelKind::integer || i.kind() == CelKind::unsigned_integer;
}

bool is_key(const CelValue& key) {
  return key.kind() == CelKind::string || key.kind() == CelKind::boolean ||
         key.kind() == CelKind::integer || key.kind() == CelKind::unsigned_integer ||
         key.kind() == CelKind::number;
}

// The element or an error.
CelValue plain_index(EvalContext& context, const CelValue& a, const CelValue& i) {
  if (a.kind() == CelKind::list) {
    if (!is_index(i)) return no_overload();
    const int64_t at = position(i);
    if (at < 0 || at >= static_cast<int64_t>(a.size())) return out_of_range();
    return a.item(static_cast<size_t>(at));
  }
  if (a.kind() != CelKind::map) return no_overload();
  if (!is_key(i)) return CelValue::error(CelFault::no_such_key, "unsupported type of key");
  if (!context.charge(text_size(i) / 4)) return context.exhausted();
  const auto found = a.find(i);
  return found ? *found : CelValue::error(CelFault::no_such_key, "no such key");
}

}  // namespace

CelValue select(EvalContext& context, const CelValue& a, const KeyConstant& key) {
  if (a.kind() == CelKind::map) {
    const auto found = a.find(key.text);
    return found ? *found : missing(key);
  }
  if (a.kind() == CelKind::optional) return select_optional(context, a, key);
  return a.is_error() ? a : no_fields();
}

CelValue has_key(const CelValue& a, const KeyConstant& key) {
  if (a.kind() == CelKind::map) return CelValue::boolean(a.find(key.text).has_value());
  if (a.kind() == CelKind::optional) {
    return a.content() == nullptr ? CelValue::boolean(false) : has_key(*a.content(), key);
  }
  return a.is_error() ? a : no_fields();
}

CelValue select_optional(EvalContext& context, const CelValue& a, const KeyConstant& key) {
  if (a.kind() == CelKind::map) {
    const auto found = a.find(key.text);
    return found ? context.optional_of(*found) : none();
  }
  if (a.kind() == CelKind::optional) {
    return a.content() == nullptr ? a : select_optional(context, *a.content(), key);
  }
  return a.is_error() ? a : no_fields();
}

CelValue index(EvalContext& context, const CelValue& a, const CelValue& i) {
  if (a.is_error()) return a;
  if (i.is_error()) return i;
  if (a.kind() == CelKind::optional) return index_optional(context, a, i);
  return plain_index(context, a, i);
}

CelValue index_optional(EvalContext& context, const CelValue& a, const CelValue& i) {
  if (a.is_error()) return a;
  if (i.is_error()) return i;
  if (a.kind() == CelKind::optional) {
    return a.content() == nullptr ? a : index_optional(context, *a.content(), i);
  }
  const CelValue found = plain_index(context, a, i);
  if (!found.is_error()) return context.optional_of(found);
  const bool is_absent =
      found.fault() == CelFault::no_such_key || found.fault() == CelFault::index_range;
  return is_absent ? none() : found;
}

}  // namespace kollect::extract
