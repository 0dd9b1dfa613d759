// kollect-bench: runs the figures and writes their results. Timings never make it fail; a figure
// that breaks does (exit code 1), as does a call that cannot be followed (2).
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

#include <re2/re2.h>

#include "bench/measure.h"
#include "bench/run.h"

namespace kollect::bench {
namespace {

struct Options {
  Setting setting;
  Origin origin{"unknown", "unknown", "short"};
  std::string only = ".";
  std::string out;
  bool list = false;
};

constexpr std::string_view kWords =
    "--only=REGEX --mode=short|full --out=FILE --programs=FOLDER --commit=ID --date=DAY --list";

Result<Options> parse(int count, char** words) {
  Options out;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string value(equals == std::string_view::npos ? "" : word.substr(equals + 1));
    if (word == "--list") {
      out.list = true;
    } else if (name == "--only") {
      out.only = value.empty() ? "." : value;
    } else if (name == "--out") {
      out.out = value;
    } else if (name == "--programs") {
      out.setting.programs = value;
    } else if (name == "--commit") {
      out.origin.commit = value;
    } else if (name == "--date") {
      out.origin.date = value;
    } else if (name == "--mode" && (value == "short" || value == "full")) {
      out.origin.mode = value;
      out.setting.full = value == "full";
    } else {
      return invalid("cannot read '" + std::string(word) + "'; the words are " +
                     std::string(kWords));
    }
  }
  if (!RE2(out.only, RE2::Quiet).ok())
    return invalid("'" + out.only + "' is no regular expression");
  const unsigned cores = std::thread::hardware_concurrency();
  if (cores > 1) {
    out.setting.cpu = static_cast<int>(cores) - 1;
    out.setting.server_cpu = 0;
  }
  return out;
}

std::vector<Figure> chosen(const Options& options) {
  const RE2 only(options.only);
  std::vector<Figure> out;
  for (const FigureFile& file : figure_files()) {
    for (Figure& figure : file.figures(options.setting)) {
      if (RE2::PartialMatch(figure.name, only)) out.push_back(std::move(figure));
    }
  }
  return out;
}

Status write(const Options& options, const std::vector<Outcome>& outcomes) {
  if (options.out.empty()) return {};
  std::ofstream file(options.out);
  file << results_json(outcomes, options.origin);
  file.close();
  return file ? Status() : unavailable("cannot write " + options.out);
}

int fail(const Error& error) {
  std::fprintf(stderr, "kollect-bench: %s\n", error.text().c_str());
  return 2;
}

// Results are written after every figure, so that what was measured is there when a later one is
// stopped.
int run(const Options& options) {
  std::vector<Outcome> outcomes;
  std::vector<Figure> figures = chosen(options);
  if (figures.empty()) return fail(missing("no figure's name matches '" + options.only + "'"));
  pin_to(options.setting.cpu);
  if (!options.list) std::fputs(table_head().c_str(), stdout);
  for (Figure& figure : figures) {
    if (options.list) {
      std::printf("%-28s %s\n", figure.name.c_str(), figure.what.c_str());
      continue;
    }
    outcomes.push_back(run_figure(std::move(figure)));
    std::fputs(table_line(outcomes.back()).c_str(), stdout);
    std::fflush(stdout);
    if (const Status written = write(options, outcomes); !written) return fail(written.error());
  }
  const bool is_broken =
      std::ranges::any_of(outcomes, [](const Outcome& outcome) { return !outcome.failed.empty(); });
  return is_broken ? 1 : 0;
}

}  // namespace
}  // namespace kollect::bench

int main(int count, char** words) {
  const auto options = kollect::bench::parse(count, words);
  if (options) return kollect::bench::run(*options);
  return kollect::bench::fail(options.error());
}
