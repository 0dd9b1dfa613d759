#include "base/testing/allocation_count.h"

#include <cstdlib>
#include <new>

namespace {

thread_local size_t allocations_of_thread = 0;

void* counted(size_t bytes) {
  ++allocations_of_thread;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t bytes) { return counted(bytes); }
void* operator new[](size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace kollect::testing {

AllocationCount::AllocationCount() : at_start_(allocations_of_thread) {}
size_t AllocationCount::allocations() const { return allocations_of_thread - at_start_; }

}  // namespace kollect::testing
