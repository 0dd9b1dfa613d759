#include <algorithm>
#include <optional>

#include "extract/cel/lib_extensions.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

CelValue uncomparable() {
  return CelValue::error(CelFault::no_such_overload, "elements of the list cannot be compared");
}

bool is_comparable(CelKind kind) {
  switch (kind) {
    case CelKind::boolean:
    case CelKind::integer:
    case CelKind::unsigned_integer:
    case CelKind::number:
    case CelKind::string:
    case CelKind::bytes:
    case CelKind::timestamp:
    case CelKind::duration:
      return true;
    default:
      return false;
  }
}

CelValue is_sorted(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (!context.charge(list.size())) return context.exhausted();
  if (list.size() > 0 && !is_comparable(list.item(0).kind())) return uncomparable();
  for (size_t i = 1; i < list.size(); ++i) {
    const auto order = context.compare(list.item(i - 1), list.item(i));
    if (context.is_exhausted()) return context.exhausted();
    if (!order) return uncomparable();
    if (*order > 0) return CelValue::boolean(false);
  }
  return CelValue::boolean(true);
}

template <bool wants_greater>
CelValue extreme(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (list.size() == 0)
    return CelValue::error(CelFault::invalid_argument, "min() and max() need a list with elements");
  if (!context.charge(list.size())) return context.exhausted();
  CelValue best = list.item(0);
  if (!is_comparable(best.kind())) return uncomparable();
  for (size_t i = 1; i < list.size(); ++i) {
    const CelValue item = list.item(i);
    const auto order = context.compare(item, best);
    if (context.is_exhausted()) return context.exhausted();
    if (!order) return uncomparable();
    if (wants_greater ? *order > 0 : *order < 0) best = item;
  }
  return best;
}

CelValue overflow() { return CelValue::error(CelFault::overflow, "the sum is out of range"); }

// Adds two values of one kind.
CelValue added(const CelValue& a, const CelValue& b) {
  if (a.kind() != b.kind())
    return CelValue::error(CelFault::no_such_overload, "sum() needs elements of one kind");
  int64_t whole = 0;
  uint64_t natural = 0;
  switch (a.kind()) {
    case CelKind::integer:
      return __builtin_add_overflow(a.as_int(), b.as_int(), &whole) ? overflow()
                                                                    : CelValue::integer(whole);
    case CelKind::unsigned_integer:
      return __builtin_add_overflow(a.as_uint(), b.as_uint(), &natural)
                 ? overflow()
                 : CelValue::unsigned_integer(natural);
    case CelKind::duration:
      return __builtin_add_overflow(a.duration_nanos(), b.duration_nanos(), &whole)
                 ? overflow()
                 : CelValue::duration(whole);
    case CelKind::number:
      return CelValue::number(a.as_double() + b.as_double());
    default:
      return CelValue::error(CelFault::no_such_overload, "sum() needs numbers or durations");
  }
}

CelValue zero_of(CelKind kind) {
  switch (kind) {
    case CelKind::unsigned_integer:
      return CelValue::unsigned_integer(0);
    case CelKind::number:
      return CelValue::number(0);
    case CelKind::duration:
      return CelValue::duration(0);
    default:
      return CelValue::integer(0);
  }
}

CelValue sum(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (!context.charge(list.size())) return context.exhausted();
  CelValue total = zero_of(list.size() == 0 ? CelKind::integer : list.item(0).kind());
  for (size_t i = 0; i < list.size() && !total.is_error(); ++i) total = added(total, list.item(i));
  return total;
}

CelValue first_index(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (!context.charge(list.size())) return context.exhausted();
  for (size_t i = 0; i < list.size(); ++i) {
    if (context.equal(list.item(i), arguments[1]))
      return CelValue::integer(static_cast<int64_t>(i));
    if (context.is_exhausted()) return context.exhausted();
  }
  return CelValue::integer(-1);
}

CelValue last_index(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (!context.charge(list.size())) return context.exhausted();
  for (size_t i = list.size(); i-- > 0;) {
    if (context.equal(list.item(i), arguments[1]))
      return CelValue::integer(static_cast<int64_t>(i));
    if (context.is_exhausted()) return context.exhausted();
  }
  return CelValue::integer(-1);
}

CelValue slice(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  const int64_t begin = arguments[1].as_int();
  const int64_t end = arguments[2].as_int();
  if (begin < 0 || begin > end || end > static_cast<int64_t>(list.size())) {
    return CelValue::error(CelFault::index_range,
                           "slice() begins before its end and stays within the list");
  }
  ListBuilder part(context, static_cast<size_t>(end - begin));
  if (!context.charge(static_cast<uint64_t>(end - begin))) return context.exhausted();
  for (int64_t i = begin; i < end; ++i) part.add(list.item(static_cast<size_t>(i)));
  return part.finish();
}

CelValue reversed(EvalContext& context, Arguments arguments) {
  const CelValue& list = arguments[0];
  if (!context.charge(list.size())) return context.exhausted();
  ListBuilder out(context, list.size());
  for (size_t i = list.size(); i-- > 0;) out.add(list.item(i));
  return out.finish();
}

