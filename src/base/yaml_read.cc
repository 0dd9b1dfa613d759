#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <yaml.h>

#include "base/detail/yaml_scalar.h"
#include "base/yaml.h"

namespace kollect::yaml {

namespace {

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text));
}

Error at(const yaml_mark_t& mark, std::string_view message) {
  return invalid(fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, message));
}

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { clear(); }
  void clear() {
    if (filled_) yaml_event_delete(&event_);
    filled_ = false;
  }
  bool read(yaml_parser_t& parser) {
    clear();
    filled_ = yaml_parser_parse(&parser, &event_) == 1;
    return filled_;
  }
  const yaml_event_t& operator*() const { return event_; }

 private:
  yaml_event_t event_{};
  bool filled_ = false;
};

// A value with what it costs when an alias repeats it.
struct Node {
  json::Value value;
  size_t weight = 1;
};

struct Entry {
  std::string_view key;
  json::Value value;
  size_t line = 0;  // 0: brought in by a merge key
};

// A map or list that is still being read.
struct Frame {
  bool is_map = false;
  size_t line = 0;
  size_t weight = 1;
  size_t path_size = 0;
  std::string anchor;
  std::vector<json::Value> items;
  std::vector<Entry> entries;
  std::optional<Entry> pending;  // key read, value to come
  bool pending_merge = false;
};

