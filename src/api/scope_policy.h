// What a scope permits, as questions; admission and reconcilers ask the same ones.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "api/scope.h"

namespace kollect::api {

// Exact on all three parts, ignoring case; an empty list allows every kind.
bool allows_kind(const Ceiling& ceiling, const Gvk& gvk);

enum class NamespaceVerdict { allowed, denied, outside };
// Denied wins over allowed; outside: there is an allow-list and the namespace is not on it.
NamespaceVerdict judge_namespace(const Ceiling& ceiling, std::string_view namespace_name);

// An empty allow-list permits every name.
bool permits(const std::vector<std::string>& allowed, std::string_view name);

// Of several scopes in one place the one with the smallest name; null when there is none.
template <typename AnyScope>
const AnyScope* in_force(const std::vector<AnyScope>& scopes) {
  const auto smallest = std::min_element(
      scopes.begin(), scopes.end(),
      [](const AnyScope& a, const AnyScope& b) { return a.metadata.name < b.metadata.name; });
  return smallest == scopes.end() ? nullptr : &*smallest;
}

}  // namespace kollect::api
