// The profiles that ship, each against its fixture (collection.md 7): what is in deploy/profiles
// passes admission and gives the rows that stand beside the fixtures in testdata/profiles.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "api/codec.h"
#include "api/manifest_check.h"
#include "api/profile.h"
#include "base/json_write.h"
#include "base/yaml.h"
#include "extract/compiled_profile.h"
#include "extract/expression_check.h"
#include "extract/plan.h"
#include "kube/object.h"

namespace kollect::testing {
namespace {

const std::string kProfiles = std::string(KOLLECT_SOURCE_DIR) + "/deploy/profiles/";
const std::string kFixtures =
    std::string(KOLLECT_SOURCE_DIR) + "/tests/component/testdata/profiles/";

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<json::Value> documents(const std::string& path, json::Arena& arena) {
  const auto parsed = yaml::parse_all(text_of(path), arena);
  EXPECT_TRUE(parsed) << path;
  std::vector<json::Value> roots;
  if (!parsed) return roots;
  for (const yaml::Document& document : *parsed) roots.push_back(document.root);
  return roots;
}

std::string attributes(const extract::CompiledProfile& profile,
                       const extract::ExtractionOutput& output) {
  if (output.failure()) return "failed: " + output.failure()->message;
  std::string text;
  for (size_t i = 0; i < profile.schema().size(); ++i) {
    if (output.values()[i].empty()) continue;
    text += (text.empty() ? "{\"" : ",\"") + profile.schema()[i] + "\":";
    text += output.values()[i];
  }
  return text + "}\n";
}

// What a profile makes of its fixture, a line each.
std::string rows(const std::string& name) {
  json::Arena arena;
  api::Findings findings;
  const auto manifests = documents(kProfiles + name + ".yaml", arena);
  const auto profile = api::decode<api::Profile>(manifests.at(0), findings);
  const auto compiled = extract::compile_profile(profile.spec, {});
  EXPECT_TRUE(compiled) << name;
  if (!compiled) return {};
  extract::Plan plan(profile.spec.target_gvk);
  plan.add(*compiled);
  extract::Extractor extractor;
  std::string lines;
  for (const json::Value& object : documents(kFixtures + name + ".yaml", arena)) {
    EXPECT_EQ(kube::gvk_of(object), profile.spec.target_gvk);
    const std::string bytes = json::to_text(object);
    EXPECT_TRUE(extractor.load(plan, bytes));
    lines += attributes(**compiled, extractor.extract(plan, 0));
  }
  return lines;
}

class ShippedProfile : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedProfile, gives_the_rows_of_its_contract) {
  EXPECT_EQ(rows(GetParam()), text_of(kFixtures + GetParam() + ".ndjson"));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedProfile,
                         ::testing::Values("deployment-images", "service-endpoints",
                                           "ingress-hosts", "argo-application-summary",
                                           "argo-application-snapshot", "deployment-snapshot",
                                           "certificate-summary", "helm-release-summary",
                                           "helm-release-values-redacted", "cluster-namespaces"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(ShippedProfiles, all_have_a_contract) {
  for (const auto& file : std::filesystem::directory_iterator(kProfiles)) {
    const std::string name = file.path().stem();
    if (name == "targets") continue;
    EXPECT_TRUE(std::filesystem::exists(kFixtures + name + ".ndjson")) << name;
  }
}

TEST(ShippedProfiles, all_pass_admission_without_a_remark) {
  const api::AdmissionPolicy policy;
  const extract::ExpressionCompilers expressions;
  api::ManifestCheck check(policy, expressions);
  for (const auto& file : std::filesystem::directory_iterator(kProfiles))
    check.add(file.path().filename(), text_of(file.path()));
  EXPECT_GE(check.objects(), 26U);
  for (const api::ManifestFinding& finding : check.findings()) ADD_FAILURE() << finding.text();
}

}  // namespace
}  // namespace kollect::testing