bool flatten_into(EvalContext& context, ListBuilder& out, const CelValue& list, int64_t depth) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (!context.charge_iteration()) return false;
    const CelValue item = list.item(i);
    if (item.kind() != CelKind::list || depth == 0) {
      out.add(item);
    } else if (!flatten_into(context, out, item, depth - 1)) {
      return false;
    }
  }
  return true;
}

CelValue flatten(EvalContext& context, Arguments arguments) {
  const int64_t depth = arguments.size() == 2 ? arguments[1].as_int() : 1;
  if (depth < 0)
    return CelValue::error(CelFault::invalid_argument, "flatten() needs a level of 0 or more");
  ListBuilder out(context, arguments[0].size());
  return flatten_into(context, out, arguments[0], depth) ? out.finish() : context.exhausted();
}

CelValue range(EvalContext& context, Arguments arguments) {
  ListBuilder out(context);
  for (int64_t i = 0; i < arguments[0].as_int(); ++i) {
    if (!context.charge_iteration()) return context.exhausted();
    out.add(CelValue::integer(i));
  }
  return out.finish();
}

bool is_simple(const CelValue& value) {
  return is_comparable(value.kind()) && value.kind() != CelKind::number;
}

// Positions of the list in the order of their keys, equal ones in the order of the list; null when
// the budget is used up.
uint32_t* sorted_positions(EvalContext& context, std::span<const CelValue> keys) {
  auto* const positions = static_cast<uint32_t*>(context.allocate(keys.size() * sizeof(uint32_t)));
  if (positions == nullptr) return nullptr;
  for (size_t i = 0; i < keys.size(); ++i) {
    positions[i] = static_cast<uint32_t>(i);
    if (!context.charge(16 + text_size(keys[i]))) return nullptr;  // is compared about 16 times
  }
  std::sort(positions, positions + keys.size(), [&](uint32_t a, uint32_t b) {
    const auto order = compare(keys[a], keys[b]);
    return order && *order != 0 ? *order < 0 : a < b;
  });
  return positions;
}

// The items of a list side by side; null when memory is used up.
CelValue* items_of(EvalContext& context, const CelValue& list) {
  auto* const items = static_cast<CelValue*>(context.allocate(list.size() * sizeof(CelValue)));
  for (size_t i = 0; items != nullptr && i < list.size(); ++i)
    std::construct_at(items + i, list.item(i));
  return items;
}

CelValue sort_by_keys(EvalContext& context, const CelValue& list, const CelValue& keys) {
  const size_t size = list.size();
  if (keys.size() != size)
    return CelValue::error(CelFault::invalid_argument, "sortBy() needs a key for every element");
  const CelValue* const items = items_of(context, keys);
  if (items == nullptr) return context.exhausted();
  for (size_t i = 0; i < size; ++i) {
    const bool is_nan = items[i].kind() == CelKind::number && !compare(items[i], items[i]);
    if (!is_comparable(items[i].kind()) || items[i].kind() != items[0].kind() || is_nan)
      return uncomparable();
  }
  const uint32_t* const positions = sorted_positions(context, {items, size});
  if (positions == nullptr) return context.exhausted();
  ListBuilder out(context, size);
  for (size_t i = 0; i < size; ++i) out.add(list.item(positions[i]));
  return out.finish();
}

CelValue sort(EvalContext& context, Arguments arguments) {
  return sort_by_keys(context, arguments[0], arguments[0]);
}

CelValue sort_by_associated_keys(EvalContext& context, Arguments arguments) {
  return sort_by_keys(context, arguments[0], arguments[1]);
}

// Marks what is equal to an earlier element, by sorting; only for keys that have an order.
void mark_repeats(std::span<const CelValue> items, const uint32_t* positions, bool* is_repeat) {
  for (size_t i = 1; i < items.size(); ++i) {
    is_repeat[positions[i]] = equal(items[positions[i - 1]], items[positions[i]]);
  }
}

// Marks what is equal to an earlier element, by comparing each with all before it. False when the
// budget is used up.
bool mark_repeats_slowly(EvalContext& context, std::span<const CelValue> items, bool* is_repeat) {
  for (size_t i = 1; i < items.size(); ++i) {
    for (size_t j = 0; j < i && !is_repeat[i]; ++j) {
      is_repeat[i] = !is_repeat[j] && context.equal(items[i], items[j]);
      if (!context.charge(1)) return false;
    }
  }
  return true;
}

CelValue distinct(EvalContext& context, Arguments arguments) {
  const size_t size = arguments[0].size();
  const CelValue* const items = items_of(context, arguments[0]);
  auto* const is_repeat = static_cast<bool*>(context.allocate(size));
  if (items == nullptr || is_repeat == nullptr || !context.charge(size)) return context.exhausted();
  std::fill(is_repeat, is_repeat + size, false);
  const bool is_ordered = std::all_of(items, items + size, [&](const CelValue& item) {
    return is_simple(item) && item.kind() == items[0].kind();
  });
  if (is_ordered && size > 16) {
    const uint32_t* const positions = sorted_positions(context, {items, size});
    if (positions == nullptr) return context.exhausted();
    mark_repeats({items, size}, positions, is_repeat);
  } else if (!mark_repeats_slowly(context, {items, size}, is_repeat)) {
    return context.exhausted();
  }
  ListBuilder out(context, size);
  for (size_t i = 0; i < size; ++i) {
    if (!is_repeat[i]) out.add(items[i]);
  }
  return out.finish();
}

