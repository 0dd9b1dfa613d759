#include "api/generate/files.h"

#include <fmt/format.h>

#include "api/generate/crd.h"
#include "api/generate/reference.h"
#include "api/generate/sample.h"
#include "api/scalar.h"
#include "base/yaml.h"

namespace kollect::api {
namespace {

constexpr std::string_view kNote =
    "# Written by `make generate` from the field tables in src/api.\n";

}  // namespace

std::map<std::string, std::string> generated_files() {
  std::map<std::string, std::string> files;
  for (const Kind* kind : kinds()) {
    const std::string name = lower(kind->name);
    json::Arena arena;
    files[fmt::format("deploy/crds/{}_{}.yaml", kGroup, kind->plural)] =
        std::string(kNote) + yaml::to_text(custom_resource_definition(*kind, arena));
    files[fmt::format("docs/crds/{}.md", name)] = reference_page(*kind);
    for (const Sample& sample : kind->samples) {
      files[fmt::format("deploy/samples/{}-{}.yaml", name, sample.suffix)] =
          std::string(kNote) + yaml::to_text(sample_manifest(*kind, sample, arena));
    }
  }
  return files;
}

}  // namespace kollect::api
