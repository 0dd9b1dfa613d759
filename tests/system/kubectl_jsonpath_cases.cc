#include "system/kubectl_jsonpath_cases.h"

#include <array>

#include <fmt/format.h>

#include "base/json.h"

namespace kollect::testing {

namespace {

using json::Value;

constexpr std::array<std::string_view, 9> kKeys = {
    "a", "b", "c", "name", "type", "x-y", "app.kubernetes.io/name", "metadata.name", "image"};
constexpr std::array<std::string_view, 10> kScalars = {
    "\"on\"", "\"off\"", "\"\"", "1", "2", "-7", "2.5", "true", "null", "9007199254740993"};

class Random {
 public:
  explicit Random(std::mt19937_64& engine) : engine_(engine) {}
  size_t below(size_t n) { return engine_() % n; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <typename List>
  auto of(const List& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64& engine_;
};

std::string make_value(Random& random, size_t depth);

std::string make_object(Random& random, size_t depth) {
  std::string out = "{";
  for (const std::string_view key : kKeys) {
    if (!random.one_in(3)) continue;
    if (out.size() > 1) out += ',';
    out += fmt::format("\"{}\":{}", key, make_value(random, depth));
  }
  return out + "}";
}

std::string make_array(Random& random, size_t depth) {
  const size_t size = random.below(5);
  const bool of_objects = !random.one_in(3);
  std::string out = "[";
  for (size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    out += of_objects && depth > 0 ? make_object(random, depth - 1) : make_value(random, depth);
  }
  return out + "]";
}

std::string make_value(Random& random, size_t depth) {
  if (random.one_in(400)) return "18446744073709551615";
  if (depth == 0 || random.one_in(3)) return std::string(random.of(kScalars));
  return random.one_in(2) ? make_array(random, depth - 1) : make_object(random, depth - 1);
}

// Walks down a value and writes the steps of the walk.
class PathWriter {
 public:
  PathWriter(Random& random, const Value& root) : random_(random), at_(&root) {}

  std::string write() {
    const size_t steps = 1 + random_.below(6);
    for (size_t i = 0; i < steps; ++i) {
      if (random_.one_in(12)) out_ += ' ';
      step();
      const bool is_leaf = !at_->is_object() && !at_->is_array();
      if (is_leaf && !random_.one_in(8)) break;
    }
    return std::move(out_);
  }

 private:
  void step() {
    if (at_->is_object() && !random_.one_in(20)) return step_in_object();
    if (at_->is_array() && !random_.one_in(20)) return step_in_array();
    random_.one_in(2) ? step_in_object() : step_in_array();
  }

  void step_in_object();
  void step_in_array();
  void add_key(std::string_view dots, std::string_view key);
  std::string some_key() {
    if (at_->is_object() && !at_->members().empty() && !random_.one_in(10)) {
      return std::string(random_.of(at_->members()).key);
    }
    return std::string(random_.of(kKeys));
  }
  std::string some_bounds();
  std::string some_operand();
  void enter_key(std::string_view key) {
    if (const Value* found = at_->find(key)) at_ = found;
  }
  void enter_any() {
    if (at_->is_array() && !at_->items().empty()) {
      at_ = &at_->items()[random_.below(at_->items().size())];
    } else if (at_->is_object() && !at_->members().empty()) {
      at_ = &at_->members()[random_.below(at_->members().size())].value;
    }
  }
  Random& random_;
  const Value* at_;
  std::string out_;
};

std::string escape_dots(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '.') out += '\\';
    out += c;
  }
  return out;
}

void PathWriter::add_key(std::string_view dots, std::string_view key) {
  out_ += dots;
  out_ += escape_dots(key);
}

void PathWriter::step_in_object() {
  const std::string key = some_key();
  switch (random_.below(16)) {
    case 0:
      out_ += ".*";
      return enter_any();
    case 1:
      add_key("..", key);
      return enter_key(key);
    case 2:
      out_ += "..";
      return;
    case 3:
      out_ += fmt::format("['{}','{}']", escape_dots(key), escape_dots(some_key()));
      return enter_key(key);
    case 4:
      out_ += fmt::format("['{}']", key);
      return enter_key(key);
    case 5:
      out_ += random_.one_in(4) ? fmt::format("[\"{}\"]", escape_dots(key))
                                : fmt::format("['{}']", escape_dots(key));
      return enter_key(key);
    case 6:
    case 7:
      out_ += fmt::format("['{}']", escape_dots(key));
      return enter_key(key);
    default:
      add_key(".", key);
      return enter_key(key);
  }
}

std::string PathWriter::some_bounds() {
  const auto bound = [this]() -> std::string {
    if (random_.one_in(3)) return "";
    return std::to_string(static_cast<int>(random_.below(8)) - 3);
  };
  switch (random_.below(5)) {
    case 0:
      return bound() + ":" + bound() + ":" + bound();
    case 1:
      return bound() + ":" + bound();
    case 2:
      return bound();
    default:
      return std::to_string(random_.below(2));
  }
}

std::string PathWriter::some_operand() {
  if (random_.one_in(2)) return "@." + escape_dots(random_.of(kKeys));
  if (random_.one_in(6)) return "@";
  if (random_.one_in(6)) return "@." + escape_dots(random_.of(kKeys)) + "[0]";
  const std::string_view scalar = random_.of(kScalars);
  return scalar == "null" ? "'on'" : std::string(scalar);
}

void PathWriter::step_in_array() {
  constexpr std::array<std::string_view, 6> kOperators = {"==", "!=", "<", "<=", ">", ">="};
  switch (random_.below(8)) {
    case 0:
      out_ += fmt::format("[{},{}]", some_bounds(), some_bounds());
      break;
    case 1:
      out_ += ".*";
      break;
    case 2:
      out_ += fmt::format("[?({}{}{})]", some_operand(), random_.of(kOperators), some_operand());
      break;
    case 3:
      out_ += fmt::format("[?(@.{})]", escape_dots(random_.of(kKeys)));
      break;
    case 4:
    case 5:
      out_ += "[*]";
      break;
    default:
      out_ += fmt::format("[{}]", some_bounds());
  }
  enter_any();
}

// One character put in, taken out or replaced.
std::string spoil(Random& random, std::string path) {
  constexpr std::string_view kCharacters = ".[]'\"*?(@)$:,-1a=!& \\{}";
  const size_t at = random.below(path.size());
  const size_t kind = random.below(3);
  if (kind == 0) return path.erase(at, 1);
  if (kind == 1) return path.insert(at, 1, random.of(kCharacters));
  path[at] = random.of(kCharacters);
  return path;
}

}  // namespace

JsonPathCase JsonPathCases::next() {
  Random random(random_);
  JsonPathCase made;
  made.object = fmt::format(
      R"({{"apiVersion":"test.kollect.dev/v1","kind":"Sample","metadata":{{"labels":{{"app":"x"}},"name":"s"}},)"
      R"("spec":{},"status":{}}})",
      make_object(random, 4), make_object(random, 2));
  const Result<json::Document> parsed = json::Document::parse(made.object);
  const Value& root = parsed->root();
  const bool from_root = random.one_in(5);
  const std::string_view section = random.one_in(3) ? "status" : "spec";
  PathWriter writer(random, from_root ? root : *root.find(section));
  std::string steps = from_root ? "" : fmt::format(".{}", section);
  steps += writer.write();
  if (random.one_in(10)) steps = spoil(random, steps);
  made.kubectl_path = "{" + steps + "}";
  made.path = made.kubectl_path;
  if (random.one_in(4) && steps.starts_with('.'))
    made.path = random.one_in(2) ? steps : "$" + steps;
  return made;
}

}  // namespace kollect::testing
