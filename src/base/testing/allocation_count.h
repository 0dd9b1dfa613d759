// Counts what a thread takes from the heap, for tests and benchmarks that promise to take nothing.
//
// Linking this replaces operator new and delete of the whole binary; they still use malloc and
// free.
#pragma once

#include <cstddef>

namespace kollect {

// Calls of operator new by this thread since it started.
size_t allocation_count();

}  // namespace kollect
