#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "api/generate/crd.h"
#include "api/testing/contract_tables.h"

namespace kollect::api {
namespace {

// Fields that the rulings add to the contract.
const std::set<std::string> kAdditions = {"spec.attributes[].redact"};

std::string contract() {
  std::ifstream file(KOLLECT_SOURCE_DIR "/../shared/spec/api.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Contract : public testing::TestWithParam<const Kind*> {};

TEST_P(Contract, schema_says_what_the_tables_say) {
  const std::string text = contract();
  if (text.empty()) GTEST_SKIP() << "the written contract is not beside this tree";
  json::Arena arena;
  const SchemaFacts expected = contract_facts(text, GetParam()->name);
  SchemaFacts actual = schema_facts(openapi_schema(*GetParam(), arena));
  for (const std::string& path : kAdditions) actual.erase(path);
  ASSERT_GT(expected.size(), 4u);
  EXPECT_EQ(actual, expected);
}

std::string kind_name(const testing::TestParamInfo<const Kind*>& info) {
  return std::string(info.param->name);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Contract, testing::ValuesIn(kinds().begin(), kinds().end()),
                         kind_name);

std::string upper_row(const Kind& kind) {
  json::Arena arena;
  const json::Value crd = custom_resource_definition(kind, arena);
  const json::Value& names = *crd.at({"spec", "names"});
  const json::Value& version = crd.at({"spec", "versions"})->items()[0];
  const json::Value& required = *version.at({"schema", "openAPIV3Schema", "required"});
  std::string out = "| `" + std::string(names.text("kind")) + "` | " +
                    std::string(crd.find("spec")->text("scope")) + " | `" +
                    std::string(names.text("plural")) + "` | `" +
                    std::string(names.text("singular")) + "` | `" +
                    std::string(names.find("shortNames")->items()[0].as_string()) + "` | " +
                    (version.find("subresources") ? "yes" : "**no**") + " | ";
  std::string list;
  for (const json::Value& each : required.items()) {
    list += (list.empty() ? "`" : ", `") + std::string(each.as_string()) + "`";
  }
  return out + list;
}

TEST(ContractKinds, names_scope_and_status_are_those_of_the_overview) {
  const std::string text = contract();
  if (text.empty()) GTEST_SKIP() << "the written contract is not beside this tree";
  for (const Kind* kind : kinds()) {
    EXPECT_NE(text.find(upper_row(*kind)), std::string::npos) << upper_row(*kind);
  }
}

struct ColumnCase {
  std::string_view kind;
  std::string_view name;
  std::string_view type;
  std::string_view json_path;
};

constexpr ColumnCase kColumns[] = {
    {"KollectTarget", "Collected", "integer", ".status.collectedCount"},
    {"KollectTarget", "Updated", "date", ".status.collectedCountUpdatedAt"},
    {"KollectTarget", "Age", "date", ".metadata.creationTimestamp"},
    {"KollectConnectionTest", "Sink", "string", ".spec.sinkRef"},
    {"KollectConnectionTest", "Verified", "string",
     R"(.status.conditions[?(@.type=="ConnectionVerified")].status)"},
};

TEST(ContractKinds, printer_columns_of_the_contract_are_kept) {
  for (const ColumnCase& expected : kColumns) {
    const auto columns = find_kind(expected.kind)->columns;
    const bool found = std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
      return column.name == expected.name && column.type == expected.type &&
             column.json_path == expected.json_path;
    });
    EXPECT_TRUE(found) << expected.kind << " " << expected.name;
  }
}

TEST(ContractKinds, a_kind_whose_status_is_never_written_has_no_ready_column) {
  for (const std::string_view name : {"KollectProfile", "KollectScope", "KollectClusterScope"}) {
    for (const Column& column : find_kind(name)->columns) EXPECT_NE(column.name, "Ready") << name;
  }
}

}  // namespace
}  // namespace kollect::api
