#include "store/row_store.h"

#include <array>
#include <map>

namespace kollect::store {
namespace {

constexpr std::string_view kUid = "7d1f0c9e-0001-4000-8000-000000000001";

Schema deployments() {
  return {
      .group = "apps", .version = "v1", .kind = "Deployment", .attributes = {"image", "replicas"}};
}
TargetKey web() { return {.origin = Origin::target, .namespace_name = "shop", .name = "web"}; }
PartitionKey shop() { return {.origin = Origin::target, .namespace_name = "shop"}; }

struct Sample {
  std::string name;
  std::string uid;
  std::string image = "\"i:1\"";
  std::string replicas = "4";
  std::string namespace_name = "shop";
};

class RowStoreTest : public ::testing::Test {
 protected:
  Change put(const Sample& s) { return put(store.add_target(web(), deployments()), s); }
  Change put(Target& to, const Sample& s) {
    const std::array<std::string_view, 2> values = {s.image, s.replicas};
    return store.upsert(
        to, {.namespace_name = s.namespace_name, .name = s.name, .uid = s.uid, .values = values});
  }
  std::vector<std::string> names(const std::vector<Ref<Row>>& rows) {
    std::vector<std::string> all;
    for (const Ref<Row>& row : rows) all.emplace_back(row->name());
    return all;
  }
  std::vector<std::string> names() { return names(store.snapshot(shop()).rows); }
  std::vector<std::string> erased(const Delta& delta) {
    std::vector<std::string> all;
    for (const ErasedRow& row : delta.erased) all.push_back(row.name);
    return all;
  }

