#include "metrics/registry.h"

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace kollect::metrics {
namespace {

const FamilySamples* find(const std::vector<FamilySamples>& all, Metric metric) {
  for (const FamilySamples& one : all) {
    if (one.family->metric == metric) return &one;
  }
  return nullptr;
}

TEST(Families, have_unique_valid_names_and_a_help_sentence) {
  std::set<std::string_view> names;
  for (const Family& row : families()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(std::all_of(row.name.begin(), row.name.end(), [](char c) {
      return c == '_' || (c >= 'a' && c <= 'z');
    })) << row.name;
    EXPECT_TRUE(row.help.ends_with(".")) << row.name;
    EXPECT_TRUE(std::is_sorted(row.buckets.begin(), row.buckets.end())) << row.name;
  }
}

TEST(Families, end_in_total_when_they_count) {
  for (const Family& row : families()) {
    const bool fixed =
        row.name == "kollect_collect_items_total" || row.name == "kollect_inventory_items_total";
    EXPECT_EQ(row.name.ends_with("_total"), row.type == Type::counter || fixed) << row.name;
  }
}

TEST(Registry, the_same_key_is_the_same_series) {
  Registry registry;
  registry.counter(Metric::access_cache, {{"hit"}}).add(2);
  registry.counter(Metric::access_cache, {{"hit"}}).add();
  registry.counter(Metric::access_cache, {{"miss"}});
  const auto all = registry.gather();
  const auto& samples = find(all, Metric::access_cache)->samples;
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].value, 3);
  EXPECT_EQ(samples[1].value, 0);
}

TEST(Registry, families_without_a_series_are_absent) {
  Registry registry;
  EXPECT_TRUE(registry.gather().empty());
}

TEST(Registry, gauges_are_set_and_moved) {
  Registry registry;
  const Gauge gauge = registry.gauge(Metric::collect_items);
  gauge.set(5);
  gauge.add(-1.5);
  EXPECT_EQ(find(registry.gather(), Metric::collect_items)->samples[0].value, 3.5);
}

TEST(Registry, histograms_put_a_value_into_the_bucket_whose_bound_it_reaches) {
  Registry registry;
  const Histogram histogram = registry.histogram(Metric::reconcile_duration, {{"x"}});
  for (const double value : {0.001, 0.005, 0.0051, 10.0, 11.0}) histogram.observe(value);
  const auto all = registry.gather();
  const Sample& sample = find(all, Metric::reconcile_duration)->samples[0];
  EXPECT_EQ(sample.buckets, (std::vector<uint64_t>{2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_DOUBLE_EQ(sample.value, 21.0111);
}

TEST(Registry, removed_series_are_gone_and_their_handles_harmless) {
  Registry registry;
  const Gauge old = registry.gauge(Metric::collected_objects, {{"p", "/v1/Pod"}});
  registry.remove(Metric::collected_objects, {{"p", "/v1/Pod"}});
  old.set(7);
  EXPECT_TRUE(registry.gather().empty());
  registry.gauge(Metric::collected_objects, {{"p", "/v1/Pod"}});
  EXPECT_EQ(find(registry.gather(), Metric::collected_objects)->samples[0].value, 0);
}

TEST(Registry, series_are_removed_by_what_their_key_says) {
  Registry registry;
  for (const char* profile : {"a", "b"}) {
    for (const char* name : {"x", "y"}) {
      registry.gauge(Metric::custom_resource_labeled_series,
                     {{profile, "/v1/Pod", "s"}, {{"team", name}}});
    }
  }
  registry.remove_if(Metric::custom_resource_labeled_series,
                     [](const SeriesKey& key) { return key.values[0] == "a"; });
  const auto all = registry.gather();
  ASSERT_EQ(all[0].samples.size(), 2U);
  EXPECT_EQ(all[0].samples[0].key->values[0], "b");
}

TEST(Registry, collectors_are_asked_at_each_scrape_and_sorted_in) {
  Registry registry;
  double objects = 1;
  registry.gauge(Metric::informer_objects, {{"apps", "v1", "deployments"}});
  registry.add_collector([&](const Registry::Emit& emit) {
    emit(Metric::informer_objects, {{"", "v1", "pods"}}, objects);
  });
  registry.gather();
  objects = 2;
  const auto all = registry.gather();
  ASSERT_EQ(all[0].samples.size(), 2U);
  EXPECT_EQ(all[0].samples[0].key->values[2], "pods");
  EXPECT_EQ(all[0].samples[0].value, 2);
}

TEST(Registry, no_increment_of_many_threads_is_lost) {
  Registry registry;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&registry] {
        const Counter counter = registry.counter(Metric::collect_dispatch_backpressure);
        const Histogram histogram = registry.histogram(Metric::collect_dispatch_duration);
        for (int i = 0; i < 20000; ++i) {
          counter.add();
          histogram.observe(0.25);
          if (i % 5000 == 0) registry.gather();
        }
      });
    }
  }
  const auto all = registry.gather();
  EXPECT_EQ(find(all, Metric::collect_dispatch_backpressure)->samples[0].value, 80000);
  EXPECT_DOUBLE_EQ(find(all, Metric::collect_dispatch_duration)->samples[0].value, 20000);
}

TEST(RegistryDeath, a_handle_of_the_wrong_type_or_labels_ends_the_process) {
  Registry registry;
  EXPECT_DEATH(registry.gauge(Metric::reconcile, {{"a", "b"}}), "broken promise");
  EXPECT_DEATH(registry.counter(Metric::reconcile, {{"a"}}), "broken promise");
}

}  // namespace
}  // namespace kollect::metrics
