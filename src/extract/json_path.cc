#include "extract/json_path.h"

#include <utility>

#include "base/text.h"
#include "extract/detail/json_path_eval.h"
#include "extract/detail/json_path_kubectl.h"
#include "extract/detail/json_path_program.h"
#include "extract/detail/json_path_rfc.h"
#include "extract/detail/json_path_text.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kRfcPrefix = "jsonpath:";

Result<JsonPath> finish(Result<PathProgram> parsed) {
  if (!parsed) return parsed.error();
  return JsonPath(std::make_shared<const PathProgram>(std::move(*parsed)));
}

Status check_text(std::string_view path) {
  if (path.empty()) return invalid("the path is blank");
  if (path.size() > JsonPath::kMaxLength) return invalid("the path is longer than 4096 bytes");
  if (path.starts_with("object.") || path.starts_with("object[")) {
    return path_error(path, 0, "this looks like CEL: put 'cel:' before it");
  }
  return {};
}

}  // namespace

std::string_view word(PathError error) {
  switch (error) {
    case PathError::none:
      return "none";
    case PathError::out_of_bounds:
      return "index outside of the list";
    case PathError::bad_step:
      return "slice step not above zero";
    case PathError::not_a_list:
      return "index, slice or filter on a value that is no list";
    case PathError::incomparable:
      return "filter compares values of unrelated types";
    case PathError::several_operands:
      return "filter compares more than one value";
    case PathError::too_many_results:
      return "more than 10000 results";
    case PathError::too_deep:
      return "nested deeper than 1000";
    case PathError::too_much_work:
      return "the path visits too many values";
  }
  return "unknown";
}

Result<JsonPath> compile_json_path(std::string_view path) {
  const std::string_view text = trimmed(path);
  if (Status checked = check_text(text); !checked) return checked.error();
  if (!text.starts_with(kRfcPrefix)) return finish(parse_kubectl_path(text));
  const std::string_view query = trimmed(text.substr(kRfcPrefix.size()));
  return finish(parse_rfc9535(text, static_cast<size_t>(query.data() - text.data())));
}

Result<JsonPath> compile_rfc9535(std::string_view query) {
  if (query.size() > JsonPath::kMaxLength) return invalid("the path is longer than 4096 bytes");
  return finish(parse_rfc9535(query, 0));
}

PathResult JsonPath::evaluate(const json::Value& root, json::Arena& arena) const {
  PathEvaluation evaluation(root, arena);
  MatchList found(arena);
  PathResult result;
  if (!evaluation.walk(program_->steps, evaluation.root(), found)) {
    result.error = evaluation.error();
  } else if (found.size() > kMaxResults) {
    result.error = PathError::too_many_results;
  }
  if (result.error != PathError::none) {
    result.kind = PathResult::Kind::error;
    return result;
  }
  if (found.size() == 0) return result;
  result.matches = found.all();
  result.kind = found.size() == 1 ? PathResult::Kind::one : PathResult::Kind::many;
  if (found.size() == 1) {
    result.value = *found.front().value;
    return result;
  }
  auto* values = static_cast<json::Value*>(arena.allocate(found.size() * sizeof(json::Value)));
  for (size_t i = 0; i < found.size(); ++i) values[i] = *result.matches[i].value;
  result.value = json::Value::array({values, found.size()});
  return result;
}

const std::vector<std::string>& JsonPath::warnings() const { return program_->warnings; }

}  // namespace kollect::extract
