#include "base/detail/json_skip.h"

#include <random>

namespace kollect::json {
namespace {

// Texts of marks and other characters, half of them inside strings.
std::string random_text(std::mt19937& random) {
  constexpr std::string_view kCharacters = "{}[]\"\\x,: xxxxxxxxxxxxxxxxx";
  std::string text = "{";
  while (text.size() < 400) text += kCharacters[random() % kCharacters.size()];
  return text;
}

class SkipWith : public testing::TestWithParam<Arithmetic> {};

TEST_P(SkipWith, gives_the_same_as_with_any_arithmetic) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(random);
    const char* const end = text.data() + text.size();
    SkipState wide{.in_string = i % 2 == 1, .escaped = i % 4 == 3};
    SkipState narrow = wide;
    const Skipped a = skip_blocks(text.data(), end, wide, GetParam());
    const Skipped b = skip_blocks(text.data(), end, narrow, Arithmetic::portable);
    EXPECT_EQ(a.behind, b.behind) << text;
    EXPECT_EQ(a.at, b.at) << text;
    EXPECT_EQ(wide.depth, narrow.depth) << text;
    EXPECT_EQ(wide.in_string, narrow.in_string) << text;
    EXPECT_EQ(wide.escaped, narrow.escaped) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Arithmetics, SkipWith,
                         testing::Values(Arithmetic::widest, Arithmetic::wide));

TEST(SkipBlocks, stops_at_a_backslash_outside_of_strings) {
  const std::string text = "{" + std::string(100, ' ') + "\\\"}" + std::string(100, ' ');
  SkipState state;
  const Skipped skipped = skip_blocks(text.data(), text.data() + text.size(), state);
  EXPECT_EQ(skipped.behind, nullptr);
  EXPECT_EQ(skipped.at, text.data() + 64);
  EXPECT_EQ(state.depth, 1U);
}

}  // namespace
}  // namespace kollect::json
