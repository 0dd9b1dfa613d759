#include "base/json_scan.h"

#include "base/json_write.h"

namespace kollect::json {
namespace {

std::string partial(const PathTrie& wanted, std::string_view text) {
  Scanner scanner;
  Arena arena;
  const auto value = scanner.scan(text, wanted, arena);
  return value ? to_text(*value) : value.error().text();
}

PathTrie names_and_images() {
  PathTrie trie;
  trie.want_all(trie.key(trie.key(PathTrie::kRoot, "metadata"), "name"));
  const auto containers = trie.key(trie.key(PathTrie::kRoot, "spec"), "containers");
  trie.want_all(trie.key(trie.element(containers), "image"));
  return trie;
}

TEST(Scanner, only_wanted_parts_are_built) {
  EXPECT_EQ(
      partial(names_and_images(),
              R"({"kind":"Pod","metadata":{"name":"a","labels":{"x":"y"}},"spec":{"containers":[
                        {"name":"c","image":"i:1"},{"image":"i:2","ports":[{"p":1}]}]},"status":{}})"),
      R"({"metadata":{"name":"a"},"spec":{"containers":[{"image":"i:1"},{"image":"i:2"}]}})");
}

TEST(Scanner, scalars_on_the_way_are_kept_as_they_are) {
  EXPECT_EQ(partial(names_and_images(), R"({"metadata":7,"spec":null})"),
            R"({"metadata":7,"spec":null})");
  EXPECT_EQ(partial(names_and_images(), "[1,2]"), "[]");
}

TEST(Scanner, an_array_of_which_only_keys_are_wanted_is_kept_empty) {
  EXPECT_EQ(partial(names_and_images(), R"({"metadata":[{"name":"x"}]})"), R"({"metadata":[]})");
}

TEST(Scanner, an_object_where_elements_are_wanted_is_kept_whole) {
  EXPECT_EQ(partial(names_and_images(), R"({"spec":{"containers":{"a":{"b":1}}}})"),
            R"({"spec":{"containers":{"a":{"b":1}}}})");
}

TEST(Scanner, escaped_keys_match) {
  EXPECT_EQ(partial(names_and_images(), R"({"met\u0061data":{"name":"a"}})"),
            R"({"metadata":{"name":"a"}})");
}

TEST(Scanner, what_is_skipped_must_be_balanced) {
  const PathTrie trie = names_and_images();
  EXPECT_EQ(partial(trie, R"({"status":{"a":[1,2})"), "not JSON: unexpected end at byte 20");
  EXPECT_EQ(partial(trie, R"({"status":})"),
            "not JSON: unexpected end of a list or map at byte 10");
  EXPECT_EQ(partial(trie, R"({"status":1}})"), "not JSON: text after the value at byte 12");
}

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Longer than what is walked by positions, with everything in it that could lead astray.
class LongValue : public testing::TestWithParam<std::string_view> {};

TEST_P(LongValue, is_skipped_to_its_end) {
  const PathTrie trie = names_and_images();
  for (size_t times = 1; times <= 70; ++times) {
    const std::string text = R"({"status":[)" + repeated(std::string(GetParam()) + ",", times) +
                             R"(0],"metadata":{"name":"a"}})";
    EXPECT_EQ(partial(trie, text), R"({"metadata":{"name":"a"}})") << times;
  }
}

TEST_P(LongValue, must_end) {
  const PathTrie trie = names_and_images();
  for (size_t times = 1; times <= 70; ++times) {
    const std::string text = R"({"status":[)" + repeated(std::string(GetParam()) + ",", times) +
                             R"(0,"metadata":{"name":"a"})";
    // A bracket behind the text is none of it.
    EXPECT_EQ(partial(trie, std::string_view(text + "]}").substr(0, text.size())),
              "not JSON: unexpected end at byte " + std::to_string(text.size()))
        << times;
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, LongValue,
                         testing::Values(R"({"a":{"b":[1,2,{"c":null}]}})", R"(["]","}","{["])",
                                         R"({"k:{\"type\":\"Ready\"}":{".":{}}})",
                                         R"(["\\","\\\"]","a\\\\"])", R"([[[[[[]]]]]])",
                                         R"("\"")"));

TEST(Scanner, strings_without_escapes_point_into_the_bytes) {
  const std::string bytes = R"({"metadata":{"name":"plain"}})";
  Scanner scanner;
  Arena arena;
  const auto value = scanner.scan(bytes, names_and_images(), arena);
  ASSERT_TRUE(value.has_value());
  const std::string_view name = value->at({"metadata", "name"})->as_string();
  EXPECT_EQ(name.data(), bytes.data() + bytes.find("plain"));
}

TEST(Scanner, a_failed_text_does_not_spoil_the_next) {
  Scanner scanner;
  Arena arena;
  EXPECT_FALSE(scanner.parse(R"({"a":[1,{"b":)", arena).has_value());
  const auto value = scanner.parse(R"({"a":[1]})", arena);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(to_text(*value), R"({"a":[1]})");
}

TEST(Scanner, texts_of_any_length_up_to_three_blocks_are_read_to_the_last_byte) {
  Scanner scanner;
  Arena arena;
  for (size_t length = 0; length < 192; ++length) {
    const std::string text = "\"" + std::string(length, 'x') + "\"";
    // No byte to spare, so that the address sanitizer sees an overrun.
    const auto exact = std::make_unique_for_overwrite<char[]>(text.size());
    std::copy(text.begin(), text.end(), exact.get());
    const auto value = scanner.parse({exact.get(), text.size()}, arena);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->as_string().size(), length);
  }
}

}  // namespace
}  // namespace kollect::json
