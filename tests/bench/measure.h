// What figures measure with: CPU time and memory. Allocations are counted by
// base/testing/allocation_count.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace kollect::bench {

// Of the calling thread, and of the whole process.
double thread_cpu_seconds();
double process_cpu_seconds();
double wall_seconds();

// CPU-seconds of work in `parts`, each the fastest of its repetitions, which together take about
// `budget_seconds`: what disturbs a part only ever makes it slower, and a part of a millisecond or
// less is often not disturbed at all. At least three repetitions; `call` gets the number of the
// part.
double fastest_cpu_seconds(size_t parts, const std::function<void(size_t part)>& call,
                           double budget_seconds = 0.12);

struct MemoryBytes {
  uint64_t resident = 0;  // VmRSS
  uint64_t peak = 0;      // VmHWM
};
// Zero when there is no such process.
MemoryBytes memory_of(pid_t process);
// CPU-seconds of all living threads of a process, to the nanosecond.
double cpu_seconds_of(pid_t process);

// Bytes that this process has taken from the heap and not given back, allocator overhead included.
// For slopes inside one process, where VmRSS would not see memory that is used again.
uint64_t heap_bytes();

// Keeps the calling thread on one core; -1 leaves it alone.
void pin_to(int cpu);

// Tells the compiler that the value is used.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

// Bytes per object between two measurements: (b - a) / (m - n).
struct MemoryPoint {
  uint64_t objects = 0;
  uint64_t bytes = 0;
};
double slope(const MemoryPoint& a, const MemoryPoint& b);

}  // namespace kollect::bench
