#include "app/live_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/collect_table.h"

namespace kollect::app {

namespace {

constexpr std::chrono::milliseconds kRateWindow{5'000};
constexpr size_t kChangesShown = 12;
constexpr size_t kFixedLines = 7;  // title, figures, blank, header, blank, title of changes, end

std::string elapsed_text(std::chrono::milliseconds elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string target_text(const control::TargetName& name) {
  return name.namespace_name.empty() ? name.name : name.namespace_name + '/' + name.name;
}

size_t rows_of(const LiveMoment& moment) {
  size_t rows = 0;
  for (const TargetState& target : moment.targets) rows += target.rows;
  return rows;
}

std::string clock_text(Wall::time_point at) { return rfc3339(at).substr(11, 8); }

std::string padded(std::string text, size_t width) {
  const size_t is = width_of(text);
  if (is < width) text.append(width - is, ' ');
  return text;
}

// Columns only as wide as what is shown needs.
void add_changes(std::vector<std::string>& lines, const LiveMoment& moment, size_t count) {
  size_t target_width = 0;
  size_t object_width = 0;
  const auto& changes = moment.changes.last();
  for (size_t i = 0; i < count; ++i) {
    target_width = std::max(target_width, width_of(changes[i].target));
    object_width = std::max(object_width, width_of(changes[i].object));
  }
  target_width = std::min(target_width, size_t{24});
  object_width = std::min(object_width, size_t{36});
  for (size_t i = 0; i < count; ++i) {
    const LiveChange& change = changes[i];
    lines.push_back(
        fmt::format("{}  {} {}  {}  {}", clock_text(change.at), static_cast<char>(change.sign),
                    padded(clipped(change.target, target_width), target_width),
                    padded(clipped(change.object, object_width), object_width), change.text));
  }
}

std::string figures_line(const LiveMoment& moment) {
  return fmt::format("{} rows   {} objects read   {}   {:.1f} events/s   {} memory   {:.1f} % CPU",
                     count_text(rows_of(moment)), count_text(moment.totals.objects),
                     megabytes_text(static_cast<double>(moment.totals.bytes)),
                     moment.events_per_second, mebibytes_text(moment.cost.memory_bytes),
                     100 * moment.cpu_share);
}

struct Widths {
  size_t target = 6;
  size_t kind = 4;
};

Widths widths_of(const std::vector<TargetState>& targets) {
  Widths widths;
  for (const TargetState& target : targets) {
    widths.target = std::max(widths.target, width_of(target_text(target.name)));
    widths.kind = std::max(widths.kind, width_of(target.gvk.kind));
  }
  return {std::min(widths.target, size_t{40}), std::min(widths.kind, size_t{28})};
}

std::string target_line(const TargetState& target, Widths widths, size_t changes) {
  std::string line =
      fmt::format("{}  {}  {:<13}  {:>8}  {:>8}",
                  padded(clipped(target_text(target.name), widths.target), widths.target),
                  padded(clipped(target.gvk.kind, widths.kind), widths.kind), state_word(target),
                  count_text(target.rows), count_text(changes));
  const auto wrong = troubles(target);
  return wrong.empty() ? line : line + "  " + wrong.front();
}

void add_targets(std::vector<std::string>& lines, const LiveMoment& moment, size_t most) {
  const Widths widths = widths_of(moment.targets);
  lines.push_back(fmt::format("{}  {}  {:<13}  {:>8}  {:>8}", padded("TARGET", widths.target),
                              padded("KIND", widths.kind), "STATE", "ROWS", "CHANGES"));
  const bool is_cut = moment.targets.size() > most;
  const size_t shown = is_cut ? most - 1 : moment.targets.size();
  for (size_t i = 0; i < shown; ++i) {
    const TargetState& target = moment.targets[i];
    lines.push_back(
        target_line(target, widths, moment.changes.of_target(target_text(target.name))));
  }
  if (is_cut) lines.push_back(fmt::format("and {} more targets", moment.targets.size() - shown));
}

}  // namespace

double LiveRate::add(std::chrono::milliseconds at, double value) {
  samples_.emplace_back(at, value);
  while (samples_.size() > 2 && at - samples_[1].first >= kRateWindow) samples_.pop_front();
  const auto& [first_at, first_value] = samples_.front();
  const std::chrono::duration<double> span = at - first_at;
  return span.count() > 0 ? (value - first_value) / span.count() : 0;
}

std::vector<std::string> LiveNews::take(const std::vector<TargetState>& targets,
                                        std::chrono::milliseconds elapsed) {
  std::vector<std::string> lines;
  for (const TargetState& target : targets) {
    std::vector<std::string> wrong = troubles(target);
    std::vector<std::string>& told = told_[target.name];
    if (wrong == told) continue;
    const std::string begin = fmt::format("{}  {}: ", elapsed_text(elapsed), target.name.text());
    for (const std::string& one : wrong) {
      if (std::ranges::find(told, one) == told.end()) lines.push_back(begin + one);
    }
    if (wrong.empty()) lines.push_back(begin + std::string(state_word(target)));
    told = std::move(wrong);
  }
  return lines;
}

std::vector<std::string> live_lines(const LiveMoment& moment, TerminalSize size) {
  const size_t room = size.rows > kFixedLines + 4 ? size.rows - kFixedLines : 4;
  const size_t targets = std::min(moment.targets.size(),
                                  std::max(room - std::min(room / 2, kChangesShown), size_t{2}));
  const size_t changes =
      std::min({room - std::min(targets, room), kChangesShown, moment.changes.last().size()});
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("kollect collect   {}   {}", moment.cluster, elapsed_text(moment.elapsed)));
  lines.push_back(figures_line(moment));
  lines.emplace_back();
  add_targets(lines, moment, targets);
  lines.emplace_back();
  lines.push_back(fmt::format("LAST OF {} CHANGES (UTC)", count_text(moment.changes.total())));
  add_changes(lines, moment, changes);
  if (lines.size() >= size.rows) lines.resize(std::max(size.rows, size_t{2}) - 1);
  for (std::string& line : lines) {
    line = clipped(line, std::max(size.columns, size_t{20}) - 1);
    line.erase(line.find_last_not_of(' ') + 1);
  }
  return lines;
}

std::string redraw(const std::vector<std::string>& lines, size_t drawn) {
  std::string text = drawn > 0 ? fmt::format("\x1b[{}F", drawn) : "";
  for (const std::string& line : lines) text += line + "\x1b[K\n";
  return text + "\x1b[J";
}

std::string plain_line(const LiveMoment& moment) {
  const auto settled = std::ranges::count_if(moment.targets, [](const TargetState& target) {
    return target.is_suspended || (target.report && target.report->is_settled);
  });
  std::string line = fmt::format("{}  {} of {} targets settled   {}", elapsed_text(moment.elapsed),
                                 settled, moment.targets.size(), figures_line(moment));
  if (moment.changes.last().empty()) return line;
  const LiveChange& last = moment.changes.last().front();
  return line + fmt::format("   last: {} {} {}", static_cast<char>(last.sign), last.object,
                            clipped(last.text, 80));
}

}  // namespace kollect::app
