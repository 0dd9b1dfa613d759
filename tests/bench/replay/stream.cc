#include "bench/replay/stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace kollect::bench {
namespace {

constexpr std::array<std::string_view, kResources> kKinds = {"Pod", "Deployment", "ConfigMap",
                                                             "Namespace"};
constexpr std::array<std::string_view, kResources> kVersions = {"v1", "apps/v1", "v1", "v1"};

std::string_view kind_of(const Selection& what) {
  return what.metadata_only ? "PartialObjectMetadata" : kKinds[static_cast<size_t>(what.resource)];
}
std::string_view version_of(const Selection& what) {
  return what.metadata_only ? "meta.k8s.io/v1" : kVersions[static_cast<size_t>(what.resource)];
}

class FixedStream : public Stream {
 public:
  explicit FixedStream(std::string body) : body_(std::move(body)) {}
  Progress fill(std::string& out, size_t /*budget*/, double /*now*/) override {
    out += body_;
    return Progress::done;
  }

 private:
  std::string body_;
};

class ListStream : public Stream {
 public:
  ListStream(const Cluster& cluster, const Selection& what, const Page& page)
      : cluster_(cluster), what_(what), next_(what.first) {
    what_.last = std::min(what.last, cluster.end(what.resource));
    end_ = page.limit == 0 ? what_.last : end_of_page(page.limit);
    head_ =
        fmt::format(R"({{"kind":"{}List","apiVersion":"{}","metadata":{{"resourceVersion":"{}")",
                    kind_of(what), version_of(what), page.version);
    if (end_ < what_.last) {
      head_ += fmt::format(R"(,"continue":"{}.{}","remainingItemCount":{})", page.version, end_,
                           what_.last - end_);
    }
    head_ += R"(},"items":[)";
  }

  Progress fill(std::string& out, size_t budget, double /*now*/) override {
    out += std::exchange(head_, {});
    const Form form = what_.metadata_only ? Form::metadata_item : Form::item;
    for (; next_ < end_; ++next_) {
      if (out.size() >= budget) return Progress::more;
      const auto object = cluster_.live(what_.resource, next_);
      if (!object) continue;
      if (std::exchange(has_item_, true)) out += ',';
      cluster_.corpus().append(out, *object, form);
    }
    out += "]}\n";
    return Progress::done;
  }

 private:
  // One past the last index of a page, or the end when nothing lives behind it.
  uint64_t end_of_page(uint64_t limit) const {
    uint64_t taken = 0;
    for (uint64_t i = what_.first; i < what_.last; ++i) {
      if (!cluster_.live(what_.resource, i)) continue;
      if (taken == limit) return i;
      ++taken;
    }
    return what_.last;
  }

  const Cluster& cluster_;
  Selection what_;
  uint64_t next_;
  uint64_t end_ = 0;
  std::string head_;
  bool has_item_ = false;
};

class WatchStream : public Stream {
 public:
  WatchStream(const Cluster& cluster, const Selection& what, const Watching& how)
      : cluster_(cluster),
        what_(what),
        how_(how),
        position_(how.version),
        next_initial_(what.first),
        has_initial_(how.initial_events || how.version == 0) {
    if (has_initial_) position_ = cluster.version();
  }

  Progress fill(std::string& out, size_t budget, double now) override {
    if (has_initial_ && !fill_initial(out, budget)) return Progress::more;
    if (!cluster_.remembers(position_)) return expired(out);
    const size_t before = out.size();
    while (position_ < cluster_.version()) {
      if (out.size() >= budget) return Progress::more;
      append(out, *cluster_.event(++position_));
    }
    if (how_.until_seconds > 0 && now >= how_.until_seconds) return Progress::done;
    if (next_bookmark_ == 0 || out.size() > before) next_bookmark_ = now + how_.bookmark_seconds;
    if (how_.bookmarks && now >= next_bookmark_) {
      append_bookmark(out, "");
      next_bookmark_ = now + how_.bookmark_seconds;
    }
    return Progress::idle;
  }

 private:
  // True when every object that lived has been written.
  bool fill_initial(std::string& out, size_t budget) {
    const uint64_t last = std::min(what_.last, cluster_.end(what_.resource));
    for (; next_initial_ < last; ++next_initial_) {
      if (out.size() >= budget) return false;
      const auto object = cluster_.live(what_.resource, next_initial_);
      if (object) append(out, {*object, Change::added});
    }
    if (how_.initial_events)
      append_bookmark(out, R"(,"annotations":{"k8s.io/initial-events-end":"true"})");
    has_initial_ = false;
    return true;
  }

  void append(std::string& out, const Event& event) const {
    constexpr std::array<std::string_view, 3> kTypes = {"ADDED", "MODIFIED", "DELETED"};
    if (!what_.contains(event.object)) return;
    out.append(R"({"type":")")
        .append(kTypes[static_cast<size_t>(event.change)])
        .append(R"(","object":)");
    cluster_.corpus().append(out, event.object,
                             what_.metadata_only ? Form::metadata_item : Form::whole);
    out += "}\n";
  }

  void append_bookmark(std::string& out, std::string_view annotations) const {
    out += fmt::format(
        R"({{"type":"BOOKMARK","object":{{"kind":"{}","apiVersion":"{}","metadata":{{"resourceVersion":"{}","creationTimestamp":null{}}}}}}})",
        kind_of(what_), version_of(what_), position_, annotations);
    out += '\n';
  }

  Progress expired(std::string& out) const {
    out += fmt::format(
        R"({{"type":"ERROR","object":{{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"too old resource version: {}","reason":"Expired","code":410}}}})",
        position_);
    out += '\n';
    return Progress::done;
  }

  const Cluster& cluster_;
  Selection what_;
  Watching how_;
  uint64_t position_;  // every event up to here was written
  uint64_t next_initial_;
  bool has_initial_;
  double next_bookmark_ = 0;
};

}  // namespace

std::unique_ptr<Stream> list_stream(const Cluster& cluster, const Selection& what,
                                    const Page& page) {
  return std::make_unique<ListStream>(cluster, what, page);
}

std::unique_ptr<Stream> watch_stream(const Cluster& cluster, const Selection& what,
                                     const Watching& how) {
  return std::make_unique<WatchStream>(cluster, what, how);
}

std::unique_ptr<Stream> fixed_stream(std::string body) {
  return std::make_unique<FixedStream>(std::move(body));
}

}  // namespace kollect::bench
