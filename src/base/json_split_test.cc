#include "base/json_split.h"

namespace kollect::json {
namespace {

class Pieces : public PieceReader {
 public:
  void on_item(std::string_view bytes) override { text += "item " + std::string(bytes) + "\n"; }
  void on_member(std::string_view key, std::string_view value) override {
    text += std::string(key) + "=" + std::string(value) + "\n";
  }
  std::string text;
};

struct Cut {
  std::string pieces;
  std::string error;
};

Cut cut(Splitter::Input input, std::string_view text, size_t chunk) {
  Splitter splitter(input);
  Pieces pieces;
  for (size_t at = 0; at < text.size(); at += chunk) {
    const Status fed = splitter.feed(text.substr(at, chunk), pieces);
    if (!fed) return {pieces.text, fed.error().text()};
  }
  const Status done = splitter.finish();
  return {pieces.text, done ? "" : done.error().text()};
}

constexpr std::string_view kList =
    R"( {"kind":"PodList","metadata":{"resourceVersion":"7","continue":"a\"}]"},"n":-1.5,"items":[ {"a":"}{\\\"]["} ,)"
    "\n"
    R"({"b":[[1],{"c":"\\"}]},"text",null],"after":"x"} )";
constexpr std::string_view kPieces =
    R"(kind="PodList"
metadata={"resourceVersion":"7","continue":"a\"}]"}
n=-1.5
item {"a":"}{\\\"]["}
item {"b":[[1],{"c":"\\"}]}
item "text"
item null
after="x"
)";

TEST(Splitter, a_list_gives_its_items_and_members_however_it_is_chunked) {
  for (size_t chunk = 1; chunk <= kList.size(); ++chunk) {
    const Cut result = cut(Splitter::Input::list, kList, chunk);
    EXPECT_EQ(result.pieces, kPieces) << "in chunks of " << chunk;
    EXPECT_EQ(result.error, "");
  }
}

TEST(Splitter, a_stream_gives_its_documents_however_it_is_chunked) {
  constexpr std::string_view kStream =
      "{\"type\":\"ADDED\",\"object\":{\"x\":\"{\"}}\n{\"type\":\"BOOKMARK\"}\n";
  for (size_t chunk = 1; chunk <= kStream.size(); ++chunk) {
    const Cut result = cut(Splitter::Input::stream, kStream, chunk);
    EXPECT_EQ(result.pieces,
              "item {\"type\":\"ADDED\",\"object\":{\"x\":\"{\"}}\nitem {\"type\":\"BOOKMARK\"}\n");
    EXPECT_EQ(result.error, "");
  }
}

// Long enough for whole blocks, with marks at every place of one.
std::string long_document(size_t shift) {
  std::string text = R"({"pad":")" + std::string(shift, 'x') + R"(","a":[)";
  for (int i = 0; i < 40; ++i) text += R"({"k\\":"}{\\\"][\\","deep":[[[{}]]],"s":"\\\\\\"},)";
  return text + "0]}";
}

TEST(Splitter, a_long_document_ends_where_it_ends_wherever_its_marks_stand) {
  for (size_t shift = 0; shift < 70; ++shift) {
    const std::string document = long_document(shift);
    const std::string text = document + document + "\n" + document;
    const std::string item = "item " + document + "\n";
    for (const size_t chunk : {size_t{61}, size_t{64}, size_t{67}, size_t{500}, text.size()}) {
      const Cut result = cut(Splitter::Input::stream, text, chunk);
      EXPECT_EQ(result.pieces, item + item + item) << shift << " in chunks of " << chunk;
      EXPECT_EQ(result.error, "");
    }
  }
}

TEST(Splitter, a_backslash_outside_of_strings_escapes_nothing_however_it_is_chunked) {
  const std::string text = R"({\"a":"}",\"b":[)" + std::string(200, ' ') + R"(\"}",1]} 7 )";
  const std::string expected = "item " + text.substr(0, text.size() - 3) + "\nitem 7\n";
  for (size_t chunk = 1; chunk <= text.size(); ++chunk)
    EXPECT_EQ(cut(Splitter::Input::stream, text, chunk).pieces, expected) << chunk;
}

TEST(Splitter, an_empty_list_has_no_items) {
  EXPECT_EQ(cut(Splitter::Input::list, R"({"items":[]})", 3).pieces, "");
  EXPECT_EQ(cut(Splitter::Input::list, R"({"items":null})", 3).pieces, "items=null\n");
  EXPECT_EQ(cut(Splitter::Input::list, "{}", 1).error, "");
}

TEST(Splitter, input_that_is_cut_off_is_said_to_be) {
  for (size_t length = 1; length + 2 < kList.size(); ++length) {
    EXPECT_NE(cut(Splitter::Input::list, kList.substr(0, length), 16).error, "") << length;
  }
  EXPECT_EQ(cut(Splitter::Input::stream, "{\"a\":1", 4).error,
            "the answer was cut off after 6 bytes");
}

TEST(Splitter, what_is_no_list_is_refused_with_its_place) {
  EXPECT_EQ(cut(Splitter::Input::list, "<html>", 4).error, "not a list: expected '{' at byte 0");
  EXPECT_EQ(cut(Splitter::Input::list, R"({"items":[1 2]})", 4).error,
            "not a list: expected ',' or ']' at byte 12");
  EXPECT_EQ(cut(Splitter::Input::list, R"({"items":[1,]})", 4).error,
            "not a list: expected a value at byte 12");
  EXPECT_EQ(cut(Splitter::Input::list, R"({"a" 1})", 4).error,
            "not a list: expected ':' at byte 5");
  EXPECT_EQ(cut(Splitter::Input::list, R"({} {})", 4).error,
            "not a list: text after the list at byte 3");
}

TEST(Splitter, an_object_beyond_the_limit_is_refused) {
  Splitter splitter(Splitter::Input::stream, 10);
  Pieces pieces;
  EXPECT_TRUE(splitter.feed("{\"a\":1234", pieces).has_value());
  EXPECT_FALSE(splitter.feed("5}", pieces).has_value());
}

TEST(Splitter, a_piece_within_one_chunk_is_not_copied) {
  struct Where : PieceReader {
    void on_item(std::string_view bytes) override { at = bytes.data(); }
    void on_member(std::string_view, std::string_view) override {}
    const char* at = nullptr;
  } where;
  const std::string chunk = R"({"items":[{"a":1}]})";
  Splitter splitter(Splitter::Input::list);
  ASSERT_TRUE(splitter.feed(chunk, where).has_value());
  EXPECT_EQ(where.at, chunk.data() + 10);
  EXPECT_EQ(splitter.carried_bytes(), 0U);
}

}  // namespace
}  // namespace kollect::json
