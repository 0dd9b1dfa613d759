// Every phase of a watcher against every input: testdata/watcher_table.txt has the outcome of each
// pair.
#include <functional>

#include <gtest/gtest.h>

#include "base/testing/golden.h"
#include "kube/testing/watch_rig.h"

namespace kollect::kube {
namespace {

struct Phase {
  const char* name;
  std::function<void(WatchRig&)> enter;
  WatchSpec::Then then = WatchSpec::Then::watch;
};

struct Input {
  const char* name;
  std::function<void(WatchRig&)> give;
};

constexpr const char* kFirstPage =
    R"({"kind":"DeploymentList","metadata":{"resourceVersion":"10","continue":"c"},"items":[]})";
constexpr const char* kLastPage =
    R"({"kind":"DeploymentList","metadata":{"resourceVersion":"10"},"items":[]})";

void lose(WatchRig& rig) {
  rig.end(unavailable("lost"));
  rig.timer();
  rig.end(unavailable("lost"));
}

void read_once(WatchRig& rig) {
  rig.to_stream();
  rig.head(200);
  rig.bytes(kLastPage);
  rig.end();
}

const std::vector<Phase>& phases() {
  static const std::vector<Phase> all = {
      {"new", [](WatchRig&) {}},
      {"resolving", [](WatchRig& rig) { rig.start(); }},
      {"not installed", [](WatchRig& rig) { rig.start(), rig.resolve(Absent{}); }},
      {"discovery failed", [](WatchRig& rig) { rig.start(), rig.resolve(unavailable("x")); }},
      {"waiting for its turn",
       [](WatchRig& rig) { rig.start(), rig.resolve(WatchRig::deployments()); }},
      {"stream asked for", [](WatchRig& rig) { rig.to_stream(); }},
      {"stream under way", [](WatchRig& rig) { rig.to_stream(), rig.head(200); }},
      {"page asked for", [](WatchRig& rig) { rig.to_page(); }},
      {"page read, more to come",
       [](WatchRig& rig) { rig.to_page(), rig.head(200), rig.bytes(kFirstPage); }},
      {"page read, the last",
       [](WatchRig& rig) { rig.to_page(), rig.head(200), rig.bytes(kLastPage); }},
      {"list lost", [](WatchRig& rig) { rig.to_page(), rig.end(unavailable("lost")); }},
      {"live", [](WatchRig& rig) { rig.to_watch(); }},
      {"live, resuming", [](WatchRig& rig) { rig.to_watch(), rig.end(unavailable("lost")); }},
      {"live, relist wanted", [](WatchRig& rig) { rig.to_watch(), rig.watcher.relist(); }},
      {"watch lost", [](WatchRig& rig) { rig.to_watch(), lose(rig); }},
      {"forbidden", [](WatchRig& rig) { rig.to_stream(), rig.refuse(403); }},
      {"404 to confirm", [](WatchRig& rig) { rig.to_watch(), rig.end(), rig.refuse(404); }},
      {"read once", read_once, WatchSpec::Then::stop},
      {"stopped", [](WatchRig& rig) { rig.to_watch(), rig.watcher.stop(); }},
  };
  return all;
}

Input refusal(const char* name, int code) {
  return {name, [code](WatchRig& rig) {
            rig.head(code);
            rig.end();
          }};
}

Input said(const char* name, std::string text) {
  return {name, [text = std::move(text)](WatchRig& rig) { rig.bytes(text); }};
}

const std::vector<Input>& inputs() {
  static const std::vector<Input> all = {
      {"start", [](WatchRig& rig) { rig.start(); }},
      {"served", [](WatchRig& rig) { rig.resolve(WatchRig::deployments()); }},
      {"absent", [](WatchRig& rig) { rig.resolve(Absent{}); }},
      {"discovery fails", [](WatchRig& rig) { rig.resolve(unavailable("x")); }},
      {"turn", [](WatchRig& rig) { rig.turn(); }},
      {"200", [](WatchRig& rig) { rig.head(200); }},
      refusal("401", 401),
      refusal("403", 403),
      refusal("404", 404),
      refusal("410", 410),
      refusal("422", 422),
      refusal("429", 429),
      refusal("503", 503),
      said("event", WatchRig::event("MODIFIED", "a", 12)),
      said("bookmark", WatchRig::bookmark(12)),
      said("last initial event", WatchRig::bookmark(12, true)),
      said("ERROR 410", WatchRig::error_event(410)),
      said("ERROR 500", WatchRig::error_event(500)),
      said("no event", R"({"type":"?"})"),
      said("garbage", "}"),
      {"end", [](WatchRig& rig) { rig.end(); }},
      {"lost", [](WatchRig& rig) { rig.end(unavailable("lost")); }},
      {"timer", [](WatchRig& rig) { rig.timer(); }},
      {"nudge", [](WatchRig& rig) { rig.keep(rig.watcher.nudge()); }},
      {"relist", [](WatchRig& rig) { rig.keep(rig.watcher.relist()); }},
      {"stop", [](WatchRig& rig) { rig.keep(rig.watcher.stop()); }},
  };
  return all;
}

struct Outcome {
  std::string text;  // "Live | changed n/a; | -"
  bool is_nothing = false;
};

Outcome outcome(const Phase& phase, const Input& input) {
  WatchRig rig({.gvk = {"apps", "v1", "Deployment"}, .then = phase.then});
  phase.enter(rig);
  rig.log.take();
  rig.last = {};
  const WatchState before = rig.watcher.state();
  input.give(rig);
  std::string told;
  for (const std::string& line : rig.log.take()) told += line + "; ";
  const std::string done = in_words(rig.last);
  return {.text = std::string(word(rig.watcher.state())) + " | " + told + "| " + done,
          .is_nothing = rig.watcher.state() == before && told.empty() && done == "-"};
}

TEST(WatcherTable, has_the_reviewed_outcome_for_every_phase_and_input) {
  std::string table = "phase: input | state afterwards | told to the reader | to be done\n";
  for (const Phase& phase : phases()) {
    table += '\n' + std::string(phase.name) + '\n';
    std::string nothing;
    for (const Input& input : inputs()) {
      const Outcome after = outcome(phase, input);
      if (after.is_nothing) {
        nothing += (nothing.empty() ? "" : ", ") + std::string(input.name);
      } else {
        table += "  " + std::string(input.name) + " | " + after.text + '\n';
      }
    }
    table += "  nothing: " + nothing + '\n';
  }
  EXPECT_TRUE(testing::is_golden(table, "src/kube/testdata/watcher_table.txt"));
}

TEST(WatcherTable, no_input_starts_anything_once_stopped) {
  for (const Input& input : inputs()) {
    const Outcome after = outcome(phases().back(), input);
    EXPECT_TRUE(after.is_nothing || after.text == "Live | | leave turn")
        << input.name << ": " << after.text;
  }
}

}  // namespace
}  // namespace kollect::kube
