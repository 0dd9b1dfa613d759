#include "app/eval_cases.h"

#include <fmt/format.h>

#include "base/json.h"
#include "extract/cel/conformance.h"
#include "extract/json_path_conformance.h"

namespace kollect::app {

namespace {

class CaseRun {
 public:
  explicit CaseRun(const Console& console) : console_(console) {}

  // Fault::invalid when the file cannot be read or holds no cases.
  Status run(const std::string& path) {
    const auto text = console_.read(path);
    if (!text) return text.error();
    const auto file = json::Document::parse(*text);
    if (!file) return file.error().in(path);
    if (extract::is_json_path_suite(file->root())) {
      tell(path, extract::run_json_path_suite(file->root()));
    } else if (extract::is_cel_suite(file->root())) {
      tell(path, extract::run_cel_suite(file->root()));
    } else {
      return invalid(path + ": neither CEL nor JSONPath cases");
    }
    return {};
  }

  void refuse(const Error& error) {
    console_.err(fmt::format("kollect eval: {}\n", error.text()));
    is_complete_ = false;
  }

  // No case at all is no success: the path was wrong.
  int finish() {
    if (is_complete_ && passed_ + failed_ == 0) refuse(invalid("no cases in the paths given"));
    console_.out(fmt::format("{} passed, {} failed\n", passed_, failed_));
    if (!is_complete_) return kBadInput;
    return failed_ == 0 ? kDone : kIncomplete;
  }

 private:
  void tell(const std::string& path, const extract::ConformanceReport& report) {
    passed_ += report.passed;
    failed_ += report.failures.size();
    for (const extract::ConformanceFailure& failure : report.failures) {
      console_.out(fmt::format("FAILED {}: {}\n  expected: {}\n  got:      {}\n", path,
                               failure.name, failure.expected, failure.got));
    }
  }

  const Console& console_;
  size_t passed_ = 0;
  size_t failed_ = 0;
  bool is_complete_ = true;
};

}  // namespace

int run_cases(const std::vector<std::string>& paths, const Console& console) {
  CaseRun cases(console);
  for (const std::string& path : paths) {
    const auto files = files_at(path, {".json"});
    if (!files) {
      cases.refuse(files.error());
      continue;
    }
    for (const std::string& file : *files) {
      if (const Status outcome = cases.run(file); !outcome) cases.refuse(outcome.error());
    }
  }
  return cases.finish();
}

}  // namespace kollect::app
