#include "app/collect_options.h"

#include <gtest/gtest.h>

namespace kollect::app {
namespace {

using namespace std::chrono_literals;

CollectOptions read(const Arguments& arguments) {
  auto options = read_collect_options(arguments);
  EXPECT_TRUE(options) << (options ? "" : options.error().text());
  return options ? *options : CollectOptions{};
}

TEST(CollectOptions, once_as_lines_within_five_minutes_is_the_default) {
  const CollectOptions options = read({"-f", "team"});
  EXPECT_EQ(options.mode, CollectMode::once);
  EXPECT_EQ(options.format, RowFormat::ndjson);
  EXPECT_EQ(options.timeout, 5min);
  EXPECT_FALSE(options.lifetime);
}

TEST(CollectOptions, files_may_follow_without_a_flag) {
  EXPECT_EQ(read({"-f", "a.yaml", "b.yaml", "-f=c"}).paths,
            (std::vector<std::string>{"a.yaml", "c", "b.yaml"}));
}

TEST(CollectOptions, reads_what_kubectl_reads) {
  const CollectOptions options = read({"-f", "a", "--kubeconfig", "k", "--context=c", "-n", "shop",
                                       "--as", "ann", "--as-group", "g", "--as-group", "h"});
  EXPECT_EQ(options.access.kubeconfig, "k");
  EXPECT_EQ(options.access.context, "c");
  EXPECT_EQ(options.access.ns, "shop");
  EXPECT_EQ(options.as_user, "ann");
  EXPECT_EQ(options.as_groups, (std::vector<std::string>{"g", "h"}));
}

TEST(CollectOptions, a_watch_may_end_by_itself) {
  const CollectOptions options = read({"-f", "a", "-w", "--for", "20s", "--timeout", "1m30s"});
  EXPECT_EQ(options.mode, CollectMode::watch);
  EXPECT_EQ(options.lifetime, 20s);
  EXPECT_EQ(options.timeout, 90s);
}

struct Refused {
  const char* name;
  Arguments arguments;
  const char* why;
};

class RefusedCollectOptions : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedCollectOptions, say_what_to_change) {
  const auto options = read_collect_options(GetParam().arguments);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().text(), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedCollectOptions,
    ::testing::Values(
        Refused{"nothing", {}, "give -f FILE or -f DIR; --help says how"},
        Refused{"unknown", {"-f", "a", "--all"}, "unknown flag --all"},
        Refused{"two_modes",
                {"-f", "a", "--once", "--watch"},
                "--once, --watch and --live exclude each other"},
        Refused{"format", {"-f", "a", "-o", "yaml"}, "--output is ndjson, json or table, not yaml"},
        Refused{"watched_table",
                {"-f", "a", "-w", "-o", "table"},
                "--output table shows one moment: it goes with --once"},
        Refused{"timeout",
                {"-f", "a", "--timeout", "soon"},
                "--timeout must be a duration like 90s or 5m, not soon"},
        Refused{"no_time",
                {"-f", "a", "--timeout=0s"},
                "--timeout must be a duration like 90s or 5m, not 0s"},
        Refused{"for_once", {"-f", "a", "--for", "3s"}, "--for goes with --watch or --live"},
        Refused{"namespace", {"-f", "a", "-n", "A/b"}, "--namespace A/b is no name of a namespace"},
        Refused{"group", {"-f", "a", "--as-group", "g"}, "--as-group needs --as"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace kollect::app
