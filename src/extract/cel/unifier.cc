#include <algorithm>
#include <map>

#include "extract/cel/type.h"

namespace kollect::extract {

namespace {

// Kinds whose values may be absent and are then null.
bool is_nullable(const Type& type) {
  return type.kind == TypeKind::opaque || type.kind == TypeKind::timestamp ||
         type.kind == TypeKind::duration;
}

const Type* with_fresh(TypePool& pool, Unifier& unifier, const Type* type,
                       std::map<std::string_view, const Type*>& known) {
  if (type->kind == TypeKind::parameter) {
    auto [found, is_new] = known.try_emplace(type->name, nullptr);
    if (is_new) found->second = unifier.fresh();
    return found->second;
  }
  if (type->parameters.empty()) return type;
  Type copy = *type;
  for (const Type*& parameter : copy.parameters) {
    parameter = with_fresh(pool, unifier, parameter, known);
  }
  return pool.add(std::move(copy));
}

}  // namespace

bool Unifier::is_exhausted() {
  constexpr uint32_t kMostSteps = 500'000;
  if (steps_ <= kMostSteps) ++steps_;
  return steps_ > kMostSteps;
}

const Type* Unifier::fresh() {
  bound_.push_back(nullptr);
  return pool_.variable(static_cast<uint32_t>(bound_.size() - 1));
}

std::vector<const Type*> Unifier::instantiate(const std::vector<const Type*>& types) {
  std::map<std::string_view, const Type*> known;
  std::vector<const Type*> made;
  made.reserve(types.size());
  for (const Type* type : types) made.push_back(with_fresh(pool_, *this, type, known));
  return made;
}

const Type* Unifier::resolve(const Type* type) const {
  while (type->kind == TypeKind::variable && bound_[type->variable] != nullptr) {
    type = bound_[type->variable];
  }
  return type;
}

void Unifier::set(uint32_t variable, const Type* type) {
  trail_.push_back({variable, bound_[variable]});
  bound_[variable] = type;
}

void Unifier::undo(size_t size) {
  while (trail_.size() > size) {
    bound_[trail_.back().variable] = trail_.back().before;
    trail_.pop_back();
  }
}

bool Unifier::assign(const Type* from, const Type* to) {
  const size_t before = trail_.size();
  if (is_assignable(from, to)) return true;
  undo(before);
  return false;
}

bool Unifier::assign_all(const std::vector<const Type*>& from, const std::vector<const Type*>& to) {
  if (from.size() != to.size()) return false;
  const size_t before = trail_.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (!is_assignable(from[i], to[i])) {
      undo(before);
      return false;
    }
  }
  return true;
}

bool Unifier::occurs(uint32_t variable, const Type* in) {
  if (is_exhausted()) return true;
  in = resolve(in);
  if (in->kind == TypeKind::variable) return in->variable == variable;
  return std::ranges::any_of(in->parameters,
                             [&](const Type* parameter) { return occurs(variable, parameter); });
}

std::optional<bool> Unifier::bind(const Type* a, const Type* b) {
  const Type* last = a;  // the variable whose own binding is no variable
  while (bound_[last->variable] != nullptr && bound_[last->variable]->kind == TypeKind::variable) {
    last = bound_[last->variable];
  }
  const Type* target = resolve(b);
  if (target == last ||
      (target->kind == TypeKind::variable && target->variable == last->variable)) {
    return true;
  }
  const Type* current = bound_[last->variable];
  if (current == nullptr) {
    if (occurs(last->variable, target)) return std::nullopt;
    set(last->variable, target);
    return true;
  }
  if (!is_assignable(target, current)) return false;
  const Type* wider = is_as_general(target, current) ? target : current;
  if (wider != current && !occurs(last->variable, wider)) set(last->variable, wider);
  return true;
}

bool Unifier::is_assignable(const Type* from, const Type* to) {
  if (is_exhausted()) return true;
  if (from->kind == TypeKind::variable) {
    if (const auto answer = bind(from, to)) return *answer;
  }
  if (to->kind == TypeKind::variable) {
    if (const auto answer = bind(to, from)) return *answer;
    return false;
  }
  if (from->kind == TypeKind::dyn || to->kind == TypeKind::dyn) return true;
  if (from->kind == TypeKind::null && is_nullable(*to)) return true;
  if (to->kind == TypeKind::null && is_nullable(*from)) return true;
  if (from->kind != to->kind) return false;
  return parameters_assignable(*from, *to);
}

bool Unifier::parameters_assignable(const Type& from, const Type& to) {
  if (from.kind == TypeKind::type) return true;
  if (from.name != to.name || from.parameters.size() != to.parameters.size()) return false;
  for (size_t i = 0; i < from.parameters.size(); ++i) {
    if (!is_assignable(from.parameters[i], to.parameters[i])) return false;
  }
  return true;
}

bool Unifier::is_as_general(const Type* a, const Type* b) {
  if (is_exhausted()) return true;
  a = resolve(a);
  b = resolve(b);
  if (a->kind == TypeKind::dyn || a->kind == TypeKind::variable) return true;
  if (b->kind == TypeKind::dyn || b->kind == TypeKind::variable) return false;
  if (a->kind == TypeKind::null && is_nullable(*b)) return false;
  if (a->kind != b->kind || a->name != b->name || a->parameters.size() != b->parameters.size()) {
    return is_nullable(*a) && b->kind == TypeKind::null;
  }
  return std::ranges::equal(a->parameters, b->parameters,
                            [this](const Type* x, const Type* y) { return is_as_general(x, y); });
}

const Type* Unifier::join(const Type* a, const Type* b) {
  if (!assign(a, b)) return pool_.simple(TypeKind::dyn);
  return is_as_general(a, b) ? a : b;
}

const Type* Unifier::replace(const Type* type, bool unbound_as_dyn) {
  if (is_exhausted()) return pool_.simple(TypeKind::dyn);
  type = resolve(type);
  if (type->kind == TypeKind::variable) {
    return unbound_as_dyn ? pool_.simple(TypeKind::dyn) : type;
  }
  if (type->parameters.empty()) return type;
  Type copy = *type;
  for (const Type*& parameter : copy.parameters) parameter = replace(parameter, unbound_as_dyn);
  return pool_.add(std::move(copy));
}

const Type* Unifier::final_type(const Type* type) { return replace(type, true); }

const Type* Unifier::substitute(const Type* type) { return replace(type, false); }

}  // namespace kollect::extract
