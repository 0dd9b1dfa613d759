#include "metrics/exposition.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "metrics/process.h"

namespace kollect::metrics {
namespace {

// A registry with one series of each shape.
void fill(Registry& registry) {
  registry.counter(Metric::access_cache, {{"hit"}}).add(3);
  registry.gauge(Metric::collect_items).set(42);
  registry
      .gauge(Metric::custom_resource_labeled_series,
             {{"p", "apps/v1/Deployment", "replicas"}, {{"team", "a\"b\\c\nd"}}})
      .set(0.5);
  const Histogram histogram = registry.histogram(Metric::reconcile_duration, {{"kollecttarget"}});
  histogram.observe(0.004);
  histogram.observe(1);
}

constexpr const char* kSeries =
    R"(kollect_custom_resource_labeled_series{profile="p",gvk="apps/v1/Deployment",series="replicas",team="a\"b\\c\nd"} 0.5
)";

TEST(Exposition, of_prometheus_text_is_exact) {
  Registry registry;
  fill(registry);
  const std::string expected =
      std::string(
          R"(# HELP kollect_access_cache_total Access reviews answered from the cache (hit) or by the API server (miss).
# TYPE kollect_access_cache_total counter
kollect_access_cache_total{result="hit"} 3
# HELP kollect_collect_items_total Rows held in the store.
# TYPE kollect_collect_items_total gauge
kollect_collect_items_total 42
# HELP kollect_custom_resource_labeled_series Sums of a profile's metrics, grouped by the label attributes it declares.
# TYPE kollect_custom_resource_labeled_series gauge
)") + kSeries +
      R"(# HELP kollect_reconcile_duration_seconds Time of one reconcile.
# TYPE kollect_reconcile_duration_seconds histogram
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.005"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.01"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.025"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.05"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.1"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.25"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="0.5"} 1
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="1"} 2
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="2.5"} 2
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="5"} 2
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="10"} 2
kollect_reconcile_duration_seconds_bucket{controller="kollecttarget",le="+Inf"} 2
kollect_reconcile_duration_seconds_sum{controller="kollecttarget"} 1.004
kollect_reconcile_duration_seconds_count{controller="kollecttarget"} 2
)";
  EXPECT_EQ(expose(registry.gather(), Format::prometheus), expected);
}

TEST(Exposition, of_openmetrics_names_counters_without_total_and_ends_in_eof) {
  Registry registry;
  registry.counter(Metric::access_cache, {{"hit"}}).add(3);
  registry.gauge(Metric::collect_items).set(42);
  EXPECT_EQ(
      expose(registry.gather(), Format::openmetrics),
      R"(# HELP kollect_access_cache Access reviews answered from the cache (hit) or by the API server (miss).
# TYPE kollect_access_cache counter
kollect_access_cache_total{result="hit"} 3
# HELP kollect_collect_items_total Rows held in the store.
# TYPE kollect_collect_items_total gauge
kollect_collect_items_total 42
# EOF
)");
}

TEST(Exposition, of_openmetrics_writes_bounds_as_floats) {
  Registry registry;
  registry.histogram(Metric::reconcile_duration, {{"x"}}).observe(3);
  const std::string text = expose(registry.gather(), Format::openmetrics);
  EXPECT_NE(text.find("le=\"1.0\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("le=\"2.5\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("le=\"10.0\"} 1\n"), std::string::npos);
}

TEST(Exposition, writes_numbers_so_that_they_read_back) {
  struct Case {
    double value;
    const char* text;
  };
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const Case& c : {Case{0, "0"},
                        {-1, "-1"},
                        {0.1, "0.1"},
                        {1e14, "100000000000000"},
                        {1e21, "1e+21"},
                        {1.5e-9, "1.5e-09"},
                        {kInf, "+Inf"},
                        {-kInf, "-Inf"}}) {
    Registry registry;
    registry.gauge(Metric::collect_items).set(c.value);
    EXPECT_NE(expose(registry.gather(), Format::prometheus)
                  .find(std::string("kollect_collect_items_total ") + c.text + "\n"),
              std::string::npos)
        << c.text;
  }
}

TEST(Exposition, of_ten_thousand_series_is_whole) {
  Registry registry;
  for (int i = 0; i < 10000; ++i) {
    registry
        .gauge(Metric::custom_resource_series,
               {{"profile-" + std::to_string(i % 100), "apps/v1/Deployment",
                 "series-" + std::to_string(i)}})
        .set(i);
  }
  const std::string text = expose(registry.gather(), Format::prometheus);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10002);
}

TEST(Negotiate, gives_what_the_scraper_prefers) {
  struct Case {
    const char* accept;
    Format format;
  };
  const Case cases[] = {
      {"", Format::prometheus},
      {"*/*", Format::prometheus},
      {"text/plain", Format::prometheus},
      {"application/openmetrics-text", Format::openmetrics},
      {"application/openmetrics-text;version=1.0.0;q=0.5,application/"
       "openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       Format::openmetrics},
      {"text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.1", Format::prometheus},
      {"application/openmetrics-text; version=2.0.0", Format::prometheus},
      {"application/openmetrics-text; q=nonsense", Format::prometheus},
      {";;,,=;q", Format::prometheus},
  };
  for (const Case& c : cases) EXPECT_EQ(negotiate(c.accept), c.format) << c.accept;
}

TEST(ProcessMetrics, tell_of_this_process) {
  Registry registry;
  add_process_metrics(registry);
  const std::string text = expose(registry.gather(), Format::prometheus);
  const auto value = [&](const std::string& name) {
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1.0
                                   : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
  };
  EXPECT_GE(value("process_cpu_seconds_total"), 0);
  EXPECT_GE(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(value("process_virtual_memory_bytes"), value("process_resident_memory_bytes"));
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GT(value("process_start_time_seconds"), 1.7e9);
}

// The metrics that Prometheus' own linter objects to.
std::vector<std::string> objections(const std::string& text) {
  const std::string path = testing::TempDir() + "kollect_exposition.txt";
  FILE* file = std::fopen(path.c_str(), "w");
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
  FILE* out = ::popen(("promtool check metrics < " + path + " 2>&1").c_str(), "r");
  std::vector<std::string> names;
  char line[512];
  while (std::fgets(line, sizeof line, out) != nullptr) {
    names.push_back(std::string(line).substr(0, std::string(line).find(' ')));
  }
  ::pclose(out);
  return names;
}

// Every family of the table with a series.
std::string every_family() {
  Registry registry;
  for (const Family& row : families()) {
    SeriesKey key{.values = std::vector<std::string>(row.labels().size(), "x"), .own = {}};
    if (row.type == Type::counter) registry.counter(row.metric, key).add();
    if (row.type == Type::gauge) registry.gauge(row.metric, key).set(1);
    if (row.type == Type::histogram) registry.histogram(row.metric, key).observe(1);
  }
  return expose(registry.gather(), Format::prometheus);
}

TEST(Promtool, objects_to_nothing_but_the_two_fixed_names) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    if (const char* require = std::getenv("KOLLECT_REQUIRE_WORLD");
        require != nullptr && std::string(require) == "1") {
      FAIL() << "promtool is missing: install Debian's package prometheus";
    }
    GTEST_SKIP() << "promtool is missing: install Debian's package prometheus";
  }
  EXPECT_EQ(
      objections(every_family()),
      (std::vector<std::string>{"kollect_collect_items_total", "kollect_inventory_items_total"}));
  EXPECT_EQ(objections("broken{"), std::vector<std::string>{"error"});
}

}  // namespace
}  // namespace kollect::metrics
