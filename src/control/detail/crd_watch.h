// Hears of CustomResourceDefinitions that come and go, so that a kind that is waited for is found
// at once (W8).
#pragma once

#include "kube/session.h"

namespace kollect::control {

// The loop's thread alone. Without the right to watch them nothing is lost but time.
class CrdWatch final : public kube::WatchReader {
 public:
  explicit CrdWatch(kube::Session& session) : session_(session) {
    watch_ = session_.start({.gvk = {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
                             .part = kube::Part::metadata},
                            *this);
  }
  ~CrdWatch() override { session_.stop(watch_); }

  void begin_list() override {}
  void object(kube::ObjectChange change, std::string_view) override {
    if (change != kube::ObjectChange::listed) session_.refresh_discovery();
  }
  void end_list() override { session_.refresh_discovery(); }
  void state(const kube::WatchReport&) override {}
  void unreadable(const Error&) override {}

 private:
  kube::Session& session_;
  kube::WatchId watch_{};
};

}  // namespace kollect::control
