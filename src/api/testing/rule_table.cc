#include "api/testing/rule_table.h"

#include <vector>

#include "api/codec.h"
#include "api/schema_check.h"
#include "base/json_write.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

json::Value yaml_value(const char* text, json::Arena& arena) {
  const auto value = yaml::parse(text, arena);
  KOLLECT_CHECK(value.has_value());
  return *value;
}

json::Value laid_over(const json::Value& base, const json::Value& change, json::Arena& arena) {
  std::vector<json::Member> members;
  for (const json::Member& member : base.members()) {
    if (change.find(member.key) == nullptr) members.push_back(member);
  }
  for (const json::Member& member : change.members()) {
    if (!member.value.is_null()) members.push_back(member);
  }
  return arena.object(members);
}

json::Value manifest(const Subject& subject, const char* spec, const char* metadata,
                     json::Arena& arena) {
  const char* base =
      subject.kind.is_cluster_scoped ? "{name: sample}" : "{name: sample, namespace: team-a}";
  return arena.object(std::vector<json::Member>{
      {"apiVersion", json::Value::string(kApiVersion)},
      {"kind", json::Value::string(subject.kind.name)},
      {"metadata", laid_over(yaml_value(base, arena), yaml_value(metadata, arena), arena)},
      {"spec", laid_over(yaml_value(subject.sound_spec, arena), yaml_value(spec, arena), arena)}});
}

std::string all_text(const Findings& findings) {
  std::string out;
  for (const FieldError& error : findings.errors())
    out += error.path + " => " + error.text() + "\n";
  for (const std::string& warning : findings.warnings()) out += "warning: " + warning + "\n";
  return out;
}

template <typename Case>
Findings findings_of(const Subject& subject, const Case& one) {
  RuleWorld world;
  if (one.arrange) one.arrange(world);
  return review_case(subject, one.spec, one.metadata, world).findings;
}

template <typename Object>
Object object_from(const char* yaml_spec, const char* name) {
  json::Arena arena;
  const json::Value spec = yaml_value(yaml_spec, arena);
  const json::Value metadata =
      arena.object(std::vector<json::Member>{{"name", json::Value::string(name)}});
  const json::Value whole =
      arena.object(std::vector<json::Member>{{"apiVersion", json::Value::string(kApiVersion)},
                                             {"kind", json::Value::string(kind_of<Object>().name)},
                                             {"metadata", metadata},
                                             {"spec", spec}});
  Findings findings;
  Object out = decode<Object>(whole, findings);
  KOLLECT_CHECK(findings.ok());
  return out;
}

}  // namespace

Reviewed review_case(const Subject& subject, const char* spec, const char* metadata,
                     const RuleWorld& world, Operation operation) {
  json::Arena arena;
  const json::Value whole =
      with_defaults(subject.kind, manifest(subject, spec, metadata, arena), arena);
  return review(subject.kind, whole, operation, world.context());
}

std::string manifest_text(const Subject& subject, const RuleCase& one) {
  json::Arena arena;
  return json::to_text(manifest(subject, one.spec, one.metadata, arena));
}

void expect_refused(const Subject& subject, const RuleCase& one) {
  const Findings findings = findings_of(subject, one);
  ASSERT_EQ(findings.errors().size(), 1u) << all_text(findings);
  const FieldError& error = findings.errors().front();
  EXPECT_EQ(error.path, one.path);
  EXPECT_EQ(word(error.type), word(one.type)) << error.text();
  EXPECT_NE(error.text().find(one.gist), std::string::npos) << error.text();
}

void expect_warned(const Subject& subject, const WarningCase& one) {
  const Findings findings = findings_of(subject, one);
  EXPECT_TRUE(findings.ok()) << all_text(findings);
  EXPECT_NE(all_text(findings).find(one.gist), std::string::npos) << all_text(findings);
}

void expect_sound(const Subject& subject, const SoundCase& one) {
  const Findings findings = findings_of(subject, one);
  EXPECT_EQ(all_text(findings), "");
}

Scope scope_from(const char* yaml_spec, const char* name) {
  return object_from<Scope>(yaml_spec, name);
}

ClusterScope cluster_scope_from(const char* yaml_spec) {
  return object_from<ClusterScope>(yaml_spec, "ceiling");
}

Profile profile_from(const char* yaml_spec, const char* name) {
  return object_from<Profile>(yaml_spec, name);
}

}  // namespace kollect::api
