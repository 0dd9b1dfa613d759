#include "extract/cel/lib_name_format.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

// The beginnings of all findings, with "; " between.
std::string found(const char* word, std::string_view text) {
  std::string out;
  const Findings result = findings(*name_format(word), text);
  for (size_t i = 0; i < result.size; ++i) {
    if (i > 0) out += "; ";
    out.append(result.items[i].part).append(result.items[i].message.substr(0, 24));
  }
  return out;
}

TEST(LibNameFormat, every_format_is_known_by_its_word) {
  for (size_t i = 0; i < kNameFormats; ++i) {
    const auto format = static_cast<NameFormat>(i);
    EXPECT_EQ(name_format(word(format)), format);
  }
  EXPECT_FALSE(name_format("dns1123label"));
  EXPECT_FALSE(name_format(""));
}

TEST(LibNameFormat, fitting_text_has_no_findings) {
  const std::string label63(63, 'a');
  const struct {
    const char* word;
    std::string text;
  } cases[] = {
      {"dns1123Label", "1-a"},
      {"dns1123Label", label63},
      {"dns1123Subdomain", "apiextensions.k8s.io"},
      {"dns1035Label", "a-1"},
      {"qualifiedName", "example.com/My_Name.1"},
      {"qualifiedName", "MyName"},
      {"labelValue", ""},
      {"labelValue", "A_b.c-1"},
      {"uri", "http://example.com"},
      {"uuid", "123E4567-e89b12d3-a456-426614174000"},
      {"byte", "aGVsbG8="},
      {"date", "2024-02-29"},
      {"datetime", "2021-01-01T00:00:00Z"},
      {"datetime", "2021-01-01t23:59:59.123+99:99"},
      {"datetime", "2021-01-01T00:00:00,5z"},
  };
  for (const auto& c : cases) EXPECT_EQ(found(c.word, c.text), "") << c.word << " " << c.text;
}

TEST(LibNameFormat, unfitting_text_has_each_finding_in_order) {
  const std::string long64(64, '-');
  const std::string long254(254, 'a');
  const struct {
    const char* word;
    std::string text;
    const char* findings;
  } cases[] = {
      {"dns1123Label", "a.b", "must not contain dots"},
      {"dns1123Label", "", "a lowercase RFC 1123 lab"},
      {"dns1123Label", long64, "must be no more than 63 ; a lowercase RFC 1123 lab"},
      {"dns1123Subdomain", "a..b", "a lowercase RFC 1123 sub"},
      {"dns1123Subdomain", long254, "must be no more than 253"},
      {"dns1035Label", "1a", "a DNS-1035 label must co"},
      {"qualifiedName", "a/b/c", "a valid label key must c"},
      {"qualifiedName", "/",
       "prefix part must be non-empty; name part must be non-empty; name part must consist of "
       "alphanum"},
      {"qualifiedName", "A/" + long64,
       "prefix part a lowercase RFC 1123 sub; name part must be no more than 63 ; name part must "
       "consist of alphanum"},
      {"labelValue", "-a", "a valid label must be an"},
      {"uri", "x", "invalid URI for request"},
      {"uuid", "123", "does not match the UUID "},
      {"byte", "", "invalid base64"},
      {"byte", "aGVsbG8", "invalid base64"},
      {"byte", "a===", "invalid base64"},
      {"date", "2023-02-29", "invalid date"},
      {"date", "2023-2-09", "invalid date"},
      {"datetime", "2021-01-01T24:00:00Z", "invalid datetime"},
      {"datetime", "2021-01-01T00:00:00", "invalid datetime"},
      {"datetime", "2021-01-01T00:00:00.Z", "invalid datetime"},
      {"datetime", "2021-01-01", "invalid datetime"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(found(c.word, c.text), c.findings) << c.word << " " << c.text;
}

TEST(LibNameFormat, a_trailing_dash_and_what_precedes_it_become_one_letter) {
  char out[8];
  EXPECT_EQ(std::string_view(out, mask_trailing_dash("abc-", out)), "aba");
  EXPECT_EQ(std::string_view(out, mask_trailing_dash("a-", out)), "a");
  EXPECT_EQ(std::string_view(out, mask_trailing_dash("-", out)), "-");
  EXPECT_EQ(std::string_view(out, mask_trailing_dash("abc", out)), "abc");
}

}  // namespace
}  // namespace kollect::extract
