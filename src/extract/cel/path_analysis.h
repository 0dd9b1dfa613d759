// Which parts of `object` an expression can touch, found without running it.
//
// Sound, not exact: on a tree that holds what PathTrie asks for, the expression gives the same
// answer, errors included. What is selected and then only selected from, tested with has() or
// counted is wanted as a key or an element; a value that is used in any other way is wanted whole.
#pragma once

#include <vector>

#include "extract/cel/ast.h"
#include "extract/cel/checker.h"
#include "extract/cel/compiled.h"

namespace kollect::extract {

// `object_variable` is the index of the declared variable that is the object; the others touch
// nothing of it.
Touched touched_paths(const AstBuilder& ast, const Checked& checked, NodeId root,
                      uint32_t object_variable);

}  // namespace kollect::extract
