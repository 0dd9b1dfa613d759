#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>

#include "extract/cel/compiled.h"
#include "extract/cel/program.h"

namespace kollect::extract {

namespace {

CelValue wrong_condition() {
  return CelValue::error(CelFault::no_such_overload, "a condition must be a bool");
}

// One comprehension under way.
struct Loop {
  const LoopSite* site = nullptr;
  CelValue range;
  uint32_t index = 0;
  uint32_t size = 0;
  uint32_t matches = 0;
  CelValue key;    // of the step at hand, for maps
  CelValue error;  // the first error that a later step may still absorb; null when none
  ListBuilder list;
  MapBuilder map;
};

static_assert(std::is_trivially_destructible_v<Loop> && alignof(Loop) <= alignof(CelValue));

class Machine {
 public:
  Machine(const CompiledCel& program, std::span<const CelValue> variables, EvalContext& context)
      : program_(program), variables_(variables), context_(context) {}

  CelValue run(uint32_t start);

 private:
  void step(const Instruction& at);
  void push(const CelValue& value) { *top_++ = value; }
  CelValue pop() { return *--top_; }
  CelValue& top() { return top_[-1]; }
  template <typename Operation>
  void binary(Operation operation) {
    --top_;
    top_[-1] = operation(top_[-1], top_[0]);
  }
  void go_to(uint32_t target) { next_ = program_.code.data() + target; }

  CelValue walk(const Path& path, uint32_t keys);
  void load_has(const Path& path);
  void branch(uint32_t otherwise);
  void call(const CallSite& site, uint32_t count);
  void make_list(uint32_t count, const std::vector<bool>* optional_items);
  void make_map(uint32_t count, const std::vector<bool>* optional_entries);
  void optional_or(const Instruction& at);
  void loop_begin(const LoopSite& site);
  void loop_next();
  void set_loop_variables();
  void loop_test();
  void loop_filter();
  void loop_collect(Op op);
  void finish_loop(const CelValue& result);
  CelValue loop_result();

