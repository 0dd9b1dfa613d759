// main of every test binary that uses the world: ctest shall see a skipped test as skipped.
#include <gtest/gtest.h>

namespace {

// The value of SKIP_RETURN_CODE in CMakeLists.txt.
constexpr int kSkipped = 77;

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const int code = RUN_ALL_TESTS();
  const int skipped = ::testing::UnitTest::GetInstance()->skipped_test_count();
  return code == 0 && skipped > 0 ? kSkipped : code;
}
