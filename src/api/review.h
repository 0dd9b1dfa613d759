// One object of any kind against its rules: the step between the transports (webhook, command line,
// reconciler) and rules.h. Pure apart from the ports of the context; any thread.
#pragma once

#include <string_view>

#include "api/findings.h"
#include "api/kind.h"
#include "api/rules.h"
#include "base/json.h"

namespace kollect::api {

enum class Operation { create, update };

enum class Decoding {
  fine,
  broken,  // a value has the wrong type or form; the findings name every one
};

struct Reviewed {
  Decoding decoding = Decoding::fine;
  Findings findings;
};

// Decodes and checks. An update of an object that is being deleted is never refused, so that its
// finalizers can go.
Reviewed review(const Kind& kind, const json::Value& object, Operation operation,
                const RuleContext& context);

}  // namespace kollect::api
