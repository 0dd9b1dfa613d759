// Types as the checker knows them: parsing, printing, and the search for what type parameters stand
// for.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kollect::extract {

enum class TypeKind : uint8_t {
  dyn,
  null,
  boolean,
  integer,
  unsigned_integer,
  number,
  string,
  bytes,
  timestamp,
  duration,
  type,       // type(T)
  list,       // list(T)
  map,        // map(K, V)
  opaque,     // net.IP, optional_type(T)
  parameter,  // T of a declaration, to be made fresh for each use
  variable,   // a fresh parameter, bound by a Unifier
};

struct Type {
  TypeKind kind = TypeKind::dyn;
  std::string_view name = {};  // opaque, parameter
  std::vector<const Type*> parameters = {};
  uint32_t variable = 0;
  uint32_t weight = 1;  // nodes of the type, shared ones counted each time
};

inline constexpr std::string_view kOptionalType = "optional_type";

// Owns types; they stay where they are. A type that would get heavier than any sensible one is dyn.
class TypePool {
 public:
  TypePool() = default;
  TypePool(const TypePool&) = delete;
  TypePool& operator=(const TypePool&) = delete;

  const Type* simple(TypeKind kind);
  const Type* list(const Type* element);
  const Type* map(const Type* key, const Type* value);
  const Type* type_of(const Type* type);
  const Type* opaque(std::string_view name, std::vector<const Type*> parameters);
  const Type* optional(const Type* content) { return opaque(kOptionalType, {content}); }
  const Type* variable(uint32_t number);
  const Type* add(Type type);

  // "list(int)", "map(string, T)", "param(T)", "net.IP"; absent when malformed. A single capital
  // letter is a parameter.
  std::optional<const Type*> parse(std::string_view text);
  // "string, list(int)"; "" is the empty list.
  std::optional<std::vector<const Type*>> parse_list(std::string_view text);

 private:
  std::optional<const Type*> parse_one(std::string_view& rest);
  std::optional<std::vector<const Type*>> parse_parameters(std::string_view& rest);
  std::string_view keep(std::string_view text);

  std::deque<Type> types_;
  std::deque<std::string> names_;
};

// As the specification writes it; variables as "dyn".
std::string type_text(const Type& type);
bool same_type(const Type& a, const Type& b);
bool is_optional(const Type& type);

// What type variables stand for, found out while an expression is checked.
class Unifier {
 public:
  explicit Unifier(TypePool& pool) : pool_(pool) {}

  const Type* fresh();
  // The type with its parameters replaced by fresh variables; one parameter by one variable in all
  // `types`.
  std::vector<const Type*> instantiate(const std::vector<const Type*>& types);
  // What a bound variable stands for now; the type itself otherwise.
  const Type* resolve(const Type* type) const;
  // Whether a value of type `from` may stand where `to` is asked for; binds variables when so, else
  // changes nothing.
  bool assign(const Type* from, const Type* to);
  bool assign_all(const std::vector<const Type*>& from, const std::vector<const Type*>& to);
  // The type of a list that holds both; dyn when they do not agree.
  const Type* join(const Type* a, const Type* b);
  // With all bound variables replaced and the others as dyn.
  const Type* final_type(const Type* type);
  const Type* substitute(const Type* type);

 private:
  struct Change {
    uint32_t variable;
    const Type* before;
  };

  bool is_assignable(const Type* from, const Type* to);
  // Whether variable `a` can stand for `b`; nothing when it is not bound yet and cannot be.
  std::optional<bool> bind(const Type* a, const Type* b);
  bool parameters_assignable(const Type& from, const Type& to);
  bool occurs(uint32_t variable, const Type* in);
  void set(uint32_t variable, const Type* type);
  void undo(size_t size);
  const Type* replace(const Type* type, bool unbound_as_dyn);
  bool is_as_general(const Type* a, const Type* b);
  // Bounds the search: beyond it every type is taken as dyn.
  bool is_exhausted();

  TypePool& pool_;
  std::vector<const Type*> bound_;
  std::vector<Change> trail_;
  uint32_t steps_ = 0;
};

}  // namespace kollect::extract
