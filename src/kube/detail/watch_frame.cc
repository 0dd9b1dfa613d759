#include "kube/detail/watch_frame.h"

#include <array>

#include "base/json_split.h"

namespace kollect::kube {

namespace {

constexpr std::string_view kEndOfInitialEvents = "k8s.io/initial-events-end";

struct Word {
  std::string_view text;
  WatchFrame::Type type;
};
constexpr std::array kWords = {
    Word{"ADDED", WatchFrame::Type::added}, Word{"MODIFIED", WatchFrame::Type::modified},
    Word{"DELETED", WatchFrame::Type::erased}, Word{"BOOKMARK", WatchFrame::Type::bookmark},
    Word{"ERROR", WatchFrame::Type::error}};

std::optional<WatchFrame::Type> type_of(std::string_view word) {
  for (const Word& known : kWords) {
    if (known.text == word) return known.type;
  }
  return std::nullopt;
}

// The two members in any order; the frame's bytes outlive the call, so views into them stay good.
class Members : public json::PieceReader {
 public:
  void on_item(std::string_view) override {}
  void on_member(std::string_view key, std::string_view value) override {
    if (key == "type") type = value;
    if (key == "object") object = value;
  }
  std::string_view type;
  std::string_view object;
};

std::optional<WatchFrame> cut_slowly(std::string_view bytes) {
  Members members;
  json::Splitter splitter(json::Splitter::Input::list);
  if (!splitter.feed(bytes, members) || !splitter.finish()) return std::nullopt;
  if (members.type.size() < 2 || !members.object.starts_with('{')) return std::nullopt;
  const auto type = type_of(members.type.substr(1, members.type.size() - 2));
  if (!type) return std::nullopt;
  return WatchFrame{*type, members.object};
}

// Takes `"text"` off the front; nothing when that is something else, or has an escape.
std::optional<std::string_view> take_text(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::nullopt;
  const size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(1, end - 1);
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  rest.remove_prefix(end + 1);
  return text;
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

std::optional<std::string_view> front_version(std::string_view object) {
  std::string_view rest = object;
  if (!take(rest, '{')) return std::nullopt;
  bool is_metadata = false;
  while (true) {
    const auto key = take_text(rest);
    if (!key || !take(rest, ':')) return std::nullopt;
    if (!is_metadata && *key == "metadata" && take(rest, '{')) {
      is_metadata = true;
      continue;
    }
    const auto value = take_text(rest);
    if (!value) return std::nullopt;
    if (is_metadata && *key == "resourceVersion") return value;
    if (!take(rest, ',')) return std::nullopt;
  }
}

}  // namespace

std::optional<WatchFrame> cut_frame(std::string_view bytes) {
  constexpr std::string_view kHead = R"({"type":")";
  constexpr std::string_view kMiddle = R"(","object":{)";
  if (bytes.starts_with(kHead) && bytes.ends_with("}}")) {
    const std::string_view rest = bytes.substr(kHead.size());
    const size_t quote = rest.substr(0, 16).find('"');
    if (quote != std::string_view::npos && rest.substr(quote).starts_with(kMiddle)) {
      const auto type = type_of(rest.substr(0, quote));
      if (!type) return std::nullopt;
      const size_t brace = quote + kMiddle.size() - 1;
      return WatchFrame{*type, rest.substr(brace, rest.size() - brace - 1)};
    }
  }
  return cut_slowly(bytes);
}

VersionReader::VersionReader() {
  const auto metadata = wanted_.key(json::PathTrie::kRoot, "metadata");
  wanted_.want_all(wanted_.key(metadata, "resourceVersion"));
  const auto annotations = wanted_.key(metadata, "annotations");
  wanted_.want_all(wanted_.key(annotations, kEndOfInitialEvents));
}

Result<VersionReader::Version> VersionReader::read(std::string_view object) {
  arena_.reset();
  const auto value = scanner_.scan(object, wanted_, arena_);
  if (!value) return value.error();
  const json::Value* version = value->at({"metadata", "resourceVersion"});
  const json::Value* end = value->at({"metadata", "annotations", kEndOfInitialEvents});
  return Version{
      .resource_version = version != nullptr && version->is_string() ? version->as_string() : "",
      .ends_initial_events = end != nullptr && end->is_string() && end->as_string() == "true"};
}

Result<std::string_view> VersionReader::resource_version(std::string_view object) {
  if (const auto version = front_version(object)) return *version;
  const auto version = read(object);
  if (!version) return version.error();
  return version->resource_version;
}

}  // namespace kollect::kube
