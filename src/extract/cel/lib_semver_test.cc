#include "extract/cel/lib_semver.h"

#include <gtest/gtest.h>

namespace kollect::extract {
namespace {

std::string canonical(const char* text, VersionSpelling spelling) {
  const auto version = Version::parse(text, spelling);
  if (!version) return "refused";
  std::string out(version->max_text_bytes(), '?');
  out.resize(version->format(out.data()));
  return out;
}

TEST(LibSemver, exact_text_is_read_whole) {
  for (const char* text : {"0.0.0", "1.2.3", "1.2.3-rc.2.a", "1.2.3-0-0.x-y+b.01", "1.0.0+-",
                           "18446744073709551615.0.0"}) {
    EXPECT_EQ(canonical(text, VersionSpelling::exact), text);
  }
}

TEST(LibSemver, other_text_is_refused) {
  for (const char* text : {"", "1", "1.2", "v1.2.3", "01.2.3", "1.02.3", "1.2.03", "1.2.3-",
                           "1.2.3+", "1.2.3-01", "1.2.3-a..b", "1.2.3-a_b", "1.2.3+b..", "1.2.3.4",
                           " 1.2.3", "1.2.3 ", "-1.2.3", "200K", "18446744073709551616.0.0"}) {
    EXPECT_EQ(canonical(text, VersionSpelling::exact), "refused") << text;
  }
}

TEST(LibSemver, relaxed_spelling_is_brought_into_form) {
  const struct {
    const char* in;
    const char* out;
  } cases[] = {
      {"v1.0.0", "1.0.0"},         {"1", "1.0.0"},        {"1.2", "1.2.0"},
      {"01.02.03-rc", "1.2.3-rc"}, {"00.0.000", "0.0.0"}, {"1.2.-rc", "1.2.0-rc"},
      {"vv1", "refused"},          {"1.2-rc", "refused"}, {"1+b", "refused"},
      {"1.2.", "refused"},         {"v", "refused"},      {" v1", "refused"},
      {"1.2.3-01", "refused"},     {"1..3", "refused"},
  };
  for (const auto& c : cases) EXPECT_EQ(canonical(c.in, VersionSpelling::relaxed), c.out) << c.in;
}

TEST(LibSemver, precedence_goes_up_along_this_row) {
  const char* const row[] = {"0.9.9",   "1.0.0-1",   "1.0.0-2",   "1.0.0-10", "1.0.0-RC",
                             "1.0.0-a", "1.0.0-a.1", "1.0.0-a.a", "1.0.0-b",  "1.0.0",
                             "1.0.1",   "1.2.0",     "2.0.0"};
  for (size_t i = 1; i < std::size(row); ++i) {
    EXPECT_LT(*Version::parse(row[i - 1], VersionSpelling::exact),
              *Version::parse(row[i], VersionSpelling::exact))
        << row[i];
  }
}

TEST(LibSemver, build_metadata_does_not_count) {
  EXPECT_EQ(*Version::parse("1.0.0+a", VersionSpelling::exact),
            *Version::parse("1.0.0+b", VersionSpelling::exact));
}

}  // namespace
}  // namespace kollect::extract
