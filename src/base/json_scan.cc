#include "base/json_scan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/detail/json_index.h"
#include "base/detail/json_marks.h"
#include "base/detail/json_skip.h"
#include "base/detail/json_token.h"
#include "base/text.h"

namespace kollect::json {

namespace {
constexpr size_t kShortSkip = 48;  // positions
}  // namespace

PathTrie::Node PathTrie::key(Node from, std::string_view key) {
  for (const Branch& branch : nodes_[from].keys) {
    if (branch.key == key) return branch.node;
  }
  const Node added = static_cast<Node>(nodes_.size());
  nodes_.emplace_back();
  nodes_[from].keys.push_back(Branch{std::string(key), added});
  nodes_[from].lengths |= uint64_t{1} << (key.size() % 64);
  return added;
}

PathTrie::Node PathTrie::element(Node from) {
  if (nodes_[from].element != 0) return nodes_[from].element;
  const Node added = static_cast<Node>(nodes_.size());
  nodes_.emplace_back();
  nodes_[from].element = added;
  return added;
}

// Walks the structural positions of one text. A failure is remembered at its first place; the walk
// then unwinds.
struct Scanner::State {
  StructuralIndex index;
  std::vector<Value> values;    // items of the arrays being built, innermost last
  std::vector<Member> members;  // likewise for objects

  const char* text = nullptr;
  size_t size = 0;
  size_t next = 0;  // position in the index
  size_t depth = 0;
  const char* failure = nullptr;
  size_t failed_at = 0;
  Arena* arena = nullptr;
  const PathTrie* wanted = nullptr;

  bool fail(const char* what) {
    if (failure == nullptr) {
      failure = what;
      failed_at = position();
    }
    return false;
  }
  size_t position() const { return next < index.count() ? index.at(next) : size; }
  char peek() const { return next < index.count() ? text[index.at(next)] : '\0'; }
  bool take(char expected) {
    if (peek() != expected) return false;
    ++next;
    return true;
  }

  // The bytes from the next structural position up to the one after it, without white space at the
  // end.
  std::string_view token() const {
    const size_t begin = index.at(next);
    size_t end = next + 1 < index.count() ? index.at(next + 1) : size;
    while (end > begin && is_space(text[end - 1])) --end;
    return {text + begin, end - begin};
  }

  bool read_string(std::string_view& out) {
    const std::string_view quoted = token();
    if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"')
      return fail("expected a string");
    out = quoted.substr(1, quoted.size() - 2);
    if (has_backslash(out, text + size) && !unescape(out, *arena, out)) {
      return fail("bad escape in a string");
    }
    ++next;
    return true;
  }

  bool read_scalar(Value& out) {
    if (next >= index.count()) return fail("unexpected end");
    if (peek() == '"') {
      std::string_view text_value;
      if (!read_string(text_value)) return false;
      out = Value::string(text_value);
      return true;
    }
    if (!parse_scalar(token(), out)) return fail("expected a value");
    ++next;
    return true;
  }

  bool enter() { return ++depth <= kMaxDepth || fail("nested deeper than 1000 levels"); }

  // Most of an object goes this way. What is short is walked by its positions, at a few
  // instructions for each and no branch but the loop's; of what is longer the bytes are.
  bool skip() {
    if (next >= index.count()) return fail("unexpected end");
    if (peek() == '}' || peek() == ']') return fail("unexpected end of a list or map");
    uint32_t open = skip_positions(0, next + kShortSkip);
    if (open > 0) open = skip_bytes(open);
    if (open > 0 && next < index.count()) open = skip_positions(open, index.count());
    return open == 0 || fail("unexpected end");
  }

  // How many brackets are open at the end of the value, or at position `last`.
  uint32_t skip_positions(uint32_t open, size_t last) {
    const size_t end = std::min(last, index.count());
    size_t at = next;
    do {
      const char folded = static_cast<char>(text[index.at(at)] | 0x20);  // [ as {, ] as }
      open += uint32_t{folded == '{'};
      open -= uint32_t{folded == '}'};
      ++at;
    } while (open > 0 && at < end);
    next = at;
    return open;
  }

