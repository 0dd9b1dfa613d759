// Tables of rule tests: a change to a sound manifest, and what admission says about it.
#pragma once

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "api/review.h"
#include "api/testing/fake_rules.h"

namespace kollect::api {

// Two namespaces have a tale to tell: `team-a` is free, every other arrangement is made by a case.
struct RuleWorld {
  FakeExpressions expressions;
  FakeCluster cluster;
  AdmissionPolicy policy;

  RuleContext context() const { return {policy, expressions, cluster}; }
};

using Arrange = void (*)(RuleWorld& world);

struct RuleCase {
  const char* name;
  const char* spec;  // YAML, laid over the sound spec; null removes a member
  const char* path;
  ErrorType type;
  const char* gist;  // part of the message
  Arrange arrange = nullptr;
  const char* metadata = "{}";
};

struct WarningCase {
  const char* name;
  const char* spec;
  const char* gist;
  Arrange arrange = nullptr;
  const char* metadata = "{}";
};

struct SoundCase {
  const char* name;
  const char* spec;
  Arrange arrange = nullptr;
  const char* metadata = "{}";
};

inline void PrintTo(const RuleCase& one, std::ostream* out) {
  *out << one.name << ": " << one.spec;
}
inline void PrintTo(const WarningCase& one, std::ostream* out) {
  *out << one.name << ": " << one.spec;
}
inline void PrintTo(const SoundCase& one, std::ostream* out) {
  *out << one.name << ": " << one.spec;
}

// A kind with the YAML of a spec that every rule accepts.
struct Subject {
  const Kind& kind;
  const char* sound_spec;
};

Reviewed review_case(const Subject& subject, const char* spec, const char* metadata,
                     const RuleWorld& world, Operation operation = Operation::create);

// The manifest of a row as JSON, without defaults: as a user would send it.
std::string manifest_text(const Subject& subject, const RuleCase& one);

// Exactly one error: this one.
void expect_refused(const Subject& subject, const RuleCase& one);
// No error, and a warning with this text.
void expect_warned(const Subject& subject, const WarningCase& one);
// Neither.
void expect_sound(const Subject& subject, const SoundCase& one);

template <typename Case>
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

// The scope and profile that arrangements use.
Scope scope_from(const char* yaml_spec, const char* name = "ceiling");
ClusterScope cluster_scope_from(const char* yaml_spec);
Profile profile_from(const char* yaml_spec, const char* name);

}  // namespace kollect::api