constexpr FunctionRow kRows[] = {
    {"isSorted", CallForm::receiver, "list(int)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(uint)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(double)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(bool)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(duration)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(timestamp)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(string)", "bool", &is_sorted},
    {"isSorted", CallForm::receiver, "list(bytes)", "bool", &is_sorted},
    {"sum", CallForm::receiver, "list(int)", "int", &sum},
    {"sum", CallForm::receiver, "list(uint)", "uint", &sum},
    {"sum", CallForm::receiver, "list(double)", "double", &sum},
    {"sum", CallForm::receiver, "list(duration)", "duration", &sum},
    {"min", CallForm::receiver, "list(int)", "int", &extreme<false>},
    {"min", CallForm::receiver, "list(uint)", "uint", &extreme<false>},
    {"min", CallForm::receiver, "list(double)", "double", &extreme<false>},
    {"min", CallForm::receiver, "list(bool)", "bool", &extreme<false>},
    {"min", CallForm::receiver, "list(duration)", "duration", &extreme<false>},
    {"min", CallForm::receiver, "list(timestamp)", "timestamp", &extreme<false>},
    {"min", CallForm::receiver, "list(string)", "string", &extreme<false>},
    {"min", CallForm::receiver, "list(bytes)", "bytes", &extreme<false>},
    {"max", CallForm::receiver, "list(int)", "int", &extreme<true>},
    {"max", CallForm::receiver, "list(uint)", "uint", &extreme<true>},
    {"max", CallForm::receiver, "list(double)", "double", &extreme<true>},
    {"max", CallForm::receiver, "list(bool)", "bool", &extreme<true>},
    {"max", CallForm::receiver, "list(duration)", "duration", &extreme<true>},
    {"max", CallForm::receiver, "list(timestamp)", "timestamp", &extreme<true>},
    {"max", CallForm::receiver, "list(string)", "string", &extreme<true>},
    {"max", CallForm::receiver, "list(bytes)", "bytes", &extreme<true>},
    {"indexOf", CallForm::receiver, "list(A), A", "int", &first_index},
    {"lastIndexOf", CallForm::receiver, "list(A), A", "int", &last_index},
    {"slice", CallForm::receiver, "list(T), int, int", "list(T)", &slice},
    {"reverse", CallForm::receiver, "list(T)", "list(T)", &reversed},
    {"distinct", CallForm::receiver, "list(T)", "list(T)", &distinct},
    {"flatten", CallForm::receiver, "list(list(T))", "list(T)", &flatten},
    {"flatten", CallForm::receiver, "list(dyn), int", "list(dyn)", &flatten},
    {"lists.range", CallForm::global, "int", "list(int)", &range},
    {"sort", CallForm::receiver, "list(int)", "list(int)", &sort},
    {"sort", CallForm::receiver, "list(uint)", "list(uint)", &sort},
    {"sort", CallForm::receiver, "list(double)", "list(double)", &sort},
    {"sort", CallForm::receiver, "list(bool)", "list(bool)", &sort},
    {"sort", CallForm::receiver, "list(duration)", "list(duration)", &sort},
    {"sort", CallForm::receiver, "list(timestamp)", "list(timestamp)", &sort},
    {"sort", CallForm::receiver, "list(string)", "list(string)", &sort},
    {"sort", CallForm::receiver, "list(bytes)", "list(bytes)", &sort},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(int)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(uint)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(double)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(bool)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(duration)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(timestamp)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(string)", "list(T)",
     &sort_by_associated_keys},
    {"@sortByAssociatedKeys", CallForm::receiver, "list(T), list(bytes)", "list(T)",
     &sort_by_associated_keys},
};

// list.sortBy(e, key) sorts the list, held under a hidden name, by the list of its keys.
NodeId expand_sort_by(AstBuilder& ast, NodeId receiver, std::span<const NodeId> arguments) {
  const std::string_view variable = ast.plain_name(arguments[0]);
  if (variable.empty()) ast.error(ast.node(arguments[0]).offset, "argument must be a simple name");
  constexpr std::string_view kHeld = "@sortBy";
  const NodeId keys = ast.list_loop(ast.identifier(kHeld), variable, kAbsentNode, arguments[1]);
  return ast.bind(kHeld, receiver,
                  ast.receiver_call(ast.identifier(kHeld), "@sortByAssociatedKeys", {keys}));
}

constexpr MacroRow kMacros[] = {
    {"sortBy", CallForm::receiver, "", 2, &expand_sort_by},
};

}  // namespace

const Library& lists_library() {
  static constexpr Library kLibrary{.name = "lists", .functions = kRows, .macros = kMacros};
  return kLibrary;
}

}  // namespace kollect::extract
