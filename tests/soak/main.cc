// kollect-soak [REGEX]: runs the soaks whose names match, or all; exit code 1 when a bound is
// missed or a soak could not run.
#include <cstdio>

#include <regex.h>

#include "soak.h"

namespace {

using kollect::soak::Figure;
using kollect::soak::Soak;

constexpr Soak kSoaks[] = {
    {"webhook", "500 reviews a second for 30 s on one processor", &kollect::soak::webhook_soak},
    {"collect", "10,000 Deployments behind ten targets, once", &kollect::soak::collect_soak},
    {"collect_large", "100,000 Deployments behind ten targets, once",
     &kollect::soak::collect_large_soak},
};

bool matches(const char* expression, std::string_view name) {
  regex_t compiled;
  if (regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) != 0) return false;
  const bool is_match = regexec(&compiled, std::string(name).c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return is_match;
}

bool print(const Soak& soak, const std::vector<Figure>& figures) {
  std::printf("%s: %s\n", soak.name.data(), soak.help.data());
  bool all_hold = !figures.empty();
  for (const Figure& figure : figures) {
    std::printf("  %-26s %10.2f %-9s", figure.name.c_str(), figure.value, figure.unit.c_str());
    if (figure.bound > 0)
      std::printf(" at most %.0f: %s", figure.bound, figure.holds() ? "holds" : "MISSED");
    std::puts("");
    all_hold = all_hold && figure.holds();
  }
  std::fflush(stdout);
  return all_hold;
}

}  // namespace

int main(int argc, char** argv) {
  bool all_hold = true;
  int count = 0;
  for (const Soak& soak : kSoaks) {
    if (argc > 1 && !matches(argv[1], soak.name)) continue;
    ++count;
    all_hold = print(soak, soak.run()) && all_hold;
  }
  if (count == 0) std::fputs("kollect-soak: no soak has a name like that\n", stderr);
  return all_hold && count > 0 ? 0 : 1;
}