class Reader {
 public:
  Reader(std::string_view text, json::Arena& arena, ReadOptions options)
      : text_(text), arena_(arena), options_(options) {
    KOLLECT_CHECK(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { yaml_parser_delete(&parser_); }

  Result<std::vector<Document>> run() {
    for (;;) {
      if (!event_.read(parser_)) return parse_error();
      if ((*event_).type == YAML_STREAM_END_EVENT) return std::move(documents_);
      if (Status status = take(*event_); !status) return status.error();
    }
  }

 private:
  Error parse_error() const {
    const std::string problem = parser_.problem != nullptr ? parser_.problem : "no YAML";
    if (parser_.error != YAML_READER_ERROR) return at(parser_.problem_mark, problem);
    const std::string_view before = text_.substr(0, parser_.problem_offset);
    return at({.index = 0,
               .line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')),
               .column = before.size() - std::min(before.size(), before.rfind('\n') + 1)},
              problem);
  }

  Status take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        document_ = Document();
        return {};
      case YAML_DOCUMENT_END_EVENT:
        if (!document_.root.is_null()) documents_.push_back(std::move(document_));
        return {};
      case YAML_SCALAR_EVENT:
        return take_scalar(event);
      case YAML_ALIAS_EVENT:
        return take_alias(event);
      case YAML_SEQUENCE_START_EVENT:
        return open(event, text_of(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT:
        return open(event, text_of(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
        return close_list(event);
      case YAML_MAPPING_END_EVENT:
        return close_map(event);
      default:
        return {};
    }
  }

  bool wants_key() const {
    return !frames_.empty() && frames_.back().is_map && !frames_.back().pending;
  }

  Status take_scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const Scalar scalar{.text = {reinterpret_cast<const char*>(data.value), data.length},
                        .tag = text_of(data.tag),
                        .implicit = data.plain_implicit != 0};
    const auto value = resolve(scalar, arena_);
    if (!value) return at(event.start_mark, value.error().message);
    const Node node{*value, 1 + data.length};
    remember(text_of(data.anchor), node);
    if (!wants_key()) return add(node, event);
    if (scalar.text == "<<" && scalar.implicit) return take_key("<<", event, true);
    const auto key = key_text(*value, arena_);
    if (!key) return at(event.start_mark, key.error().message);
    return take_key(*key, event, false);
  }

  Status take_alias(const yaml_event_t& event) {
    const std::string name(text_of(event.data.alias.anchor));
    const auto found = anchors_.find(name);
    if (found == anchors_.end())
      return at(event.start_mark, fmt::format("unknown anchor '{}'", name));
    if (!found->second)
      return at(event.start_mark, fmt::format("anchor '{}' contains itself", name));
    const Node node = *found->second;
    aliased_ += node.weight;
    if (aliased_ > kMaxAliasedBytes) return at(event.start_mark, "aliases repeat too much");
    if (!wants_key()) return add(node, event);
    if (node.value.is_array() || node.value.is_object())
      return at(event.start_mark, "a map key that is no scalar");
    const auto key = key_text(node.value, arena_);
    if (!key) return at(event.start_mark, key.error().message);
    return take_key(*key, event, false);
  }

  Status take_key(std::string_view key, const yaml_event_t& event, bool merge) {
    Frame& frame = frames_.back();
    frame.pending = Entry{key, {}, event.start_mark.line + 1};
    frame.pending_merge = merge;
    if (options_.lines) enter(key);
    return {};
  }

  // The path of the node that comes next; lines of the keys, not of their values, are what people
  // look for.
  void enter(std::string_view step) {
    path_.resize(frames_.back().path_size);
    path_ += '/';
    for (const char c : step) {
      if (c == '~') {
        path_ += "~0";
      } else if (c == '/') {
        path_ += "~1";
      } else {
        path_ += c;
      }
    }
  }

  void note(const yaml_event_t& event) {
    if (frames_.empty()) document_.line = event.start_mark.line + 1;
    if (!options_.lines) return;
    size_t line = event.start_mark.line + 1;
    if (frames_.empty()) {
      path_.clear();
    } else if (frames_.back().is_map) {
      line = frames_.back().pending->line;
    } else {
      enter(std::to_string(frames_.back().items.size()));
    }
    document_.lines.add(path_, line);
  }

  void remember(std::string_view anchor, const std::optional<Node>& node) {
    if (!anchor.empty()) anchors_.insert_or_assign(std::string(anchor), node);
  }

  Status open(const yaml_event_t& event, std::string_view anchor) {
    if (wants_key()) return at(event.start_mark, "a map key that is no scalar");
    if (frames_.size() >= json::kMaxDepth) return at(event.start_mark, "nested too deeply");
    note(event);
    remember(anchor, std::nullopt);
    Frame& frame = frames_.emplace_back();
    frame.is_map = event.type == YAML_MAPPING_START_EVENT;
    frame.line = event.start_mark.line + 1;
    frame.path_size = path_.size();
    frame.anchor = anchor;
    return {};
  }

  Status close_list(const yaml_event_t& event) {
    return close(arena_.array(frames_.back().items), event);
  }

  Status close_map(const yaml_event_t& event) {
    const std::vector<Entry>& entries = frames_.back().entries;
    if (const Entry* twice = repeated(entries)) {
      return invalid(
          fmt::format("line {}: key '{}' comes twice in one map", twice->line, twice->key));
    }
    std::vector<json::Member> members;
    members.reserve(entries.size());
    for (const Entry& entry : entries) members.push_back({entry.key, entry.value});
    return close(arena_.object(members), event);
  }

  // The second of two entries with the same key, merged ones apart; null without one.
  static const Entry* repeated(const std::vector<Entry>& entries) {
    std::vector<const Entry*> own;
    for (const Entry& entry : entries) {
      if (entry.line > 0) own.push_back(&entry);
    }
    std::sort(own.begin(), own.end(), [](const Entry* a, const Entry* b) {
      return a->key != b->key ? a->key < b->key : a < b;
    });
    const auto same = [](const Entry* a, const Entry* b) { return a->key == b->key; };
    const auto found = std::adjacent_find(own.begin(), own.end(), same);
    return found == own.end() ? nullptr : *(found + 1);
  }

  Status close(json::Value value, const yaml_event_t& event) {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const Node node{value, frame.weight};
    remember(frame.anchor, node);
    return place(node, event);
  }

  // A scalar or alias, which is whole at once.
  Status add(const Node& node, const yaml_event_t& event) {
    note(event);
    return place(node, event);
  }

  Status place(const Node& node, const yaml_event_t& event) {
    if (frames_.empty()) {
      document_.root = node.value;
      return {};
    }
    Frame& frame = frames_.back();
    frame.weight += node.weight;
    if (!frame.is_map) {
      frame.items.push_back(node.value);
      return {};
    }
    Entry entry = *frame.pending;
    frame.pending.reset();
    if (frame.pending_merge) return merge(frame, node.value, event);
    entry.value = node.value;
    frame.weight += entry.key.size();
    frame.entries.push_back(entry);
    return {};
  }

  // Later entries win over earlier ones; of several merged maps the first wins.
  static Status merge(Frame& frame, const json::Value& from, const yaml_event_t& event) {
    std::vector<json::Value> maps;
    if (from.is_array()) {
      maps.assign(from.items().rbegin(), from.items().rend());
    } else {
      maps.push_back(from);
    }
    for (const json::Value& map : maps) {
      if (!map.is_object())
        return at(event.start_mark, "a merge key wants a map or a list of maps");
      for (const json::Member& member : map.members())
        frame.entries.push_back({member.key, member.value, 0});
    }
    return {};
  }

  std::string_view text_;
  json::Arena& arena_;
  ReadOptions options_;
  yaml_parser_t parser_{};
  Event event_;
  std::vector<Document> documents_;
  Document document_;
  std::vector<Frame> frames_;
  std::map<std::string, std::optional<Node>> anchors_;  // no node: still being read
  std::string path_;
  size_t aliased_ = 0;
};

bool looks_like_json(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

size_t Lines::at(std::string_view pointer) const {
  for (;;) {
    if (const auto found = lines_.find(pointer); found != lines_.end()) return found->second;
    const size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return 0;
    pointer = pointer.substr(0, slash);
  }
}

Result<std::vector<Document>> parse_all(std::string_view text, json::Arena& arena,
                                        ReadOptions options) {
  if (looks_like_json(text)) {
    if (const auto value = json::parse(text, arena)) {
      Document document{.root = *value, .line = 1, .lines = {}};
      if (options.lines) {
        auto read = Reader(text, arena, options).run();
        if (read && read->size() == 1)
          document = {*value, read->front().line, std::move(read->front().lines)};
      }
      std::vector<Document> documents;
      documents.push_back(std::move(document));
      return documents;
    }
  }
  return Reader(text, arena, options).run();
}

Result<json::Value> parse(std::string_view text, json::Arena& arena) {
  const auto documents = parse_all(text, arena);
  if (!documents) return documents.error();
  if (documents->empty()) return json::Value();
  if (documents->size() > 1) {
    return invalid(
        fmt::format("line {}: one document is wanted, here begins a second", (*documents)[1].line));
  }
  return documents->front().root;
}

}  // namespace kollect::yaml
