#include "app/collect_output.h"

#include <gtest/gtest.h>

#include "app/collect_table.h"
#include "app/testing/terminal.h"

namespace kollect::app {
namespace {

using store::Origin;

// A store with a few rows, and what is printed of it.
class CollectOutput : public ::testing::Test {
 protected:
  void put(Origin origin, const std::string& target_namespace, const std::string& name,
           std::string_view image) {
    rows_.with([&](store::RowStore& store) {
      store::Target& target = store.add_target({origin, target_namespace, "web"},
                                               {"apps", "v1", "Deployment", {"image", "labels"}});
      const std::string_view values[] = {image, R"({"a":"b","c":null})"};
      store.upsert(target,
                   {.namespace_name = "shop", .name = name, .uid = "u-" + name, .values = values});
    });
    partitions_.insert({origin, target_namespace});
  }
  void erase(const std::string& name) {
    rows_.with([&](store::RowStore& store) {
      store.erase(*store.find_target({Origin::target, "b", "web"}), "u-" + name);
    });
  }
  store::Delta since(std::optional<uint64_t> cursor) {
    return rows_.read(
        [&](const store::RowStore& store) { return store.changes_since(partition_, cursor); });
  }
  std::string printed(RowFormat format) {
    Terminal terminal;
    const Console console = terminal.console();
    OutputBuffer out(console);
    print_rows(rows_in_order(rows_, partitions_), format, out);
    return terminal.out;
  }

  const store::PartitionKey partition_{Origin::target, "b"};
  Guarded<store::RowStore> rows_;
  std::set<store::PartitionKey> partitions_;
};

std::string row_text(const std::string& target_namespace, const std::string& name,
                     const std::string& image) {
  return R"({"targetNamespace":")" + target_namespace +
         R"(","targetName":"web","namespace":"shop","name":")" + name +
         R"(","group":"apps","version":"v1","kind":"Deployment","uid":"u-)" + name +
         R"(","attributes":{"image":)" + image + R"(,"labels":{"a":"b","c":null}}})";
}

TEST_F(CollectOutput, rows_of_both_origins_are_in_one_canonical_order) {
  put(Origin::target, "b", "x", R"("1")");
  put(Origin::cluster_target, "b", "w", R"("2")");
  put(Origin::cluster_target, "a", "z", R"("3")");
  EXPECT_EQ(printed(RowFormat::ndjson), row_text("a", "z", R"("3")") + "\n" +
                                            row_text("b", "w", R"("2")") + "\n" +
                                            row_text("b", "x", R"("1")") + "\n");
}

TEST_F(CollectOutput, json_is_one_array) {
  EXPECT_EQ(printed(RowFormat::json), "[]\n");
  put(Origin::target, "b", "x", R"("1")");
  put(Origin::target, "b", "y", R"("2")");
  EXPECT_EQ(printed(RowFormat::json),
            "[" + row_text("b", "x", R"("1")") + "," + row_text("b", "y", R"("2")") + "]\n");
}

TEST_F(CollectOutput, a_table_is_as_wide_as_its_values) {
  put(Origin::target, "b", "x", R"("registry.local/cart:3.4")");
  put(Origin::target, "b", "long-name", R"(["p","q"])");
  EXPECT_EQ(printed(RowFormat::table),
            "TARGET   NAMESPACE   NAME        image                     labels\n"
            "b/web    shop        long-name   p,q                       a=b,c=<none>\n"
            "b/web    shop        x           registry.local/cart:3.4   a=b,c=<none>\n");
}

TEST_F(CollectOutput, changes_come_in_the_order_they_happened) {
  put(Origin::target, "b", "x", R"("1")");
  put(Origin::target, "b", "y", R"("1")");
  rows_.with([&](store::RowStore& store) { store.subscribe(partition_); });
  const uint64_t cursor = since(std::nullopt).sequence;
  put(Origin::target, "b", "y", R"("2")");
  erase("x");
  put(Origin::target, "b", "z", R"("3")");
  Terminal terminal;
  const Console console = terminal.console();
  OutputBuffer out(console);
  print_changes(partition_, since(cursor), false, out);
  EXPECT_EQ(out.text, R"({"op":"upsert","row":)" + row_text("b", "y", R"("2")") + "}\n" +
                          R"({"op":"erase","row":{"targetNamespace":"b","targetName":"web",)" +
                          R"("namespace":"shop","name":"x","uid":"u-x"}})" + "\n" +
                          R"({"op":"upsert","row":)" + row_text("b", "z", R"("3")") + "}\n");
}

TEST_F(CollectOutput, a_lost_cursor_voids_what_was_said_before) {
  put(Origin::target, "b", "x", R"("1")");
  Terminal terminal;
  const Console console = terminal.console();
  OutputBuffer out(console);
  print_changes(partition_, since(std::nullopt), false, out);
  EXPECT_EQ(out.text, R"({"op":"reset","targetNamespace":"b"})"
                      "\n"
                      R"({"op":"upsert","row":)" +
                          row_text("b", "x", R"("1")") + "}\n");
}

TEST(OutputBuffer, drops_text_once_nobody_reads) {
  std::string seen;
  bool is_read = true;
  const Console console{.out = [&](std::string_view text) { seen += text; },
                        .err = {},
                        .read = {},
                        .flush = [&] { return is_read; }};
  OutputBuffer out(console);
  out.text = "a";
  out.flush();
  is_read = false;
  out.flush();
  out.text = "b";
  out.flush();
  EXPECT_EQ(seen, "a");
  EXPECT_FALSE(out.is_open());
}

struct Value {
  const char* json;
  const char* text;
};

TEST(Readable, values_read_as_people_write_them) {
  for (const auto& [json, text] :
       {Value{"", "<none>"}, Value{"null", "<none>"}, Value{"\"a b\"", "a b"}, Value{"3.5", "3.5"},
        Value{"[1,\"x\",null]", "1,x,<none>"}, Value{"{\"a\":1,\"b\":true}", "a=1,b=true"},
        Value{"[{\"a\":1}]", "[{\"a\":1}]"}, Value{"[]", ""}}) {
    EXPECT_EQ(readable(json), text) << json;
  }
}

TEST(Clipped, text_cannot_steer_a_terminal) {
  EXPECT_EQ(clipped("a\x1b[2Jb\nc\xc2\x9b", 40), "a?[2Jb?c?");
}

TEST(Clipped, long_text_ends_in_an_ellipsis_and_counts_characters) {
  EXPECT_EQ(clipped("abcdef", 6), "abcdef");
  EXPECT_EQ(clipped("äöüäöü", 4), "äöü…");
  EXPECT_EQ(clipped_front("abcdef", 6), "abcdef");
  EXPECT_EQ(clipped_front("äöüäöü", 4), "…äöü");
}

}  // namespace
}  // namespace kollect::app
