#include "bench/results.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sys/utsname.h>
#include <thread>

#include <fmt/format.h>

#include "base/json_write.h"

namespace kollect::bench {
namespace {

using json::Arena;
using json::Member;
using json::Value;

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(": ") + 2);
  }
  utsname system{};
  uname(&system);
  return fmt::format("{}, {} cores, {} {}, g++ {}.{}", model, std::thread::hardware_concurrency(),
                     system.sysname, system.release, __GNUC__, __GNUC_MINOR__);
}

// How many wanted a processor during the last minute, on average.
double load() {
  double last_minute = 0;
  return getloadavg(&last_minute, 1) == 1 ? last_minute : 0;
}

std::string_view word(Bound bound) {
  switch (bound) {
    case Bound::at_least:
      return "at least";
    case Bound::at_most:
      return "at most";
    default:
      return "none";
  }
}

Value numbers(const std::vector<double>& values, Arena& arena) {
  std::vector<Value> items;
  for (const double value : values) items.push_back(Value::number(value));
  return arena.array(items);
}

Value entry(const Outcome& outcome, const Origin& origin, Arena& arena) {
  const Figure& figure = outcome.figure;
  std::vector<Member> members = {
      {"name", arena.string(figure.name)},
      {"what", arena.string(figure.what)},
      {"unit", arena.string(figure.unit)},
      {"yardstick_name", arena.string(figure.yardstick)},
      {"bound", arena.string(word(figure.bound))},
      {"n", Value::integer(static_cast<int64_t>(figure.n))},
      {"runs", Value::integer(static_cast<int64_t>(outcome.ours.size()))},
      {"commit", arena.string(origin.commit)},
      {"date", arena.string(origin.date)},
      {"mode", arena.string(origin.mode)},
      {"machine", arena.string(machine())},
      {"load", Value::number(load())},
      {"target", figure.bound == Bound::none ? Value() : Value::number(figure.target)},
  };
  if (!outcome.skipped.empty()) members.push_back({"skipped", arena.string(outcome.skipped)});
  if (!outcome.failed.empty()) members.push_back({"failed", arena.string(outcome.failed)});
  if (!outcome.ours.empty()) {
    members.push_back({"ours", Value::number(outcome.ours_median())});
    members.push_back({"yardstick", Value::number(outcome.theirs_median())});
    members.push_back({"ratio", Value::number(outcome.ratio())});
    members.push_back({"ratio_min", Value::number(outcome.ratio_min())});
    members.push_back({"all_ours", numbers(outcome.ours, arena)});
    members.push_back({"all_yardstick", numbers(outcome.theirs, arena)});
  }
  const bool is_judged = figure.bound != Bound::none && outcome.skipped.empty();
  if (is_judged && !outcome.holds() && !figure.missed_because.empty())
    members.push_back({"missed_because", arena.string(figure.missed_because)});
  members.push_back({"holds", is_judged ? Value::boolean(outcome.holds()) : Value()});
  return arena.object(members);
}

// Three or four digits that mean something.
std::string short_number(double value) {
  if (value >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double spread(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double middle = median(sorted);
  if (sorted.size() < 4 || middle == 0) return 1;
  return (sorted[sorted.size() * 3 / 4] - sorted[sorted.size() / 4]) / middle;
}

std::vector<double> Outcome::ratios() const {
  std::vector<double> out;
  for (size_t i = 0; i < ours.size(); ++i) {
    // Against nothing at all, nothing is as good and anything is infinitely worse.
    out.push_back(theirs[i] != 0 ? ours[i] / theirs[i] : ours[i] == 0 ? 1 : 1e9);
  }
  return out;
}

double Outcome::ours_median() const { return median(ours); }
double Outcome::theirs_median() const { return median(theirs); }
double Outcome::ratio() const { return median(ratios()); }

double Outcome::ratio_min() const {
  const std::vector<double> all = ratios();
  return all.empty() ? 0 : *std::min_element(all.begin(), all.end());
}

bool Outcome::holds() const {
  if (ours.empty() || !failed.empty()) return false;
  if (figure.bound == Bound::at_least) return ratio() >= figure.target;
  return figure.bound == Bound::none || ratio() <= figure.target;
}

std::string results_json(const std::vector<Outcome>& outcomes, const Origin& origin) {
  Arena arena;
  std::vector<Value> items;
  for (const Outcome& outcome : outcomes) items.push_back(entry(outcome, origin, arena));
  return json::to_pretty_text(arena.array(items)) + "\n";
}

std::string table_head() {
  return fmt::format("{:<28} {:>9} {:>9} {:<13} {:>6} {:>6} {:>9} {:>4}  {:<7} {}\n", "figure",
                     "ours", "yardstick", "unit", "ratio", "min", "target", "runs", "",
                     "yardstick is");
}

std::string table_line(const Outcome& outcome) {
  const Figure& figure = outcome.figure;
  if (!outcome.skipped.empty())
    return fmt::format("{:<28} skipped: {}\n", figure.name, outcome.skipped);
  if (!outcome.failed.empty())
    return fmt::format("{:<28} FAILED: {}\n", figure.name, outcome.failed);
  const std::string target =
      figure.bound == Bound::none
          ? "-"
          : fmt::format("{}{:.3g}", figure.bound == Bound::at_least ? ">= " : "<= ", figure.target);
  const char* const verdict = figure.bound == Bound::none ? ""
                              : outcome.holds()           ? "holds"
                                                          : "MISSED";
  return fmt::format("{:<28} {:>9} {:>9} {:<13} {:>6.3g} {:>6.3g} {:>9} {:>4}  {:<7} {}\n",
                     figure.name, short_number(outcome.ours_median()),
                     short_number(outcome.theirs_median()), figure.unit, outcome.ratio(),
                     outcome.ratio_min(), target, outcome.ours.size(), verdict, figure.yardstick);
}

}  // namespace kollect::bench
