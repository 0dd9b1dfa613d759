#include "bench/collect_process.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace kollect::bench {

using namespace std::chrono_literals;

Result<std::unique_ptr<CollectProcess>> CollectProcess::start(const Setting& setting,
                                                              const Job& job) {
  auto files = ScratchFile::write(manifests(job.wanted));
  if (!files) return files.error();
  auto access = ScratchFile::write(kubeconfig(job.port, job.ca_file));
  if (!access) return access.error();
  auto process = Process::start({setting.programs + "/kollect", "collect", "-f", files->path(),
                                 "--kubeconfig", access->path(), job.flag},
                                setting.cpu);
  if (!process) return process.error();
  return std::make_unique<CollectProcess>(job.wanted, *std::move(files), *std::move(access),
                                          *std::move(process));
}

Result<Printed> CollectProcess::read_rows(uint64_t rows) {
  constexpr uint64_t kLookEvery = 512;
  Printed out;
  while (out.rows < rows) {
    const auto line = process_->line();
    if (!line) return internal(fmt::format("the output ended after {} rows", out.rows));
    const size_t bytes = values_bytes(*line, wanted_.attributes);
    if (bytes == 0) return internal("what was printed is no row: " + *line);
    ++out.rows;
    out.values_bytes += bytes;
    if (out.rows % kLookEvery == 0 || out.rows == rows)
      out.peak_bytes = std::max(out.peak_bytes, memory_of(process_->pid()).peak);
  }
  return out;
}

MemoryBytes CollectProcess::settled_memory() const {
  MemoryBytes least = memory_of(process_->pid());
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(50ms);
    const MemoryBytes now = memory_of(process_->pid());
    least = {std::min(least.resident, now.resident), now.peak};
  }
  return least;
}

Result<Usage> CollectProcess::finish() {
  while (process_->line()) {
  }
  const Usage usage = process_->wait();
  if (usage.exit_status == 0) return usage;
  return internal(fmt::format("kollect collect ended with status {}", usage.exit_status));
}

}  // namespace kollect::bench
