#include "extract/cel/path_analysis.h"

#include <random>

#include <gtest/gtest.h>

#include "base/json_scan.h"
#include "base/json_write.h"
#include "extract/cel/program.h"

namespace kollect::extract {
namespace {

// The trie as text: "a.b!" wants all below b, "[]" is the elements.
std::string shown(const json::PathTrie& trie, json::PathTrie::Node node, const std::string& path) {
  const json::PathTrie::Entry& entry = trie.entry(node);
  if (entry.all) return path + "! ";
  std::string text;
  for (const auto& branch : entry.keys) {
    text += shown(trie, branch.node, path + (path.empty() ? "" : ".") + branch.key);
  }
  if (entry.element != 0) text += shown(trie, entry.element, path + "[]");
  return text.empty() ? path + " " : text;
}

std::string needed(std::string_view expression) {
  const auto program = compile_cel(expression, CelEnvironment::of_object());
  if (!program) return program.error().message;
  json::PathTrie trie;
  program->add_needed_paths(trie);
  return shown(trie, json::PathTrie::kRoot, "");
}

struct Case {
  const char* name;
  const char* expression;
  const char* paths;
};

class CelPaths : public testing::TestWithParam<Case> {};

TEST_P(CelPaths, are_those_that_are_touched) {
  EXPECT_EQ(needed(GetParam().expression), GetParam().paths);
}

INSTANTIATE_TEST_SUITE_P(
    Expressions, CelPaths,
    testing::Values(Case{"selection", "object.a.b", "a.b! "},
                    Case{"text_index", "object['a'].b", "a.b! "}, Case{"whole", "object", "! "},
                    Case{"constant", "1 + 1", " "}, Case{"presence", "has(object.a.b)", "a.b "},
                    Case{"presence_and_value", "has(object.a.b) ? object.a.b : 'x'", "a.b! "},
                    Case{"element", "object.a[0].b", "a[].b! "},
                    Case{"computed_index", "object.a[object.i].b", "a! i! "},
                    Case{"count", "size(object.a) + object.b.size()", "a[] b[] "},
                    Case{"filter", "object.a.filter(x, x.t == 'r')[0].s", "a[].t! a[].s! "},
                    Case{"filter_whole", "object.a.filter(x, x.t == 'r')", "a[]! "},
                    Case{"map", "object.a.map(x, x.n)", "a[].n! "},
                    Case{"map_of_map", "object.a.map(x, x.p.map(y, y.q))", "a[].p[].q! "},
                    Case{"test", "object.a.exists(x, x.t == 'r' && x.s == 's')", "a[].t! a[].s! "},
                    Case{"two_variables", "object.a.transformList(i, x, x.n)", "a[].n! "},
                    Case{"bind", "cel.bind(a, object.a, a.b + a.c)", "a.b! a.c! "},
                    Case{"optional", "object.?a.?b.orValue(object.c)", "a.b! c! "},
                    Case{"has_value", "object.?a.?b.hasValue()", "a.b "},
                    Case{"choice", "(object.x ? object.a : object.b).c", "x! a.c! b.c! "},
                    Case{"membership", "'k' in object.a", "a! "},
                    Case{"keys", "object.map(k, k)", "[]! "},
                    Case{"argument", "string(object.a)", "a! "}),
    [](const auto& test) { return test.param.name; });

// --- On the wanted parts of random objects, random expressions give the same answer. ---

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  std::string object() { return map(4); }
  std::string expression(int depth) {
    switch (depth <= 0 ? pick(3) : pick(16)) {
      case 0:
        return place(3);
      case 1:
        return pick(2) == 0 ? "'x'" : std::to_string(pick(3));
      case 2:
        return "has(" + place(2) + "." + key() + ")";
      case 3:
        return expression(depth - 1) + " == " + expression(depth - 1);
      case 4:
        return "size(" + place(2) + ")";
      case 5:
        return "(" + expression(depth - 1) + " && " + expression(depth - 1) + ")";
      case 6:
        return "(" + expression(depth - 1) + " ? " + place(2) + " : " + expression(depth - 1) + ")";
      case 7:
        return loop(depth, "filter") + "[0]." + key();
      case 8:
        return loop(depth, "map");
      case 9:
        return loop(depth, "exists");
      case 10:
        return place(2) + ".?" + key() + ".orValue(" + expression(depth - 1) + ")";
      case 11:
        return place(2) + "[" + expression(depth - 1) + "]";
      case 12:
        return bind(depth);
      case 13:
        return "(" + expression(depth - 1) + " in " + place(2) + ")";
      case 14:
        return place(2) + ".transformMap(i, v, [i, v." + key() + "])";
      default:
        return "[" + expression(depth - 1) + ", type(" + place(2) + ")]";
    }
  }