  // Likewise; stops in front of the last bytes of the text.
  uint32_t skip_bytes(uint32_t open) {
    if (next >= index.count()) return open;
    SkipState state{.depth = open};
    const Skipped skipped = skip_blocks(text + index.at(next), text + size, state);
    const char* const reached = skipped.behind != nullptr ? skipped.behind : skipped.at;
    next = index.first_from(next, static_cast<size_t>(reached - text));
    return state.depth;
  }

  bool read(Value& out) {
    const char c = peek();
    if (c == '{') return read_object(out, nullptr);
    if (c == '[') return read_array(out, nullptr);
    return read_scalar(out);
  }

  bool read_wanted(Value& out, const PathTrie::Entry& entry) {
    const char c = peek();
    if (entry.all || (c == '{' && entry.element != 0)) return read(out);
    if (c == '{') return read_object(out, &entry);
    if (c == '[' && entry.element != 0) return read_array(out, &entry);
    if (c == '[') {
      out = Value::array({});
      return skip();
    }
    return read_scalar(out);
  }

  bool read_array(Value& out, const PathTrie::Entry* entry) {
    if (!enter()) return false;
    ++next;
    const size_t first = values.size();
    if (!take(']')) {
      do {
        Value item;
        if (!(entry == nullptr ? read(item) : read_wanted(item, wanted->entry(entry->element))))
          return false;
        values.push_back(item);
      } while (take(','));
      if (!take(']')) return fail("expected ',' or ']'");
    }
    out = arena->array(std::span(values).subspan(first));
    values.resize(first);
    --depth;
    return true;
  }

  static const PathTrie::Branch* match(const PathTrie::Entry& entry, std::string_view key) {
    if ((entry.lengths >> (key.size() % 64) & 1) == 0) return nullptr;
    for (const PathTrie::Branch& branch : entry.keys) {
      if (is_same_key(branch.key, key)) return &branch;
    }
    return nullptr;
  }

  bool read_member(const PathTrie::Entry* entry) {
    std::string_view key;
    if (peek() != '"' || !read_string(key)) return fail("expected a key");
    if (!take(':')) return fail("expected ':'");
    Value value;
    if (entry == nullptr) {
      if (!read(value)) return false;
    } else {
      const PathTrie::Branch* branch = match(*entry, key);
      if (branch == nullptr) return skip();
      if (!read_wanted(value, wanted->entry(branch->node))) return false;
    }
    members.push_back(Member{key, value});
    return true;
  }

  bool read_object(Value& out, const PathTrie::Entry* entry) {
    if (!enter()) return false;
    ++next;
    const size_t first = members.size();
    if (!take('}')) {
      do {
        if (!read_member(entry)) return false;
      } while (take(','));
      if (!take('}')) return fail("expected ',' or '}'");
    }
    out = arena->object(std::span(members).subspan(first));
    members.resize(first);
    --depth;
    return true;
  }

  Result<Value> run(std::string_view bytes, const PathTrie* trie, Arena& into) {
    text = bytes.data();
    size = bytes.size();
    next = depth = failed_at = 0;
    failure = nullptr;
    arena = &into;
    wanted = trie;
    values.clear();
    members.clear();
    if (const char* bad = index.build(bytes)) return invalid(fmt::format("not JSON: {}", bad));
    Value root;
    const bool read_all =
        trie == nullptr ? read(root) : read_wanted(root, trie->entry(PathTrie::kRoot));
    if (read_all && next < index.count()) fail("text after the value");
    if (failure != nullptr)
      return invalid(fmt::format("not JSON: {} at byte {}", failure, failed_at));
    return root;
  }
};

Scanner::Scanner() : state_(std::make_unique<State>()) {}
Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

Result<Value> Scanner::scan(std::string_view bytes, const PathTrie& wanted, Arena& arena) {
  return state_->run(bytes, &wanted, arena);
}

Result<Value> Scanner::parse(std::string_view bytes, Arena& arena) {
  return state_->run(bytes, nullptr, arena);
}

}  // namespace kollect::json
