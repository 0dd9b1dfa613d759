#include <fmt/format.h>

#include "bench/figure.h"
#include "bench/measure.h"
#include "store/row_store.h"

namespace kollect::bench {
namespace {

constexpr double kRowBudgetBytes = 160;

// Eight values of 90 bytes in all, as short as most are.
struct Values {
  std::vector<std::string> texts;
  std::vector<std::string_view> views;

  explicit Values(uint64_t row) {
    texts = {fmt::format("\"shop-{:06}\"", row),
             "\"Running\"",
             "3",
             "true",
             fmt::format("\"node-{:04}\"", row % 1000),
             fmt::format("\"10.64.{:03}.{:03}\"", row / 250 % 250, row % 250),
             fmt::format("\"v1.2.{:02}\"", row % 100),
             "\"backend-tier\""};
    views.assign(texts.begin(), texts.end());
  }
};

void grow(store::RowStore& store, store::Target& target, uint64_t from, uint64_t to) {
  for (uint64_t row = from; row < to; ++row) {
    const Values values(row);
    const std::string name = fmt::format("shop-{:06}-7d9f8b6c54-x2k4q", row);
    const std::string uid =
        fmt::format("{:08x}-0000-4000-8000-{:012x}", row * 2654435761U % 4294967296U, row);
    store.upsert(target, {fmt::format("team-{:04}", row / 1000), name, uid, values.views});
  }
}

// Heap bytes per row from n to 2n rows, less the encoded values.
Result<double> overhead(uint64_t n) {
  store::RowStore store;
  store::Target& target =
      store.add_target({store::Origin::target, "team", "pods"},
                       {"", "v1", "Pod", {"a", "b", "c", "d", "e", "f", "g", "h"}});
  grow(store, target, 0, n);
  const MemoryPoint half{n, heap_bytes()};
  const size_t half_values = store.counts().values_bytes;
  grow(store, target, n, 2 * n);
  const MemoryPoint whole{2 * n, heap_bytes()};
  if (store.counts().rows != 2 * n) return internal("a row is missing");
  const MemoryPoint values{n, half_values};
  return slope(half, whole) - slope(values, {2 * n, store.counts().values_bytes});
}

}  // namespace

std::vector<Figure> store(const Setting& setting) {
  Figure out{.name = "store_row",
             .what =
                 "Heap that a row takes beside its encoded attribute values, name, uid and indexes "
                 "included; slope from n to 2n rows.",
             .unit = "bytes/row",
             .yardstick = "the budget of a row: 160 bytes",
             .bound = Bound::at_most,
             .target = 1,
             .n = setting.full ? uint64_t{500000} : 50000};
  out.ours = [n = out.n] { return overhead(n); };
  out.theirs = [] { return Result<double>(kRowBudgetBytes); };
  return {std::move(out)};
}

}  // namespace kollect::bench
