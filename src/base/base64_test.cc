#include "base/base64.h"

#include <gtest/gtest.h>

namespace kollect {
namespace {

struct Case {
  std::string bytes, text;
};
const Case kCases[] = {{"", ""},
                       {"f", "Zg=="},
                       {"fo", "Zm8="},
                       {"foo", "Zm9v"},
                       {"foob", "Zm9vYg=="},
                       {"foobar", "Zm9vYmFy"},
                       {std::string("\0\xFF\xFE", 3), "AP/+"}};

TEST(Base64, encodes_and_decodes_the_vectors_of_the_rfc) {
  for (const Case& c : kCases) {
    EXPECT_EQ(base64_encode(c.bytes), c.text);
    EXPECT_EQ(base64_decode(c.text), c.bytes);
  }
}

TEST(Base64, skips_line_breaks) { EXPECT_EQ(base64_decode("Zm9v\r\n YmFy\n"), "foobar"); }

TEST(Base64, refuses_what_is_no_whole_group) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zm9v!", "Zm-_", "=Zg="}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kollect
