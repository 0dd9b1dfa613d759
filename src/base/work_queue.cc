#include "base/work_queue.h"

#include <algorithm>
#include <cmath>

namespace kollect {

std::chrono::nanoseconds Backoff::wait(uint32_t failures, double unit) const {
  const double doubled = static_cast<double>(first.count()) * std::exp2(std::min(failures, 62U));
  const double capped = std::min(doubled, static_cast<double>(max.count()));
  const double spread = capped * (1 + jitter * (2 * unit - 1));
  return std::chrono::nanoseconds(static_cast<int64_t>(spread));
}

}  // namespace kollect
