// The expression compilers as admission sees them: compiled for their errors and for what they
// read, never run.
#pragma once

#include "api/rules.h"

namespace kollect::extract {

class ExpressionCompilers final : public api::ExpressionCheck {
 public:
  Result<api::ExpressionFacts> cel(std::string_view expression) const override;
  Result<api::ExpressionFacts> json_path(std::string_view path) const override;
};

}  // namespace kollect::extract
