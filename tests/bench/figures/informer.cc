#include <memory>
#include <unordered_map>

#include <fmt/format.h>

#include "base/json.h"
#include "bench/figure.h"
#include "bench/measure.h"
#include "bench/paths.h"
#include "bench/process.h"
#include "bench/samples.h"
#include "bench/scratch.h"

namespace kollect::bench {
namespace {

struct Bench {
  Samples samples;
  ScratchFile file;
};

// Rows by uid, from objects of which nothing else is kept.
Result<double> our_microseconds(const Bench& bench) {
  std::vector<KeyPath> paths = pod_paths();
  json::PathTrie trie = trie_of(paths);
  trie.want_all(trie.key(trie.key(json::PathTrie::kRoot, "metadata"), "uid"));
  size_t kept = 0;
  const double seconds = fastest_cpu_seconds(1, [&](size_t) {
    json::Scanner scanner;
    json::Arena arena;
    std::unordered_map<std::string, std::string> rows;
    for (const std::string_view object : bench.samples.objects()) {
      arena.reset();
      const auto root = scanner.scan(object, trie, arena);
      if (!root) continue;
      std::string row = "[";
      for (const KeyPath& path : paths) {
        if (row.size() > 1) row += ',';
        append_at(row, *root, path);
      }
      const json::Value* uid = root->at({"metadata", "uid"});
      rows[std::string(uid->as_string())] = row + ']';
    }
    kept = rows.size();
  });
  if (kept != bench.samples.objects().size()) return internal("a row is missing");
  return seconds * 1e6 / static_cast<double>(kept);
}

Result<double> their_microseconds(const Bench& bench, const Setting& setting) {
  auto process = Process::start(
      {setting.programs + "/kollect-bench-comparator", "-file", bench.file.path()}, setting.cpu);
  if (!process) return missing("there is no Go comparator: Go was not found when it was built");
  const auto line = (*process)->line();
  if (!line) return internal("the comparator failed");
  const auto said = json::Document::parse(*line);
  if (!said) return said.error();
  const double objects = said->root().find("objects")->as_double();
  if (objects != static_cast<double>(bench.samples.objects().size())) {
    return internal("the comparator did not read every object");
  }
  return said->root().find("cpu_seconds")->as_double() * 1e6 / objects;
}

}  // namespace

std::vector<Figure> informer(const Setting& setting) {
  const uint64_t n = setting.full ? 20000 : 2000;
  auto bench = std::make_shared<std::unique_ptr<Bench>>();
  Figure out{
      .name = "informer_rows",
      .what =
          "CPU for one pod from bytes in memory to a kept row of eight attributes, without "
          "network and store; the fastest of several passes, each with rows of its own.",
      .unit = "us/object",
      .yardstick = "Go: decode to map[string]any, keep it, walk the same paths, keep the row",
      .n = n};
  out.prepare = [bench, setting, n] {
    Samples samples(Resource::pods, n, setting.seed);
    auto file = ScratchFile::write(samples.text());
    if (!file) return Status(file.error());
    *bench = std::make_unique<Bench>(Bench{std::move(samples), *std::move(file)});
    return Status();
  };
  out.ours = [bench] { return our_microseconds(**bench); };
  out.theirs = [bench, setting] { return their_microseconds(**bench, setting); };
  return {std::move(out)};
}

}  // namespace kollect::bench
