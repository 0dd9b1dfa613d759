// Prints every generated file as one JSON object, path to content. tools/generators/crds writes
// them.
#include <cstdio>

#include "api/generate/files.h"
#include "base/json_write.h"

int main() {
  std::string out;
  for (const auto& [path, content] : kollect::api::generated_files()) {
    out += out.empty() ? '{' : ',';
    kollect::json::append_string(out, path);
    out += ':';
    kollect::json::append_string(out, content);
  }
  out += "}\n";
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() ? 0 : 1;
}
