#include "bench/corpus.h"

#include <fmt/format.h>

#include "base/json.h"

namespace kollect::bench {
namespace {

constexpr CorpusShape kShape{.pods = 400, .deployments = 100, .configmaps = 200, .namespaces = 7};

std::string text(const ObjectRef& object, Form form = Form::whole, uint64_t seed = 1) {
  CorpusShape shape = kShape;
  shape.seed = seed;
  std::string out;
  if (seed == 1) {
    static const Corpus kCorpus(shape);
    kCorpus.append(out, object, form);
  } else {
    Corpus(shape).append(out, object, form);
  }
  return out;
}

json::Document parsed(const ObjectRef& object, Form form = Form::whole) {
  auto out = json::Document::parse(text(object, form));
  EXPECT_TRUE(out.has_value()) << out.error().text();
  return *std::move(out);
}

struct KindCase {
  Resource resource;
  std::string_view kind;
  std::string_view api_version;
  double mean_bytes;
};
class CorpusOf : public testing::TestWithParam<KindCase> {};

TEST_P(CorpusOf, every_object_is_json_of_its_kind) {
  for (uint64_t i = 0; i < 300; ++i) {
    const auto object = parsed({GetParam().resource, i});
    EXPECT_EQ(object.root().text("kind"), GetParam().kind);
    EXPECT_EQ(object.root().text("apiVersion"), GetParam().api_version);
    EXPECT_EQ(object.root().find("metadata")->text("uid").size(), 36U);
  }
}

TEST_P(CorpusOf, sizes_are_between_2_and_10_KiB) {
  size_t sum = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    const size_t bytes = text({GetParam().resource, i}).size();
    EXPECT_GE(bytes, 2048U) << i;
    EXPECT_LE(bytes, 10240U) << i;
    sum += bytes;
  }
  EXPECT_NEAR(static_cast<double>(sum) / 300, GetParam().mean_bytes, 700);
}

TEST_P(CorpusOf, an_item_of_a_list_says_no_kind) {
  const auto object = parsed({GetParam().resource, 5}, Form::item);
  EXPECT_EQ(object.root().find("kind"), nullptr);
  EXPECT_NE(object.root().find("metadata"), nullptr);
}

TEST_P(CorpusOf, partial_metadata_is_metadata_alone) {
  const auto object = parsed({GetParam().resource, 5}, Form::metadata_item);
  EXPECT_EQ(object.root().text("kind"), "PartialObjectMetadata");
  EXPECT_EQ(object.root().members().size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CorpusOf,
                         testing::Values(KindCase{Resource::pods, "Pod", "v1", 7500},
                                         KindCase{Resource::deployments, "Deployment", "apps/v1",
                                                  7500},
                                         KindCase{Resource::configmaps, "ConfigMap", "v1", 4800}),
                         [](const auto& tested) { return std::string(tested.param.kind); });

TEST(Corpus, an_object_depends_on_seed_index_and_revision_alone) {
  const ObjectRef pod{Resource::pods, 17, {.rollout = 3}, 99};
  EXPECT_EQ(text(pod), text(pod));
  EXPECT_NE(text(pod), text(pod, Form::whole, 2));
  EXPECT_NE(text(pod), text({Resource::pods, 18, {.rollout = 3}, 99}));
}

TEST(Corpus, a_heartbeat_leaves_the_spec_alone) {
  const auto before = parsed({Resource::pods, 3, {}, 10});
  const auto after = parsed({Resource::pods, 3, {.status = 1}, 11});
  EXPECT_TRUE(*before.root().find("spec") == *after.root().find("spec"));
  EXPECT_FALSE(*before.root().find("status") == *after.root().find("status"));
}

TEST(Corpus, a_rollout_changes_the_image_and_the_generation) {
  const auto before = parsed({Resource::deployments, 3});
  const auto after = parsed({Resource::deployments, 3, {.rollout = 1}});
  EXPECT_FALSE(*before.root().find("spec") == *after.root().find("spec"));
  EXPECT_EQ(before.root().at({"metadata", "generation"})->as_int(), 1);
  EXPECT_EQ(after.root().at({"metadata", "generation"})->as_int(), 2);
}

TEST(Corpus, another_life_is_another_pod) {
  const auto before = parsed({Resource::pods, 3});
  const auto after = parsed({Resource::pods, 3, {.life = 1}});
  EXPECT_NE(before.root().find("metadata")->text("uid"),
            after.root().find("metadata")->text("uid"));
  EXPECT_NE(before.root().find("metadata")->text("name"),
            after.root().find("metadata")->text("name"));
}

TEST(Corpus, managed_fields_name_the_fields_that_are_there) {
  const auto pod = parsed({Resource::pods, 3});
  const auto fields = pod.root().at({"metadata", "managedFields"})->items();
  ASSERT_EQ(fields.size(), 2U);
  const json::Value* containers = fields[0].at({"fieldsV1", "f:spec", "f:containers"});
  ASSERT_NE(containers, nullptr);
  const auto name = pod.root().at({"spec", "containers"})->items()[0].text("name");
  EXPECT_NE(containers->find("k:{\"name\":\"" + std::string(name) + "\"}"), nullptr);
  EXPECT_EQ(fields[1].text("subresource"), "status");
}

TEST(Corpus, namespaces_split_the_objects_without_a_gap) {
  const Corpus corpus(kShape);
  uint64_t next = 0;
  for (uint64_t number = 0; number < kShape.namespaces; ++number) {
    const IndexRange range = corpus.initial_range(Resource::pods, number);
    EXPECT_EQ(range.first, next);
    for (uint64_t i = range.first; i < range.last; ++i) {
      EXPECT_EQ(corpus.namespace_of(Resource::pods, i), number);
    }
    next = range.last;
  }
  EXPECT_EQ(next, kShape.pods);
}

TEST(Corpus, a_list_is_in_the_order_of_keys) {
  for (const Resource resource : {Resource::pods, Resource::deployments, Resource::configmaps}) {
    std::string before;
    for (uint64_t i = 0; i < kShape.count(resource); ++i) {
      const auto object = parsed({resource, i});
      const json::Value* metadata = object.root().find("metadata");
      std::string key = fmt::format("{}/{}", metadata->text("namespace"), metadata->text("name"));
      EXPECT_LT(before, key);
      before = std::move(key);
    }
  }
}

TEST(Corpus, namespace_names_are_read_back_exactly) {
  EXPECT_EQ(namespace_number(namespace_name(42)), 42U);
  EXPECT_EQ(namespace_number(namespace_name(123456)), 123456U);
  EXPECT_GT(namespace_number("team-42"), uint64_t{1} << 60U);
  EXPECT_GT(namespace_number("default"), uint64_t{1} << 60U);
}

}  // namespace
}  // namespace kollect::bench
