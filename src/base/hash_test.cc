#include "base/hash.h"

namespace kollect {
namespace {

// The first vector of collection.md 5.4: the canonical text of no rows.
TEST(Hash, the_digest_of_no_rows_is_the_one_of_the_contract) {
  EXPECT_EQ(hex(sha256("[]")), "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
}

TEST(Hash, pieces_give_the_digest_of_the_whole_and_finish_starts_over) {
  Sha256 hash;
  for (int round = 0; round < 2; ++round) {
    hash.add("[");
    hash.add("]");
    EXPECT_EQ(hash.finish(), sha256("[]"));
  }
}

}  // namespace
}  // namespace kollect
