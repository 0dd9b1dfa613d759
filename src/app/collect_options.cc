#include "app/collect_options.h"

#include <fmt/format.h>

#include "api/scalar.h"
#include "app/flags.h"

namespace kollect::app {

namespace {

constexpr Flag kFlags[] = {
    {.name = "filename",
     .letter = 'f',
     .value = "FILE|DIR",
     .help = "profiles, targets and scopes as YAML or JSON; a folder with everything below it; - "
             "reads standard input; repeatable"},
    {.name = "once",
     .help = "print the rows when every target has settled, then exit; the default"},
    {.name = "watch", .letter = 'w', .help = "print one line a change, the first rows included"},
    {.name = "live", .help = "show rows, changes and cost as they move"},
    {.name = "output",
     .letter = 'o',
     .value = "FORMAT",
     .help = "ndjson, json (one array) or table; with --once",
     .fallback = "ndjson"},
    {.name = "timeout",
     .value = "DURATION",
     .help = "how long to wait for all targets to settle",
     .fallback = "5m"},
    {.name = "for", .value = "DURATION", .help = "end --watch or --live after this time"},
    {.name = "stats", .help = "print objects, rows, bytes read, CPU and memory at the end"},
    {.name = "verbose", .letter = 'v', .help = "log what is watched and why"},
    {.name = "namespace",
     .letter = 'n',
     .value = "NAME",
     .help = "namespace of manifests that name none; else that of the kubeconfig's context"},
    {.name = "kubeconfig",
     .value = "FILE",
     .help = "else $KUBECONFIG, ~/.kube/config, or the service account of this pod"},
    {.name = "context", .value = "NAME", .help = "context of the kubeconfig"},
    {.name = "as", .value = "USER", .help = "ask as this user, to see what it may read"},
    {.name = "as-group", .value = "GROUP", .help = "with --as; repeatable"},
    {.name = "help", .letter = 'h', .help = "print this"},
};

constexpr std::string_view kUsage =
    "Collects from a cluster what profiles and targets in files ask for, and prints the rows. It "
    "only reads.\n\n"
    "  kollect collect -f FILE|DIR [-f FILE|DIR ...]           every row as a line of JSON\n"
    "  kollect collect -f FILE|DIR -o table                    the same for people\n"
    "  kollect collect -f FILE|DIR --watch                     {\"op\":\"upsert\",\"row\":{...}} "
    "or "
    "{\"op\":\"erase\",\"row\":{...}} a line\n"
    "  kollect collect -f FILE|DIR --live                      what happens, in place\n\n"
    "Rows go to standard output, everything else to standard error. Exit code 0: complete; 1: "
    "something is missing, and\n"
    "standard error says what; 2: flags or manifests cannot be used; 3: no access, or no "
    "server.\n\n";

Result<std::chrono::nanoseconds> duration_of(std::string_view flag, std::string_view text) {
  const auto duration = api::parse_duration(text);
  if (!duration || duration->count() <= 0)
    return invalid(fmt::format("--{} must be a duration like 90s or 5m, not {}", flag, text));
  return std::chrono::nanoseconds(*duration);
}

Result<CollectMode> mode_of(const GivenFlags& given) {
  const bool once = given.is_on("once");
  const bool watch = given.is_on("watch");
  const bool live = given.is_on("live");
  if (int{once} + int{watch} + int{live} > 1)
    return invalid("--once, --watch and --live exclude each other");
  if (watch) return CollectMode::watch;
  return live ? CollectMode::live : CollectMode::once;
}

Result<RowFormat> format_of(const GivenFlags& given, CollectMode mode) {
  const std::string word = given.last("output", "ndjson");
  if (word != "ndjson" && word != "json" && word != "table")
    return invalid(fmt::format("--output is ndjson, json or table, not {}", word));
  if (mode != CollectMode::once && word != "ndjson")
    return invalid(fmt::format("--output {} shows one moment: it goes with --once", word));
  if (word == "json") return RowFormat::json;
  return word == "table" ? RowFormat::table : RowFormat::ndjson;
}

Status read_times(const GivenFlags& given, CollectOptions& options) {
  const auto timeout = duration_of("timeout", given.last("timeout", "5m"));
  if (!timeout) return timeout.error();
  options.timeout = *timeout;
  if (!given.has("for")) return {};
  if (options.mode == CollectMode::once) return invalid("--for goes with --watch or --live");
  const auto lifetime = duration_of("for", given.last("for"));
  if (!lifetime) return lifetime.error();
  options.lifetime = *lifetime;
  return {};
}

}  // namespace

Result<CollectOptions> read_collect_options(const Arguments& arguments) {
  const auto given = GivenFlags::parse(arguments, kFlags);
  if (!given) return given.error();
  CollectOptions options{.paths = given->all("filename"),
                         .access = {.kubeconfig = given->last("kubeconfig"),
                                    .context = given->last("context"),
                                    .ns = given->last("namespace")},
                         .as_user = given->last("as"),
                         .as_groups = given->all("as-group"),
                         .prints_stats = given->is_on("stats"),
                         .is_verbose = given->is_on("verbose"),
                         .wants_help = given->is_on("help")};
  if (options.wants_help) return options;
  options.paths.insert(options.paths.end(), given->others().begin(), given->others().end());
  if (options.paths.empty()) return invalid("give -f FILE or -f DIR; --help says how");
  if (!options.access.ns.empty() && !api::is_dns_label(options.access.ns))
    return invalid(fmt::format("--namespace {} is no name of a namespace", options.access.ns));
  if (options.as_user.empty() && !options.as_groups.empty())
    return invalid("--as-group needs --as");
  const auto mode = mode_of(*given);
  if (!mode) return mode.error();
  options.mode = *mode;
  const auto format = format_of(*given, *mode);
  if (!format) return format.error();
  options.format = *format;
  if (Status times = read_times(*given, options); !times) return times.error();
  return options;
}

std::string collect_help() { return std::string(kUsage) + flag_help(kFlags); }

}  // namespace kollect::app
