#include "extract/cel/lib_base64.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string encoded(std::string_view content) {
  std::string out(encoded_bytes(content.size()), '?');
  encode_base64(content, out.data());
  return out;
}

std::string decoded(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '?');
  const auto bytes = decode_base64(text, out.data());
  return bytes ? out.substr(0, *bytes) : "refused";
}

TEST(LibBase64, content_of_every_remainder_is_padded_and_comes_back) {
  const struct {
    const char* content;
    const char* text;
  } cases[] = {{"", ""},        {"f", "Zg=="},         {"fo", "Zm8="},
               {"foo", "Zm9v"}, {"hello", "aGVsbG8="}, {"\xfb\xff\xfe", "+//+"}};
  for (const auto& c : cases) {
    EXPECT_EQ(encoded(c.content), c.text);
    EXPECT_EQ(decoded(c.text), c.content);
  }
}

TEST(LibBase64, padding_may_be_missing_and_lines_may_break) {
  EXPECT_EQ(decoded("aGVsbG8"), "hello");
  EXPECT_EQ(decoded("Zg"), "f");
  EXPECT_EQ(decoded("aGVs\r\nbG8=\n"), "hello");
  EXPECT_EQ(decoded("Zg=\n="), "f");
  EXPECT_EQ(decoded("Zh=="), "f");
}

TEST(LibBase64, malformed_text_is_refused) {
  for (const char* text : {"a", "Zg=", "Zm9v=", "Zg==Zg==", "Zg===", "=", "Z===", "Zm 9v", "Zm-_",
                           "aGVsbG8==", "Zg==\nx", "\u00e9"}) {
    EXPECT_EQ(decoded(text), "refused") << text;
  }
}

}  // namespace
}  // namespace kollect::extract
