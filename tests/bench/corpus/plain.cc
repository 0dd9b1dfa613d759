#include <fmt/format.h>

#include "base/json_write.h"
#include "bench/corpus/managed_fields.h"
#include "bench/corpus/parts.h"

namespace kollect::bench {

ObjectTemplate configmap_template(uint64_t seed) {
  Random random(seed);
  const std::string described =
      fmt::format(R"("labels":{{{}}},"annotations":{{"meta.helm.sh/release-name":"%app%"}})",
                  label_members(random));
  std::string entries;
  const size_t count = random.between(4, 14);
  for (size_t i = 0; i < count; ++i) {
    std::string lines;
    const size_t length = random.between(3, 14);
    for (size_t line = 0; line < length; ++line) {
      lines += fmt::format("{}: \"{}\"\n", words(random, 2), words(random, 3));
    }
    entries += fmt::format("{}\"{}-{}.yaml\":", i > 0 ? "," : "", words(random, 1), i);
    json::append_string(entries, lines);
  }
  const std::string applied =
      managed_fields({"helm", "Update", "v1", "%created%", ""},
                     fmt::format(R"({{"data":{{{}}},"metadata":{{{}}}}})", entries, described));
  ObjectTemplate out;
  out.metadata = Template::compile(fmt::format(
      R"("metadata":{{"name":"%name%","namespace":"%ns%","uid":"%uid%","resourceVersion":"%version%","creationTimestamp":"%created%",{},"managedFields":[{}]}})",
      described, applied));
  out.rest =
      Template::compile(fmt::format(R"(,"data":{{"revision":"%tag% %changed%",{}}})", entries));
  return out;
}

ObjectTemplate namespace_template(uint64_t seed) {
  Random random(seed);
  const std::string described =
      fmt::format(R"("labels":{{"kubernetes.io/metadata.name":"%ns%","team":"%ns%","tier":"{}"}})",
                  words(random, 1));
  ObjectTemplate out;
  out.metadata = Template::compile(fmt::format(
      R"("metadata":{{"name":"%ns%","uid":"%uid%","resourceVersion":"%version%","creationTimestamp":"%created%",{},"managedFields":[{}]}})",
      described,
      managed_fields({"kubectl-create", "Update", "v1", "%created%", ""},
                     fmt::format(R"({{"metadata":{{{}}}}})", described))));
  out.rest =
      Template::compile(R"(,"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"})");
  return out;
}

}  // namespace kollect::bench