  RowStore store;
  Target& target = store.add_target(web(), deployments());
};

using Names = std::vector<std::string>;

TEST_F(RowStoreTest, a_row_is_written_in_the_order_of_the_contract) {
  Target& images =
      store.add_target({Origin::target, "shop", "web-images"},
                       {"apps", "v1", "Deployment", {"containerCount", "image", "images"}});
  const std::array<std::string_view, 3> values = {
      "2", R"("registry.local/cart:3.4")",
      R"(["registry.local/cart:3.4","registry.local/proxy:1.9"])"};
  store.upsert(
      images, {.namespace_name = "shop", .name = "cart", .uid = "7d1f0c9e-0001", .values = values});
  std::string text = "[";
  append(text, *store.snapshot(shop()).rows.at(0));
  text += "]";
  EXPECT_EQ(text.size(), 291U);
  EXPECT_EQ(kollect::hex(sha256(text)),
            "c79652653f0f067bda25dd6f3c1973a3cfd6c694910b9352fe3e7a5496722553");
}

TEST_F(RowStoreTest, an_equal_upsert_changes_nothing) {
  EXPECT_EQ(put({"cart", std::string(kUid)}), Change::added);
  const uint64_t before = store.sequence(shop());
  store.take_changed();
  EXPECT_EQ(put({"cart", std::string(kUid)}), Change::none);
  EXPECT_EQ(store.sequence(shop()), before);
  EXPECT_TRUE(store.take_changed().empty());
}

TEST_F(RowStoreTest, erasing_an_absent_row_changes_nothing) {
  EXPECT_FALSE(store.erase(target, "nobody"));
  EXPECT_EQ(store.sequence(shop()), 0U);
  EXPECT_TRUE(store.take_changed().empty());
}

TEST_F(RowStoreTest, rows_come_in_canonical_order_whatever_order_they_arrived_in) {
  for (const char* name : {"m", "z", "a", "k", "b"}) put({name, std::string("uid-") + name});
  put({"y", "uid-y", "1", "1", "alpha"});
  EXPECT_EQ(names(), (Names{"y", "a", "b", "k", "m", "z"}));
}

TEST_F(RowStoreTest, the_digest_depends_on_the_rows_and_not_on_their_history) {
  for (const char* name : {"a", "b", "c"}) put({name, std::string("uid-") + name});
  const SetDigest abc = store.digest(shop());
  put({"b", "uid-b", "\"other\""});
  EXPECT_NE(store.digest(shop()), abc);
  put({"b", "uid-b"});
  EXPECT_EQ(store.digest(shop()), abc);
  for (const char* name : {"a", "b", "c"}) store.erase(target, std::string("uid-") + name);
  EXPECT_EQ(hex(store.digest(shop())), std::string(64, '0'));
}

TEST_F(RowStoreTest, edge_87_a_version_is_never_used_again_after_a_namespace_was_emptied) {
  put({"a", "uid-a"});
  store.erase(target, "uid-a");
  const uint64_t emptied = store.sequence(shop());
  put({"a", "uid-a"});
  EXPECT_GT(store.sequence(shop()), emptied);
}

TEST_F(RowStoreTest, a_delta_has_each_change_once_in_the_order_of_the_last) {
  const auto subscriber = store.subscribe(shop());
  for (const char* name : {"a", "b", "c"}) put({name, std::string("uid-") + name});
  const uint64_t cursor = store.sequence(shop());
  store.move_cursor(shop(), subscriber, cursor);
  put({"b", "uid-b", "\"1\""});
  put({"a", "uid-a", "\"1\""});
  put({"b", "uid-b", "\"2\""});
  store.erase(target, "uid-c");
  const Delta delta = store.changes_since(shop(), cursor);
  EXPECT_EQ(delta.scope, Delta::Scope::changes);
  EXPECT_EQ(names(delta.upserts), (Names{"a", "b"}));
  EXPECT_EQ(erased(delta), (Names{"c"}));
  EXPECT_TRUE(store.changes_since(shop(), delta.sequence).upserts.empty());
}

TEST_F(RowStoreTest, a_row_that_went_and_came_back_is_only_an_upsert) {
  store.subscribe(shop());
  put({"a", "uid-a"});
  store.erase(target, "uid-a");
  put({"a", "uid-a"});
  const Delta delta = store.changes_since(shop(), 0);
  EXPECT_EQ(names(delta.upserts), (Names{"a"}));
  EXPECT_TRUE(delta.erased.empty());
}

TEST_F(RowStoreTest, two_erases_of_one_identity_are_told_once) {
  store.subscribe(shop());
  for (int round = 0; round < 2; ++round) {
    put({"a", "uid-a"});
    store.erase(target, "uid-a");
  }
  EXPECT_EQ(erased(store.changes_since(shop(), 0)), (Names{"a"}));
}

TEST_F(RowStoreTest, a_cursor_behind_the_oldest_tombstone_gets_everything) {
  const auto subscriber = store.subscribe(shop());
  put({"a", "uid-a"});
  put({"b", "uid-b"});
  store.erase(target, "uid-a");
  store.move_cursor(shop(), subscriber, store.sequence(shop()));
  const Delta delta = store.changes_since(shop(), 1);
  EXPECT_EQ(delta.scope, Delta::Scope::everything);
  EXPECT_EQ(names(delta.upserts), (Names{"b"}));
  EXPECT_EQ(store.changes_since(shop(), std::nullopt).scope, Delta::Scope::everything);
}

TEST_F(RowStoreTest, a_subscriber_that_lags_does_not_hold_tombstones_without_end) {
  store.subscribe(shop());
  for (int i = 0; i < 10'001; ++i) {
    put({"a", "uid-a"});
    store.erase(target, "uid-a");
  }
  EXPECT_EQ(store.changes_since(shop(), 0).scope, Delta::Scope::everything);
  EXPECT_EQ(store.changes_since(shop(), 2).scope, Delta::Scope::changes);
}

TEST_F(RowStoreTest, a_sweep_erases_what_the_list_did_not_see) {
  for (const char* name : {"a", "b", "c"}) put({name, std::string("uid-") + name});
  store.begin_list(target);
  put({"a", "uid-a"});
  store.keep(target, "uid-c");
  EXPECT_EQ(store.sweep(target), 1U);
  EXPECT_EQ(names(), (Names{"a", "c"}));
}

TEST_F(RowStoreTest, a_sweep_of_one_namespace_leaves_the_others) {
  put({"a", "uid-a", "1", "1", "one"});
  put({"b", "uid-b", "1", "1", "two"});
  store.begin_list(target);
  EXPECT_EQ(store.sweep(target, "one"), 1U);
  EXPECT_EQ(names(), (Names{"b"}));
}

TEST_F(RowStoreTest, targets_of_both_origins_and_of_one_name_never_meet) {
  Target& cluster = store.add_target({Origin::cluster_target, "shop", "web"}, deployments());
  put({"a", "uid-a"});
  put(cluster, {"a", "uid-a"});
  EXPECT_EQ(store.remove_target(cluster), 1U);
  EXPECT_EQ(names(), (Names{"a"}));
  EXPECT_EQ(store.counts(web()).rows, 1U);
}

TEST_F(RowStoreTest, removing_a_target_leaves_its_neighbours) {
  Target& first = store.add_target({Origin::target, "shop", "aaa"}, deployments());
  Target& last = store.add_target({Origin::target, "shop", "zzz"}, deployments());
  for (Target* each : {&first, &target, &last}) put(*each, {"x", "uid-x"});
  EXPECT_EQ(store.remove_target(target), 1U);
  EXPECT_EQ(store.counts(shop()).rows, 2U);
  EXPECT_EQ(store.find_target(web()), nullptr);
}

TEST_F(RowStoreTest, a_new_schema_replaces_rows_as_they_are_seen_again) {
  put({"a", "uid-a"});
  Target& again = store.add_target(web(), {"apps", "v1", "Deployment", {"image"}});
  const std::array<std::string_view, 1> values = {"\"i:1\""};
  EXPECT_EQ(store.upsert(again,
                         {.namespace_name = "shop", .name = "a", .uid = "uid-a", .values = values}),
            Change::changed);
  std::string text;
  append(text, *store.snapshot(shop()).rows.at(0));
  EXPECT_NE(text.find(R"("attributes":{"image":"i:1"}})"), std::string::npos);
}

TEST_F(RowStoreTest, a_value_left_out_differs_from_null) {
  const std::array<std::string_view, 2> values = {"", "null"};
  store.upsert(target,
               {.namespace_name = "", .name = "a", .uid = std::string(kUid), .values = values});
  std::string text;
  append(text, *store.snapshot(shop()).rows.at(0));
  EXPECT_EQ(
      text,
      R"({"targetNamespace":"shop","targetName":"web","namespace":"","name":"a","group":"apps","version":"v1",)"
      R"("kind":"Deployment","uid":"7d1f0c9e-0001-4000-8000-000000000001","attributes":{"replicas":null}})");
}

TEST_F(RowStoreTest, a_snapshot_is_unmoved_by_later_changes) {
  put({"a", "uid-a"});
  const Snapshot before = store.snapshot(shop());
  put({"a", "uid-a", "\"new\""});
  store.remove_target(target);
  EXPECT_EQ(before.rows.at(0)->value(0), "\"i:1\"");
}

TEST_F(RowStoreTest, changed_partitions_are_named_once) {
  Target& other = store.add_target({Origin::target, "ops", "web"}, deployments());
  put({"a", "uid-a"});
  put({"b", "uid-b"});
  put(other, {"c", "uid-c"});
  const auto changed = store.take_changed();
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0].namespace_name, "ops");
  EXPECT_EQ(changed[1].namespace_name, "shop");
  EXPECT_TRUE(store.take_changed().empty());
}

