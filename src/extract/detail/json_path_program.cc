#include "extract/detail/json_path_program.h"

namespace kollect::extract {

PathStep::PathStep(PathOp kind) : op(kind) {}
PathStep::PathStep(PathStep&&) noexcept = default;
PathStep& PathStep::operator=(PathStep&&) noexcept = default;
PathStep::~PathStep() = default;

std::unique_ptr<PathConstant> PathConstant::of_text(std::string text) {
  auto made = std::make_unique<PathConstant>();
  made->text = std::move(text);
  made->value = json::Value::string(made->text);
  return made;
}

std::unique_ptr<PathConstant> PathConstant::of(json::Value scalar) {
  auto made = std::make_unique<PathConstant>();
  made->value = scalar;
  return made;
}

}  // namespace kollect::extract
