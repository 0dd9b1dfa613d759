// malloc and its kin, counted. Linked into kollect-bench only: a process has one malloc.
#include <cerrno>
#include <cstdlib>

#include "bench/measure.h"

namespace {
thread_local uint64_t counted = 0;
}  // namespace

extern "C" {

void* __libc_malloc(size_t size);                      // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(size_t count, size_t size);        // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* old, size_t size);          // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(size_t alignment, size_t size);  // NOLINT(bugprone-reserved-identifier)

void* malloc(size_t size) {
  ++counted;
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  ++counted;
  return __libc_calloc(count, size);
}

void* realloc(void* old, size_t size) {
  ++counted;
  return __libc_realloc(old, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  ++counted;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
  ++counted;
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}

}  // extern "C"

namespace kollect::bench {

uint64_t allocations() { return counted; }

}  // namespace kollect::bench