TEST_F(RowStoreTest, a_row_costs_at_most_160_bytes_beside_its_values) {
  constexpr int kRows = 20'000;
  for (int i = 0; i < kRows; ++i) {
    char uid[37];
    std::snprintf(uid, sizeof uid, "7d1f0c9e-0001-4000-8000-%012d", i);
    put({"deployment-with-a-name-" + std::to_string(i * 7919 % kRows), uid});
  }
  const size_t beside = store.footprint_bytes() - store.counts().values_bytes;
  EXPECT_LE(beside / kRows, 160U);
}

TEST_F(RowStoreTest, many_random_changes_agree_with_a_plain_map) {
  std::map<std::string, std::string> plain;
  uint64_t random = 1;
  for (int step = 0; step < 20'000; ++step) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const std::string uid = "uid-" + std::to_string((random >> 33) % 3000);
    if ((random >> 20) % 3 == 0) {
      EXPECT_EQ(store.erase(target, uid), plain.erase("n" + uid) == 1);
    } else {
      const std::string value = std::to_string((random >> 50) % 10);
      put({"n" + uid, uid, value});
      plain["n" + uid] = value;
    }
  }
  std::map<std::string, std::string> stored;
  for (const Ref<Row>& row : store.snapshot(shop()).rows)
    stored.emplace(row->name(), row->value(0));
  EXPECT_EQ(stored, plain);
  EXPECT_EQ(store.counts(web()).rows, plain.size());
}

TEST_F(RowStoreTest, a_namespace_leaves_with_its_rows_alone) {
  put({.name = "a", .uid = "u-a"});
  put({.name = "b", .uid = "u-b", .namespace_name = "bank"});
  EXPECT_EQ(store.erase_namespace(target, "shop"), 1U);
  EXPECT_EQ(names(), Names{"b"});
  EXPECT_EQ(store.erase_namespace(target, "shop"), 0U);
}

TEST_F(RowStoreTest, the_row_of_a_recreated_object_leaves_for_the_new_one) {
  put({.name = "a", .uid = "u-old"});
  put({.name = "a", .uid = "u-new"});
  put({.name = "a", .uid = "u-elsewhere", .namespace_name = "bank"});
  const RowInput row{.namespace_name = "shop", .name = "a", .uid = "u-new", .values = {}};
  EXPECT_EQ(store.erase_predecessors(target, row), 1U);
  EXPECT_FALSE(store.keep(target, "u-old"));
  EXPECT_TRUE(store.keep(target, "u-new"));
  EXPECT_TRUE(store.keep(target, "u-elsewhere"));
}

}  // namespace
}  // namespace kollect::store
