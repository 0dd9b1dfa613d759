#include <fmt/format.h>

#include "bench/collect_process.h"

namespace kollect::bench {
namespace {

constexpr double kMebibyte = 1024 * 1024;

struct Size {
  uint64_t objects = 0;
  ReplayProcess server = {};
};

std::function<Status()> preparation(const Setting& setting,
                                    const std::vector<std::shared_ptr<Size>>& sizes) {
  return [=]() -> Status {
    for (const auto& size : sizes) {
      auto server = start_replay(setting.programs, {fmt::format("--pods={}", size->objects)},
                                 setting.server_cpu);
      if (!server) return server.error();
      size->server = *std::move(server);
    }
    return {};
  };
}

struct Measured {
  MemoryBytes memory;
  double values_bytes = 0;
};

// Of a `kollect collect --watch` that has printed every row and has nothing to do.
Result<Measured> measure(const Setting& setting, const Size& size) {
  auto process = CollectProcess::start(setting, {.wanted = {Resource::pods, short_attributes()},
                                                 .port = size.server.port,
                                                 .flag = "--watch"});
  if (!process) return process.error();
  const auto printed = (*process)->read_rows(size.objects);
  if (!printed) return printed.error();
  return Measured{(*process)->settled_memory(), static_cast<double>(printed->values_bytes)};
}

std::shared_ptr<Size> size_of(uint64_t objects) {
  return std::make_shared<Size>(Size{.objects = objects});
}

Figure slope_figure(const Setting& setting) {
  const auto few = size_of(setting.full ? 20000 : 2000);
  const auto many = size_of(few->objects * 10);
  Figure out{.name = "collect_memory_slope",
             .what = fmt::format("Resident memory of `kollect collect --watch` per further object "
                                 "from {} to {} pods with eight short attributes, beside the "
                                 "encoded values.",
                                 few->objects, many->objects),
             .unit = "bytes/object",
             .yardstick = "the budget of a row: 160 bytes",
             .bound = Bound::at_most,
             .target = 1,
             .n = many->objects};
  out.prepare = preparation(setting, {few, many});
  out.ours = [=]() -> Result<double> {
    const auto low = measure(setting, *few);
    if (!low) return low.error();
    const auto high = measure(setting, *many);
    if (!high) return high.error();
    const auto objects = static_cast<double>(many->objects - few->objects);
    return slope({few->objects, low->memory.resident}, {many->objects, high->memory.resident}) -
           (high->values_bytes - low->values_bytes) / objects;
  };
  out.theirs = [] { return Result<double>(160.0); };
  return out;
}

// One size, one number in MiB against its budget.
Figure budget_figure(const Setting& setting, Figure about, double mebibytes,
                     double (*of)(const MemoryBytes&)) {
  const auto size = size_of(about.n);
  about.unit = "MiB";
  about.yardstick = fmt::format("the budget: {} MiB", mebibytes);
  about.bound = Bound::at_most;
  about.target = 1;
  about.prepare = preparation(setting, {size});
  about.ours = [=]() -> Result<double> {
    const auto measured = measure(setting, *size);
    if (!measured) return measured.error();
    return of(measured->memory) / kMebibyte;
  };
  about.theirs = [mebibytes] { return Result<double>(mebibytes); };
  return about;
}

Figure peak_figure(const Setting& setting, std::string name, uint64_t n) {
  Figure about{.name = std::move(name),
               .what =
                   "Most resident memory of `kollect collect --watch` beyond what it keeps, "
                   "over a cold list of pods.",
               .n = n};
  return budget_figure(setting, std::move(about), 32, [](const MemoryBytes& memory) {
    return static_cast<double>(memory.peak - memory.resident);
  });
}

Figure million_figure(const Setting& setting) {
  Figure about{.name = "collect_memory_million",
               .what =
                   "Resident memory of `kollect collect --watch` with a million pods of eight "
                   "short attributes.",
               .n = 1000000};
  return budget_figure(setting, std::move(about), 256, [](const MemoryBytes& memory) {
    return static_cast<double>(memory.resident);
  });
}

}  // namespace

std::vector<Figure> collect_memory(const Setting& setting) {
  std::vector<Figure> out = {slope_figure(setting),
                             peak_figure(setting, "collect_memory_peak", 20000)};
  if (setting.full) {
    out.push_back(peak_figure(setting, "collect_memory_peak_200k", 200000));
    out.push_back(million_figure(setting));
  }
  return out;
}

}  // namespace kollect::bench
