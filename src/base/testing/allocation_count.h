// Counts what a thread takes from the heap, for tests that say "allocates nothing".
#pragma once

#include <cstddef>

namespace kollect::testing {

// Counts calls of operator new on the thread that made it, from then on. Linking this replaces the
// global operators.
class AllocationCount {
 public:
  AllocationCount();
  size_t allocations() const;

 private:
  size_t at_start_;
};

}  // namespace kollect::testing
