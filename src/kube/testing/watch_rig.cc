#include "kube/testing/watch_rig.h"

#include "base/json.h"
#include "kube/object.h"

namespace kollect::kube {

void WatchLog::object(ObjectChange change, std::string_view bytes) {
  constexpr const char* kWords[] = {"listed ", "added ", "changed ", "erased "};
  const auto object = json::Document::parse(bytes);
  lines.push_back(kWords[static_cast<int>(change)] +
                  (object ? key_of(object->root()).text() : std::string("what does not decode")));
}

void WatchLog::state(const WatchReport& report) {
  lines.emplace_back(word(report.state));
  why = report.why ? report.why->text() : std::string();
}

void WatchLog::unreadable(const Error&) { lines.emplace_back("unreadable"); }

std::string in_words(const WatchStep& step) {
  std::string words;
  const auto add = [&](const std::string& text) { words += (words.empty() ? "" : ", ") + text; };
  if (step.transfer == WatchStep::Transfer::cancel) add("cancel");
  if (step.transfer == WatchStep::Transfer::start) {
    const std::string target = step.request->target();
    const bool is_watch = target.find("watch=true") != std::string::npos;
    const bool is_stream = target.find("sendInitialEvents") != std::string::npos;
    add(is_stream ? "start stream" : is_watch ? "start watch" : "start page");
  }
  if (step.turn == WatchStep::Turn::leave) add("leave turn");
  if (step.turn == WatchStep::Turn::ask) add("ask turn");
  if (step.resolve == WatchStep::Resolve::cached) add("resolve");
  if (step.resolve == WatchStep::Resolve::fresh) add("resolve afresh");
  const bool is_list = step.request && words.find("start watch") == std::string::npos;
  if (step.timer && !is_list) add("timer");
  return words.empty() ? "-" : words;
}

WatchRig::WatchRig(WatchSpec spec, WatcherOptions options)
    : watcher(std::move(spec), log, options, clock) {}

ApiResource WatchRig::deployments() {
  return {{"apps", "v1", "deployments"}, "Deployment", true, true};
}

std::string WatchRig::event(const std::string& type, const std::string& name, int version) {
  return R"({"type":")" + type + R"(","object":{"kind":"Deployment","metadata":{"name":")" + name +
         R"(","namespace":"n","resourceVersion":")" + std::to_string(version) + "\"}}}\n";
}

std::string WatchRig::bookmark(int version, bool ends_list) {
  const std::string end = R"("annotations":{"k8s.io/initial-events-end":"true"},)";
  return R"({"type":"BOOKMARK","object":{"kind":"Deployment","metadata":{)" +
         (ends_list ? end : std::string()) + R"("resourceVersion":")" + std::to_string(version) +
         "\"}}}\n";
}

std::string WatchRig::error_event(int code) {
  return R"({"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"m","code":)" +
         std::to_string(code) + "}}\n";
}

std::string WatchRig::keep(WatchStep step) {
  last = std::move(step);
  return in_words(last);
}

std::string WatchRig::head(int code, net::Headers headers) {
  return keep(watcher.response({.status = code, .headers = std::move(headers)}));
}

std::string WatchRig::refuse(int code, net::Headers headers) {
  head(code, std::move(headers));
  return end();
}

void WatchRig::to_stream() {
  start();
  resolve(deployments());
  turn();
}

void WatchRig::to_watch() {
  to_stream();
  head(200);
  bytes(event("ADDED", "a", 7) + bookmark(10, true));
}

void WatchRig::to_page() {
  to_stream();
  refuse(422);
}

}  // namespace kollect::kube
