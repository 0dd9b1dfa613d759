#include "metrics/registry.h"

#include <algorithm>

#include "base/result.h"

namespace kollect::metrics {

namespace {

size_t index_of(Metric metric) { return static_cast<size_t>(metric); }

std::shared_ptr<Cell> make_cell(const Family& family, SeriesKey key) {
  auto cell = std::make_shared<Cell>();
  cell->key = std::move(key);
  if (family.type == Type::histogram) {
    cell->bounds = family.buckets;
    cell->buckets = std::make_unique<std::atomic<uint64_t>[]>(family.buckets.size() + 1);
  }
  return cell;
}

Sample sample_of(const std::shared_ptr<Cell>& cell, Type type) {
  Sample sample{.key = std::shared_ptr<const SeriesKey>(cell, &cell->key)};
  sample.value = cell->real.load(std::memory_order_relaxed);
  if (type == Type::counter)
    sample.value = static_cast<double>(cell->count.load(std::memory_order_relaxed));
  if (type == Type::histogram) {
    for (size_t i = 0; i <= cell->bounds.size(); ++i) {
      sample.buckets.push_back(cell->buckets[i].load(std::memory_order_relaxed));
    }
  }
  return sample;
}

}  // namespace

void Histogram::observe(double value) const {
  const auto bound = std::lower_bound(cell_->bounds.begin(), cell_->bounds.end(), value);
  const auto bucket = static_cast<size_t>(bound - cell_->bounds.begin());
  cell_->buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  cell_->real.fetch_add(value, std::memory_order_relaxed);
}

std::shared_ptr<Cell> Registry::find_or_add(Metric metric, Type type, SeriesKey key) {
  const Family& row = family(metric);
  KOLLECT_CHECK(row.type == type);
  KOLLECT_CHECK(row.labels().size() == key.values.size());
  return state_.with([&](State& state) {
    Cells& cells = state.cells[index_of(metric)];
    if (const auto found = cells.find(&key); found != cells.end()) return found->second;
    auto cell = make_cell(row, std::move(key));
    cells.emplace(&cell->key, cell);
    return cell;
  });
}

Counter Registry::counter(Metric metric, SeriesKey key) {
  return Counter(find_or_add(metric, Type::counter, std::move(key)));
}

Gauge Registry::gauge(Metric metric, SeriesKey key) {
  return Gauge(find_or_add(metric, Type::gauge, std::move(key)));
}

Histogram Registry::histogram(Metric metric, SeriesKey key) {
  return Histogram(find_or_add(metric, Type::histogram, std::move(key)));
}

void Registry::remove_if(Metric metric, const std::function<bool(const SeriesKey&)>& matches) {
  state_.with([&](State& state) {
    std::erase_if(state.cells[index_of(metric)],
                  [&](const auto& entry) { return matches(*entry.first); });
  });
}

void Registry::remove(Metric metric, const SeriesKey& key) {
  state_.with([&](State& state) { state.cells[index_of(metric)].erase(&key); });
}

void Registry::add_collector(Collector collector) {
  auto shared = std::make_shared<const Collector>(std::move(collector));
  state_.with([&](State& state) { state.collectors.push_back(std::move(shared)); });
}

std::vector<FamilySamples> Registry::gather() const {
  std::vector<FamilySamples> all;
  for (const Family& row : families()) all.push_back({&row, {}});
  const auto collectors = state_.read([&](const State& state) {
    for (FamilySamples& one : all) {
      const Cells& cells = state.cells[index_of(one.family->metric)];
      one.samples.reserve(cells.size());
      for (const auto& [key, cell] : cells)
        one.samples.push_back(sample_of(cell, one.family->type));
    }
    return state.collectors;
  });
  const Emit emit = [&](Metric metric, SeriesKey key, double value) {
    KOLLECT_CHECK(family(metric).labels().size() == key.values.size());
    all[index_of(metric)].samples.push_back(
        {std::make_shared<const SeriesKey>(std::move(key)), value});
  };
  for (const auto& collector : collectors) (*collector)(emit);
  for (FamilySamples& one : all) {
    if (collectors.empty()) break;
    std::stable_sort(one.samples.begin(), one.samples.end(),
                     [](const Sample& a, const Sample& b) { return *a.key < *b.key; });
  }
  std::erase_if(all, [](const FamilySamples& one) { return one.samples.empty(); });
  return all;
}

}  // namespace kollect::metrics
