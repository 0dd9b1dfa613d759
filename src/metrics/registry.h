// Where the numbers live: handles that count, and one look at all of them for a scrape.
//
// Look a handle up once and keep it: counting is one relaxed atomic instruction, looking up takes a
// lock.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "metrics/families.h"

namespace kollect::metrics {

// What tells the series of a family apart: a value for each label of the table, and labels of its
// own by name for those whose labels a user declares. Own names must be valid and differ from the
// table's.
struct SeriesKey {
  std::vector<std::string> values = {};
  std::vector<std::pair<std::string, std::string>> own = {};

  auto operator<=>(const SeriesKey&) const = default;
};

struct Cell {
  SeriesKey key = {};
  std::atomic<uint64_t> count = 0;
  std::atomic<double> real = 0;  // the gauge, or the sum of a histogram
  std::span<const double> bounds = {};
  std::unique_ptr<std::atomic<uint64_t>[]> buckets = nullptr;  // one for each bound and one above
};

// Handles are cheap values; any thread may use them, also after their series was removed (then to
// no effect).
class Counter {
 public:
  explicit Counter(std::shared_ptr<Cell> cell) : cell_(std::move(cell)) {}
  void add(uint64_t n = 1) const { cell_->count.fetch_add(n, std::memory_order_relaxed); }

 private:
  std::shared_ptr<Cell> cell_;
};

class Gauge {
 public:
  explicit Gauge(std::shared_ptr<Cell> cell) : cell_(std::move(cell)) {}
  void set(double value) const { cell_->real.store(value, std::memory_order_relaxed); }
  void add(double value) const { cell_->real.fetch_add(value, std::memory_order_relaxed); }

 private:
  std::shared_ptr<Cell> cell_;
};

class Histogram {
 public:
  explicit Histogram(std::shared_ptr<Cell> cell) : cell_(std::move(cell)) {}
  void observe(double value) const;

 private:
  std::shared_ptr<Cell> cell_;
};

// One series at the moment of a scrape.
struct Sample {
  std::shared_ptr<const SeriesKey> key;
  double value = 0;  // of a histogram: the sum
  std::vector<uint64_t> buckets =
      {};  // of a histogram, not cumulative, the one above all bounds last
};

struct FamilySamples {
  const Family* family;
  std::vector<Sample> samples;  // ascending by key
};

// Any thread may call any method. Asking for a handle of the wrong type or with the wrong number of
// label values ends the process.
class Registry {
 public:
  // The same key gives the same series, which exists from then on.
  Counter counter(Metric metric, SeriesKey key = {});
  Gauge gauge(Metric metric, SeriesKey key = {});
  Histogram histogram(Metric metric, SeriesKey key = {});

  // Takes every series of a family away whose key `matches`; a later look-up starts again at zero.
  void remove_if(Metric metric, const std::function<bool(const SeriesKey&)>& matches);
  void remove(Metric metric, const SeriesKey& key);

  // Values that are read when somebody asks: called once per scrape without any lock held, maybe by
  // several threads at once. What it touches must live as long as scrapes happen.
  using Emit = std::function<void(Metric, SeriesKey, double)>;
  using Collector = std::function<void(const Emit&)>;
  void add_collector(Collector collector);

  // Families that have a series, in the order of the table.
  std::vector<FamilySamples> gather() const;

 private:
  struct PointedLess {
    bool operator()(const SeriesKey* a, const SeriesKey* b) const { return *a < *b; }
  };
  using Cells =
      std::map<const SeriesKey*, std::shared_ptr<Cell>, PointedLess>;  // by the key inside the cell
  struct State {
    std::vector<Cells> cells{families().size()};  // by metric
    std::vector<std::shared_ptr<const Collector>> collectors;
  };

  std::shared_ptr<Cell> find_or_add(Metric metric, Type type, SeriesKey key);

  Guarded<State> state_;
};

}  // namespace kollect::metrics
