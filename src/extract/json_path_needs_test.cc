// What a path reads of a partial tree must be what it reads of the whole object.
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json_scan.h"
#include "base/json_write.h"
#include "extract/json_path.h"
#include "extract/scrub.h"

namespace kollect::extract {
namespace {

constexpr std::string_view kPaths[] = {
    "$",
    "{.a}",
    "{.a.b.name}",
    "{.a.b.value}",
    "{.a[0].b}",
    "{.a[*].value}",
    "{.a[-1:].name}",
    "{.a.*}",
    "{.a.*.b}",
    "{.*.*.value}",
    "{..value}",
    "{.a..b}",
    "{.a['b','name']}",
    "{.a[*]['b','value']}",
    "{['a.b'].name}",
    "{.a['b.c']}",
    "{['a','b'].value}",
    "{.a[?(@.b)]}",
    "{.a[?(@.b)].name}",
    "{.a[?(@.b==1)].value}",
    "{.a[?(@.name==@.value)].b}",
    "{.a[?(@.b[0])].name}",
    "{.a[?(@.b.*)].name}",
    "{.a[0,1].b}",
    "{.a 12}",
    "{.a \"x\"}",
    "{.a[0][0].b}",
    "{.a.b[?(@==2)]}",
    "jsonpath:$.a.b",
    "jsonpath:$.a[?@.b].name",
    "jsonpath:$.a[?@.b==$.b.value].value",
    "jsonpath:$.a[?length(@.b)>1].name",
    "jsonpath:$.a[?count(@.*)>1]['name','value']",
    "jsonpath:$.a[?count(@..b)>1].name",
    "jsonpath:$[?@.b].value",
    "jsonpath:$..[?@.name=='on'].value",
    "jsonpath:$.a[?match(@.name,'o.*')].b",
    "jsonpath:$.a[?value(@.b.*)==2].value",
    "jsonpath:$.a[::2].b[1:]",
    "jsonpath:$['a','b']['a','b']['a','b']['a','b']['a','b']['a','b']['a','b']",
};

std::string make(std::mt19937& random, size_t depth) {
  constexpr std::string_view kKeys[] = {"a", "a.b", "b", "c", "name", "value"};
  constexpr std::string_view kScalars[] = {"1", "2", "1.5", "\"on\"", "\"token\"", "true", "null"};
  const size_t kind = depth == 0 ? 2 : random() % 5;
  if (kind == 2) return std::string(kScalars[random() % std::size(kScalars)]);
  const bool is_array = kind < 2;
  std::string out;
  for (const std::string_view key : kKeys) {
    if (random() % 2 == 0) continue;
    if (!out.empty()) out += ',';
    if (!is_array) out += fmt::format("\"{}\":", key);
    out += make(random, depth - 1);
  }
  return is_array ? "[" + out + "]" : "{" + out + "}";
}

std::string make_object(std::mt19937& random) {
  return fmt::format(R"({{"a":{},"a.b":{},"b":{},"unwanted":{}}})", make(random, 4),
                     make(random, 2), make(random, 3), make(random, 2));
}

// Everything of a result that anyone looks at.
std::string describe(const JsonPath& path, const json::Value& root, json::Arena& arena) {
  const PathResult result = path.evaluate(root, arena);
  if (result.kind == PathResult::Kind::error) return std::string(word(result.error));
  if (result.kind == PathResult::Kind::missing) return "missing";
  std::string text = json::to_text(result.value);
  for (const Match& match : result.matches) text += fmt::format(" {}", match.key());
  return text + " " + json::to_text(Scrubber().scrub_result(result, arena));
}

class NeededPaths : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NeededPaths, give_the_same_result_on_the_partial_tree) {
  const JsonPath path = *compile_json_path(GetParam());
  json::PathTrie wanted;
  path.add_needed_paths(wanted);
  std::mt19937 random(7);
  json::Scanner scanner;
  json::Arena arena;
  for (size_t i = 0; i < 120; ++i) {
    const std::string object = make_object(random);
    const auto partial = scanner.scan(object, wanted, arena);
    const auto whole = json::parse(object, arena);
    ASSERT_TRUE(partial.has_value() && whole.has_value()) << object;
    ASSERT_EQ(describe(path, *partial, arena), describe(path, *whole, arena)) << object;
    arena.reset();
  }
}

INSTANTIATE_TEST_SUITE_P(JsonPath, NeededPaths, ::testing::ValuesIn(kPaths));

TEST(NeededPaths, leave_out_what_no_path_asks_for) {
  json::PathTrie wanted;
  compile_json_path("{.spec.containers[*].image}")->add_needed_paths(wanted);
  json::Scanner scanner;
  json::Arena arena;
  const auto partial = scanner.scan(
      R"({"spec":{"containers":[{"image":"a","args":[1,2]}],"x":{"y":1}},"z":{"w":1}})", wanted,
      arena);
  ASSERT_TRUE(partial.has_value());
  EXPECT_EQ(json::to_text(*partial), R"({"spec":{"containers":[{"image":"a"}]}})");
}

}  // namespace
}  // namespace kollect::extract
