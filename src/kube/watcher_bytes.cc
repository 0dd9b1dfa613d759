// What a watcher does with the pieces of a response.
#include "kube/watcher.h"

namespace kollect::kube {

namespace {

constexpr int kMostUnreadableInARow = 20;

ObjectChange change_of(WatchFrame::Type type) {
  if (type == WatchFrame::Type::added) return ObjectChange::added;
  return type == WatchFrame::Type::erased ? ObjectChange::erased : ObjectChange::changed;
}

}  // namespace

void Watcher::on_list_member(std::string_view key, std::string_view value) {
  if (phase_ != Phase::page || key != "metadata") return;
  if (!is_reading()) return;
  const auto document = json::Document::parse(value);
  if (!document) {
    ++counts_.unreadable;
    reader_.unreadable(document.error().in(what_));
    return broken(document.error());
  }
  list_version_ = document->root().text("resourceVersion");
  next_continue_ = document->root().text("continue");
}

void Watcher::on_piece(std::string_view bytes) {
  if (!is_reading()) return;
  if (phase_ == Phase::page) {
    ++counts_.listed;
    return reader_.object(ObjectChange::listed, bytes);
  }
  const auto frame = cut_frame(bytes);
  if (!frame) return skip(invalid("what is no event of a watch was skipped"));
  unreadable_in_a_row_ = 0;
  on_frame(*frame);
}

void Watcher::on_frame(const WatchFrame& frame) {
  if (frame.type == WatchFrame::Type::error) return on_error_frame(frame.object);
  ++frames_;
  if (frame.type == WatchFrame::Type::bookmark) return on_bookmark(frame.object);
  const bool is_erased = frame.type == WatchFrame::Type::erased;
  if (phase_ == Phase::stream) {
    ++counts_.listed;
    const auto change = is_erased ? ObjectChange::erased : ObjectChange::listed;
    return reader_.object(change, frame.object);
  }
  ++counts_.events;
  expired_ = 0;
  backoff_.reset();
  reader_.object(change_of(frame.type), frame.object);
  const auto version = versions_.resource_version(frame.object);
  if (version && !version->empty()) resource_version_.assign(*version);
}

void Watcher::on_bookmark(std::string_view object) {
  const auto version = versions_.read(object);
  if (!version) return skip(version.error());
  if (!version->resource_version.empty()) resource_version_.assign(version->resource_version);
  if (phase_ == Phase::watch) {
    expired_ = 0;
    backoff_.reset();
  } else if (version->ends_initial_events) {
    failed_streams_ = 0;
    list_done();
  }
}

void Watcher::on_error_frame(std::string_view object) {
  const auto document = json::Document::parse(object);
  if (!document) return skip(document.error());
  drop_transfer();
  refused(read_status(document->root()));
}

void Watcher::skip(const Error& error) {
  ++counts_.unreadable;
  const Error where = error.in(what_);
  reader_.unreadable(where);
  if (++unreadable_in_a_row_ >= kMostUnreadableInARow) broken(where);
}

}  // namespace kollect::kube
