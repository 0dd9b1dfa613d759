// In-memory ports of rules.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "api/rules.h"

namespace kollect::api {

// Everything compiles and reads no Secret data, unless it was listed here.
class FakeExpressions : public ExpressionCheck {
 public:
  std::map<std::string, std::string, std::less<>> broken;  // expression -> message
  std::set<std::string, std::less<>> reads_secret_data;

  Result<ExpressionFacts> cel(std::string_view expression) const override {
    return facts(expression);
  }
  Result<ExpressionFacts> json_path(std::string_view path) const override { return facts(path); }

 private:
  Result<ExpressionFacts> facts(std::string_view text) const {
    const auto found = broken.find(text);
    if (found != broken.end()) return invalid(found->second);
    return ExpressionFacts{reads_secret_data.count(text) > 0};
  }
};

class FakeCluster : public ClusterView {
 public:
  std::map<std::string, Scope, std::less<>> scopes;  // by namespace
  std::optional<ClusterScope> one_cluster_scope;
  std::map<std::string, Profile, std::less<>> profiles;  // by `namespace/name`
  bool scopes_fail = false;
  bool cluster_scope_fails = false;
  bool profiles_fail = false;

  Result<std::optional<Scope>> scope(std::string_view namespace_name) const override {
    if (scopes_fail) return unavailable("connection refused");
    const auto found = scopes.find(namespace_name);
    return found == scopes.end() ? std::nullopt : std::optional<Scope>(found->second);
  }

  Result<std::optional<ClusterScope>> cluster_scope() const override {
    if (cluster_scope_fails) return unavailable("connection refused");
    return one_cluster_scope;
  }

  Result<std::optional<Profile>> profile(std::string_view namespace_name,
                                         std::string_view name) const override {
    if (profiles_fail) return unavailable("connection refused");
    const auto found = profiles.find(std::string(namespace_name) + "/" + std::string(name));
    return found == profiles.end() ? std::nullopt : std::optional<Profile>(found->second);
  }
};

}  // namespace kollect::api
