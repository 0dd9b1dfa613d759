#include "api/testing/refusals.h"

#include <set>

namespace kollect::api {
namespace {

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, with_path_type_and_gist) { expect_refused(*GetParam().subject, *GetParam().row); }

INSTANTIATE_TEST_SUITE_P(Rules, Refused, testing::ValuesIn(refusals()), case_name<Refusal>);

TEST(Refusals, cover_every_kind_in_at_least_150_rows) {
  std::set<const Kind*> kinds_seen;
  for (const Refusal& one : refusals()) kinds_seen.insert(&one.subject->kind);
  EXPECT_EQ(kinds_seen.size(), kinds().size());
  EXPECT_GE(refusals().size(), 150u);
}

}  // namespace
}  // namespace kollect::api
