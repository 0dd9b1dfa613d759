// Prints what `make generate` writes for the command line: a JSON object from path to content.
#include <cstdio>

#include "app/operator_options.h"
#include "base/json_write.h"

int main() {
  const std::string page = kollect::app::operator_flags_page();
  const kollect::json::Member files[] = {
      {"docs/operator-flags.md", kollect::json::Value::string(page)}};
  kollect::json::Arena arena;
  std::puts(kollect::json::to_text(arena.object(files)).c_str());
  return 0;
}
