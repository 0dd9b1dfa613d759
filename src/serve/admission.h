// The webhook as a function: the path and the bytes of an AdmissionReview in, the status and the
// bytes of the answer out. The HTTP server around it knows nothing about reviews; the rules are in
// api/.
#pragma once

#include <string>
#include <string_view>

#include "api/kind.h"
#include "api/rules.h"

namespace kollect::serve {

inline constexpr size_t kMostReviewBytes = size_t{4} << 20;

struct AdmissionAnswer {
  int status = 200;  // 200 with a review that allows or denies; 400 for what is no review; 404 for
                     // another path
  std::string content_type = "application/json";
  std::string body;
};

// `/validate-kollect-dev-v1alpha1-<lower-case kind>`: the path of a kind's hook.
std::string admission_path(const api::Kind& kind);
// The kind of a path; null when it is none of the eleven.
const api::Kind* kind_of_path(std::string_view path);

// Any bytes get an answer. Pure apart from the ports of the context; any thread.
AdmissionAnswer answer_admission(std::string_view path, std::string_view body,
                                 const api::RuleContext& context);

}  // namespace kollect::serve