  const CompiledCel& program_;
  std::span<const CelValue> variables_;
  EvalContext& context_;
  const Instruction* next_ = nullptr;
  CelValue* top_ = nullptr;
  CelValue* locals_ = nullptr;
  Loop* loop_ = nullptr;  // the innermost one; before the first one outside of loops
  uint64_t steps_ = 0;
};

CelValue Machine::run(uint32_t start) {
  // Slots are written before they are read, loops when they begin.
  const size_t slots = program_.stack + program_.locals;
  const size_t bytes = slots * sizeof(CelValue) + (program_.loop_depth + 1) * sizeof(Loop);
  auto* place = static_cast<std::byte*>(context_.arena().allocate(bytes));
  auto* const stack = reinterpret_cast<CelValue*>(place);
  top_ = stack;
  locals_ = stack + program_.stack;
  loop_ = reinterpret_cast<Loop*>(place + slots * sizeof(CelValue));
  go_to(start);
  for (;;) {
    const Instruction& at = *next_++;
    if (at.op == Op::finish) break;
    ++steps_;
    step(at);
  }
  context_.charge(steps_);
  return context_.is_exhausted() ? context_.exhausted() : stack[0];
}

Comparison comparison_of(Op op) {
  if (op == Op::less) return Comparison::less;
  if (op == Op::less_or_equal) return Comparison::less_or_equal;
  return op == Op::greater ? Comparison::greater : Comparison::greater_or_equal;
}

void Machine::step(const Instruction& at) {
  EvalContext& context = context_;
  switch (at.op) {
    case Op::push_constant:
      return push(program_.constants[at.a]);
    case Op::load_path:
      return push(walk(program_.paths[at.a], program_.paths[at.a].keys));
    case Op::load_has:
      return load_has(program_.paths[at.a]);
    case Op::store_local:
      locals_[at.a] = pop();
      return;
    case Op::select:
      top() = select(context, top(), program_.keys[at.a]);
      return;
    case Op::select_optional:
      top() = select_optional(context, top(), program_.keys[at.a]);
      return;
    case Op::has:
      top() = has_key(top(), program_.keys[at.a]);
      return;
    case Op::index:
      return binary([&](const auto& a, const auto& b) { return index(context, a, b); });
    case Op::index_optional:
      return binary([&](const auto& a, const auto& b) { return index_optional(context, a, b); });
    case Op::add:
      return binary([&](const auto& a, const auto& b) { return add(context, a, b); });
    case Op::subtract:
      return binary([](const auto& a, const auto& b) { return subtract(a, b); });
    case Op::multiply:
      return binary([](const auto& a, const auto& b) { return multiply(a, b); });
    case Op::divide:
      return binary([](const auto& a, const auto& b) { return divide(a, b); });
    case Op::modulo:
      return binary([](const auto& a, const auto& b) { return modulo(a, b); });
    case Op::negate:
      top() = negate(top());
      return;
    case Op::logical_not:
      top() = logical_not(top());
      return;
    case Op::equal:
      return binary([&](const auto& a, const auto& b) { return is_equal(context, a, b); });
    case Op::not_equal:
      return binary(
          [&](const auto& a, const auto& b) { return logical_not(is_equal(context, a, b)); });
    case Op::less:
    case Op::less_or_equal:
    case Op::greater:
    case Op::greater_or_equal:
      return binary([&](const auto& a, const auto& b) {
        return compare_by(context, comparison_of(at.op), a, b);
      });
    case Op::in:
      return binary([&](const auto& a, const auto& b) { return contains(context, a, b); });
    case Op::jump:
      return go_to(at.a);
    case Op::jump_if_false:
      if (top().is_false()) go_to(at.a);
      return;
    case Op::jump_if_true:
      if (top().is_true()) go_to(at.a);
      return;
    case Op::logical_and:
      return binary([](const auto& a, const auto& b) { return merge_logical(a, b, false); });
    case Op::logical_or:
      return binary([](const auto& a, const auto& b) { return merge_logical(a, b, true); });
    case Op::branch:
      return branch(at.a);
    case Op::call:
      return call(program_.calls[at.a], at.n);
    case Op::make_list:
      return make_list(at.n, nullptr);
    case Op::make_map:
      return make_map(at.n, nullptr);
    case Op::make_list_sparse:
      return make_list(at.n, &program_.optional_flags[at.a]);
    case Op::make_map_sparse:
      return make_map(at.n, &program_.optional_flags[at.a]);
    case Op::optional_or:
    case Op::optional_or_value:
      return optional_or(at);
    case Op::require_optional:
      if (!top().is_error() && top().kind() != CelKind::optional) top() = no_overload();
      return;
    case Op::loop_begin:
      return loop_begin(program_.loops[at.a]);
    case Op::loop_next:
      return loop_next();
    case Op::loop_filter:
      return loop_filter();
    case Op::loop_add:
    case Op::loop_put:
    case Op::loop_merge:
      return loop_collect(at.op);
    case Op::loop_test:
      return loop_test();
    case Op::finish:
      return;
  }
}

CelValue Machine::walk(const Path& path, uint32_t keys) {
  const CelValue& base = path.is_local ? locals_[path.slot] : variables_[path.slot];
  if (keys == 0) return base;
  const KeyConstant* key = program_.keys.data() + path.first_key;
  const KeyConstant* const last = key + keys;
  if (base.kind() != CelKind::map || !base.is_json_backed()) {
    CelValue value = base;
    for (; key != last; ++key) value = select(context_, value, *key);
    return value;
  }
  json::Value value = base.as_json_container();
  for (; key != last; ++key) {
    const json::Value* found = value.find(key->text);
    if (found == nullptr) return select(context_, CelValue::from_json(value), *key);
    value = *found;
  }
  return CelValue::from_json(value);
}

void Machine::load_has(const Path& path) {
  const CelValue holder = walk(path, path.keys - 1);
  push(has_key(holder, program_.keys[path.first_key + path.keys - 1]));
}

void Machine::branch(uint32_t otherwise) {
  const CelValue condition = pop();
  if (condition.is_true()) {
    ++next_;
  } else if (condition.is_false()) {
    go_to(otherwise);
  } else {
    push(condition.is_error() ? condition : wrong_condition());
  }
}

void Machine::call(const CallSite& site, uint32_t count) {
  top_ -= count;
  CelValue* const first = top_;
  const std::span<const CelValue> arguments(first, count);
  ++top_;
  for (const CelValue& argument : arguments) {
    if (argument.is_error()) {
      *first = argument;
      return;
    }
    if (!context_.charge(text_size(argument) / 16)) {
      *first = context_.exhausted();
      return;
    }
  }
  for (const Overload* candidate : site.candidates) {
    const bool fits = std::equal(
        arguments.begin(), arguments.end(), candidate->arguments.begin(),
        [](const CelValue& value, const AcceptedKinds& kinds) { return kinds.accepts(value); });
    if (fits) {
      *first = candidate->row->function(context_, arguments);
      return;
    }
  }
  *first = CelValue::error(CelFault::no_such_overload, site.no_match);
}

void Machine::make_list(uint32_t count, const std::vector<bool>* optional_items) {
  top_ -= count;
  const std::span<const CelValue> items(top_, count);
  const auto error = std::ranges::find_if(items, &CelValue::is_error);
  if (error != items.end()) return push(*error);
  if (optional_items == nullptr) return push(context_.list(items));
  ListBuilder list(context_, count);
  for (size_t i = 0; i < count; ++i) {
    const bool is_optional_item = (*optional_items)[i];
    if (is_optional_item && items[i].kind() != CelKind::optional) return push(no_overload());
    if (!is_optional_item) list.add(items[i]);
    if (is_optional_item && items[i].content() != nullptr) list.add(*items[i].content());
  }
  push(list.finish());
}

void Machine::make_map(uint32_t count, const std::vector<bool>* optional_entries) {
  top_ -= count;
  const std::span<const CelValue> items(top_, count);
  const auto error = std::ranges::find_if(items, &CelValue::is_error);
  if (error != items.end()) return push(*error);
  MapBuilder map(context_, count / 2);
  for (size_t i = 0; i < count; i += 2) {
    const bool is_optional_entry = optional_entries != nullptr && (*optional_entries)[i];
    const CelValue& value = items[i + 1];
    if (is_optional_entry && value.kind() != CelKind::optional) return push(no_overload());
    if (!is_optional_entry) map.add(items[i], value);
    if (is_optional_entry && value.content() != nullptr) map.add(items[i], *value.content());
  }
  push(map.finish());
}

void Machine::optional_or(const Instruction& at) {
  const CelValue value = top();
  if (value.kind() == CelKind::optional && value.content() == nullptr) {
    --top_;
    return;
  }
  if (value.kind() != CelKind::optional) {
    if (!value.is_error()) top() = no_overload();
  } else if (at.op == Op::optional_or_value) {
    top() = *value.content();
  }
  go_to(at.a);
}

void Machine::loop_begin(const LoopSite& site) {
  const CelValue range = pop();
  if (range.kind() != CelKind::list && range.kind() != CelKind::map) {
    push(range.is_error() ? range
                          : CelValue::error(CelFault::no_such_overload,
                                            "only lists and maps can be iterated over"));
    return;
  }
  std::construct_at(++loop_);
  loop_->site = &site;
  loop_->range = range;
  loop_->size = static_cast<uint32_t>(range.size());
  if (site.kind == LoopKind::list) {
    loop_->list = ListBuilder(context_, site.keeps_all ? range.size() : 0);
  } else if (site.kind == LoopKind::map || site.kind == LoopKind::map_entries) {
    loop_->map = MapBuilder(context_, site.keeps_all ? range.size() : 0);
  }
  ++next_;
}

void Machine::loop_next() {
  if (loop_->index == loop_->size) return finish_loop(loop_result());
  if (!context_.charge_iteration()) return finish_loop(context_.exhausted());
  set_loop_variables();
  ++loop_->index;
}

void Machine::set_loop_variables() {
  const LoopSite& site = *loop_->site;
  CelValue& first = locals_[site.slot];
  if (loop_->range.kind() == CelKind::map) {
    const MapEntry entry = loop_->range.entry(loop_->index);
    first = entry.key;
    if (site.has_two_variables) locals_[site.slot + 1] = entry.value;
  } else if (site.has_two_variables) {
    first = CelValue::integer(loop_->index);
    locals_[site.slot + 1] = loop_->range.item(loop_->index);
  } else {
    first = loop_->range.item(loop_->index);
  }
  loop_->key = first;
}

CelValue Machine::loop_result() {
  switch (loop_->site->kind) {
    case LoopKind::all:
      return loop_->error.is_error() ? loop_->error : CelValue::boolean(true);
    case LoopKind::exists:
      return loop_->error.is_error() ? loop_->error : CelValue::boolean(false);
    case LoopKind::exists_one:
      return CelValue::boolean(loop_->matches == 1);
    case LoopKind::list:
      return loop_->list.finish();
    case LoopKind::map:
    case LoopKind::map_entries:
      return loop_->map.finish();
  }
  return CelValue();
}

void Machine::finish_loop(const CelValue& result) {
  const uint32_t end = loop_->site->end;
  --loop_;
  push(result);
  go_to(end);
}

void Machine::loop_test() {
  CelValue answer = pop();
  const LoopKind kind = loop_->site->kind;
  if (answer.kind() != CelKind::boolean && !answer.is_error()) answer = wrong_condition();
  if (answer.is_error()) {
    const bool is_final = kind == LoopKind::exists_one || answer.fault() == CelFault::budget;
    if (is_final) return finish_loop(answer);
    if (!loop_->error.is_error()) loop_->error = answer;
  } else if (kind == LoopKind::exists_one) {
    loop_->matches += answer.as_bool() ? 1 : 0;
  } else if (answer.as_bool() == (kind == LoopKind::exists)) {
    return finish_loop(answer);
  }
  go_to(loop_->site->next);
}

void Machine::loop_filter() {
  const CelValue condition = pop();
  if (condition.is_true()) return;
  if (condition.is_false()) return go_to(loop_->site->next);
  finish_loop(condition.is_error() ? condition : wrong_condition());
}

void Machine::loop_collect(Op op) {
  const CelValue value = pop();
  if (value.is_error()) return finish_loop(value);
  if (op == Op::loop_add) {
    loop_->list.add(value);
  } else if (op == Op::loop_put) {
    loop_->map.add(loop_->key, value);
  } else {
    if (value.kind() != CelKind::map) return finish_loop(no_overload());
    for (size_t i = 0; i < value.size(); ++i) {
      const MapEntry entry = value.entry(i);
      loop_->map.add(entry.key, entry.value);
    }
  }
  go_to(loop_->site->next);
}

}  // namespace

CelValue run(const CompiledCel& program, std::span<const CelValue> variables, uint32_t start,
             EvalContext& context) {
  return Machine(program, variables, context).run(start);
}

}  // namespace kollect::extract
