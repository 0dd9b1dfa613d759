// The texts that objects are made of: labels, annotations, containers, volumes.
//
// Every function writes JSON without the braces around it when it says "members".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus/random.h"
#include "bench/corpus/template.h"

namespace kollect::bench {

// `"key":"value",...` members.
std::string label_members(Random& random);
std::string annotation_members(Random& random);

// What a pod runs; the same in a Deployment's template.
struct PodSpec {
  std::vector<std::string> container_names;
  std::string members;  // of the spec, node excepted
};
PodSpec pod_spec(Random& random);

// `word` so many times with other digits, for values of some length.
std::string words(Random& random, size_t count);

ObjectTemplate pod_template(uint64_t seed);
ObjectTemplate deployment_template(uint64_t seed);
ObjectTemplate configmap_template(uint64_t seed);
ObjectTemplate namespace_template(uint64_t seed);

}  // namespace kollect::bench
