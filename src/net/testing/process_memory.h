// What this process costs, as the kernel counts it.
#pragma once

#include <cstdint>

namespace kollect::net {

// Resident memory now.
int64_t resident_bytes();
// Highest resident memory since the last forget_peak().
int64_t peak_resident_bytes();
void forget_peak();
// Processor time of the calling thread.
double thread_cpu_seconds();

}  // namespace kollect::net
