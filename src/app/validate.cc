#include <fmt/format.h>

#include "api/manifest_check.h"
#include "app/commands.h"
#include "app/policy_flags.h"
#include "extract/expression_check.h"

namespace kollect::app {

namespace {

constexpr size_t kMostFileBytes = size_t{64} << 20;

constexpr Flag kFlags[] = {
    {.name = "filename",
     .letter = 'f',
     .value = "FILE|DIR",
     .help = "manifests as YAML or JSON; a folder with everything below it; - reads standard "
             "input; repeatable"},
    kTenantMode,
    kAllowPrivateSinks,
    kAllowLoopbackSinks,
    kMaxExportBytes,
    kDefaultIncludedNamespaces,
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kUsage =
    "Checks manifests of kollect.dev without a cluster: the schema, unknown fields and every rule "
    "of admission.\n\n"
    "  kollect validate -f FILE|DIR [-f FILE|DIR ...] [flags]\n\n"
    "The manifests of a run see each other: a KollectScope among them is in force, a profile among "
    "them is found.\n"
    "The flags that change rules are those of the operator. Findings go to standard output with "
    "file and "
    "line; the exit code\n"
    "is 1 when one is an error (warnings are none), 2 when flags or files cannot be used.\n\n";

int bad_input(const Console& console, const Error& error) {
  console.err(fmt::format("kollect validate: {}\n", error.text()));
  return kBadInput;
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

int print(const api::ManifestCheck& check, size_t files, const Console& console) {
  size_t errors = 0;
  size_t warnings = 0;
  for (const api::ManifestFinding& finding : check.findings()) {
    ++(finding.severity == api::Severity::error ? errors : warnings);
    console.out(finding.text() + "\n");
  }
  if (check.objects() + check.passed_over() + errors == 0)
    return bad_input(console, invalid(fmt::format("no manifest in {}; give files or folders with "
                                                  "objects of kollect.dev",
                                                  counted(files, "file"))));
  console.err(fmt::format("{} in {}: {}, {}\n", counted(check.objects(), "object"),
                          counted(files, "file"), counted(errors, "error"),
                          counted(warnings, "warning")));
  if (check.passed_over() > 0)
    console.err(
        fmt::format("{} of other groups passed over\n", counted(check.passed_over(), "object")));
  return errors == 0 ? kDone : kIncomplete;
}

}  // namespace

int validate(const Arguments& arguments, const Console& console) {
  const auto given = GivenFlags::parse(arguments, kFlags);
  if (!given) return bad_input(console, given.error());
  if (given->is_on("help")) {
    console.out(std::string(kUsage) + flag_help(kFlags));
    return kDone;
  }
  std::vector<std::string> paths = given->all("filename");
  paths.insert(paths.end(), given->others().begin(), given->others().end());
  if (paths.empty()) return bad_input(console, invalid("give -f FILE or -f DIR; --help says how"));
  const auto policy = policy_of(*given);
  if (!policy) return bad_input(console, policy.error());
  const auto files = manifest_files(paths);
  if (!files) return bad_input(console, files.error());
  const extract::ExpressionCompilers expressions;
  api::ManifestCheck check(*policy, expressions);
  for (const std::string& file : *files) {
    const auto text = console.read(file);
    if (!text) return bad_input(console, text.error());
    if (text->size() > kMostFileBytes)
      return bad_input(console, invalid(file + " is larger than 64 MiB"));
    check.add(file == "-" ? "standard input" : file, *text);
  }
  return print(check, files->size(), console);
}

}  // namespace kollect::app
