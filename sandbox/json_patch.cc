#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "sandbox/edit.h"

namespace kollect::sandbox {

namespace {

using Steps = std::span<const std::string>;

// What an operation does to the place that its path names.
enum class Act { add, remove, replace };
struct Operation {
  Act act;
  Value value;
};

std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  for (const char c : pointer) {
    if (c == '/') {
      steps.emplace_back();
    } else if (!steps.empty()) {
      steps.back() += c;
    }
  }
  for (std::string& step : steps) {
    for (size_t at = 0; (at = step.find('~', at)) != std::string::npos; ++at) {
      step.replace(at, 2, step.substr(at, 2) == "~1" ? "/" : "~");
    }
  }
  return steps;
}

std::optional<size_t> index_of(std::string_view step, size_t size) {
  if (step == "-") return size;
  size_t index = 0;
  const auto [end, failed] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (failed != std::errc() || end != step.data() + step.size() || index > size) return {};
  return index;
}

const Value* value_at(const Value& root, Steps steps) {
  const Value* at = &root;
  for (const std::string& step : steps) {
    if (at->is_array()) {
      const auto index = index_of(step, at->items().size());
      at = index && *index < at->items().size() ? &at->items()[*index] : nullptr;
    } else {
      at = at->find(step);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<Value> edited(Arena& arena, const Value& root, Steps steps, const Operation& what);

std::optional<Value> edited_list(Arena& arena, const Value& root, Steps steps,
                                 const Operation& what) {
  std::vector<Value> items(root.items().begin(), root.items().end());
  const auto index = index_of(steps.front(), items.size());
  const bool inserts = steps.size() == 1 && what.act == Act::add;
  if (!index || (*index == items.size() && !inserts)) return {};
  const auto place = items.begin() + static_cast<std::ptrdiff_t>(*index);
  if (inserts) {
    items.insert(place, what.value);
  } else if (steps.size() == 1 && what.act == Act::remove) {
    items.erase(place);
  } else {
    const auto below = edited(arena, *place, steps.subspan(1), what);
    if (!below) return {};
    *place = *below;
  }
  return arena.array(items);
}

std::optional<Value> edited(Arena& arena, const Value& root, Steps steps, const Operation& what) {
  if (steps.empty()) return what.value;
  if (root.is_array()) return edited_list(arena, root, steps, what);
  const Value* child = root.find(steps.front());
  const bool adds = steps.size() == 1 && what.act == Act::add;
  if (!root.is_object() || (child == nullptr && !adds)) return {};
  if (steps.size() == 1 && what.act == Act::remove) return without(root, steps.front(), arena);
  const auto below = edited(arena, child != nullptr ? *child : Value(), steps.subspan(1), what);
  if (!below) return {};
  return with(arena, root, arena.copy(steps.front()), *below);
}

std::optional<Value> applied(Arena& arena, const Value& root, const Value& operation) {
  const std::string_view op = operation.text("op");
  const auto path = steps_of(operation.text("path"));
  const auto from = steps_of(operation.text("from"));
  const Value* value = operation.find("value");
  if (op == "remove") return edited(arena, root, path, {Act::remove, {}});
  if (op == "move" || op == "copy") {
    const Value* moved = value_at(root, from);
    if (moved == nullptr) return {};
    const Operation add = {Act::add, *moved};
    const auto base = op == "move" ? edited(arena, root, from, {Act::remove, {}}) : root;
    return base ? edited(arena, *base, path, add) : std::nullopt;
  }
  if (value == nullptr) return {};
  if (op == "test") {
    const Value* found = value_at(root, path);
    return found != nullptr && *found == *value ? std::optional(root) : std::nullopt;
  }
  if (op == "add") return edited(arena, root, path, {Act::add, *value});
  if (op == "replace") return edited(arena, root, path, {Act::replace, *value});
  return {};
}

}  // namespace

Result<Value> json_patch(Arena& arena, const Value& target, const Value& patch) {
  if (!patch.is_array()) return invalid("a JSON patch is a list of operations");
  Value result = target;
  for (const Value& operation : patch.items()) {
    const auto next = applied(arena, result, operation);
    if (!next) {
      return invalid(fmt::format("{} operation does not apply: doc is missing path: \"{}\"",
                                 operation.text("op"), operation.text("path")));
    }
    result = *next;
  }
  return result;
}

}  // namespace kollect::sandbox