 private:
  size_t pick(size_t count) { return random_() % count; }
  std::string key() { return std::string(1, "abc"[pick(3)]); }

  // A chain from the object or a variable in scope.
  std::string place(size_t longest) {
    std::string text =
        variables_.empty() || pick(2) == 0 ? "object" : variables_[pick(variables_.size())];
    for (size_t i = pick(longest + 1); i > 0; --i) {
      const size_t step = pick(6);
      text += step == 0 ? "[0]" : step == 1 ? "['" + key() + "']" : "." + key();
    }
    return text;
  }

  std::string loop(int depth, const std::string& macro) {
    const std::string range = place(2);
    const std::string variable = "v" + std::to_string(variables_.size());
    variables_.push_back(variable);
    const std::string body = expression(depth - 1);
    variables_.pop_back();
    return range + "." + macro + "(" + variable + ", " + body + ")";
  }

  std::string bind(int depth) {
    const std::string value = expression(depth - 1);
    const std::string variable = "v" + std::to_string(variables_.size());
    variables_.push_back(variable);
    const std::string body = expression(depth - 1);
    variables_.pop_back();
    return "cel.bind(" + variable + ", " + value + ", " + body + ")";
  }

  std::string value(int depth) {
    switch (depth <= 0 ? pick(4) : pick(8)) {
      case 0:
        return "null";
      case 1:
        return pick(2) == 0 ? "true" : "false";
      case 2:
        return std::to_string(pick(3));
      case 3:
        return pick(2) == 0 ? "\"x\"" : "\"a\"";
      case 4:
      case 5:
        return list(depth - 1);
      default:
        return map(depth - 1);
    }
  }

  std::string list(int depth) {
    std::string text = "[";
    for (size_t i = pick(4); i > 0; --i) text += value(depth) + (i > 1 ? "," : "");
    return text + "]";
  }

  std::string map(int depth) {
    std::string text = "{";
    for (const char* name : {"a", "b", "c"}) {
      if (pick(4) == 0) continue;
      text += std::string(text.size() > 1 ? "," : "") + "\"" + name + "\":" + value(depth);
    }
    return text + "}";
  }

  std::mt19937 random_;
  std::vector<std::string> variables_;
};

std::string answer(const CelProgram& program, const json::Value& object) {
  json::Arena arena;
  const CelResult result = program.evaluate(object, arena);
  const auto converted = to_json(result.value, arena);
  return converted ? json::to_text(*converted) : "error: " + converted.error().message;
}

std::string answer_on_wanted_parts(const CelProgram& program, std::string_view text) {
  json::PathTrie wanted;
  program.add_needed_paths(wanted);
  json::Scanner scanner;
  json::Arena arena;
  const auto partial = scanner.scan(text, wanted, arena);
  return partial ? answer(program, *partial) : partial.error().message;
}

TEST(CelPaths, partial_objects_give_the_same_answers) {
  Generator generator(1);
  size_t compiled = 0;
  size_t values = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string expression = generator.expression(4);
    const std::string object = generator.object();
    const auto program = compile_cel(expression, CelEnvironment::of_object());
    if (!program) continue;
    ++compiled;
    const auto whole = json::Document::parse(object);
    const std::string expected = answer(*program, whole->root());
    values += expected.starts_with("error") ? 0 : 1;
    ASSERT_EQ(answer_on_wanted_parts(*program, object), expected)
        << expression << "\non " << object << "\nneeds " << needed(expression);
  }
  EXPECT_GT(compiled, 2'000U);
  EXPECT_GT(values, 400U);
}

}  // namespace
}  // namespace kollect::extract
