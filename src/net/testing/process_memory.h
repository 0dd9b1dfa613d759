// What this process costs, as the kernel counts it.
#pragma once

#include <cstdint>

namespace kollect::net {

// Whether figures are those of the program itself: a sanitizer keeps freed memory and adds its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsMemory = false;
#else
inline constexpr bool kCountsMemory = true;
#endif

// Resident memory now.
int64_t resident_bytes();
// Highest resident memory since the last forget_peak().
int64_t peak_resident_bytes();
void forget_peak();
// Processor time of the calling thread.
double thread_cpu_seconds();

}  // namespace kollect::net
