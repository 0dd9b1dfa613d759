#include <fmt/format.h>

#include "base/detail/utf8.h"
#include "base/detail/yaml_scalar.h"
#include "base/json_write.h"
#include "base/yaml.h"

namespace kollect::yaml {

namespace {

// A key on one line may have 1024 characters; a longer one takes the form `? key`.
constexpr size_t kLongestPlainKey = 1000;

// Everything that a reader might refuse, fold or take for a line break.
bool is_escaped(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Utf8Character c = utf8_front(text);
    if (c.code == '"' || c.code == '\\') {
      out += '\\';
      out += static_cast<char>(c.code);
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (c.code == '\t') {
      out += "\\t";
    } else if (is_escaped(c.code)) {
      out += fmt::format("\\u{:04x}", c.code);
    } else {
      out += c.valid ? text.substr(0, c.length) : std::string_view("\xEF\xBF\xBD");
    }
    text.remove_prefix(c.length);
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  if (is_safe_plain(text)) {
    out += text;
  } else {
    append_quoted(out, text);
  }
}

bool is_block(const json::Value& value) {
  return (value.is_object() && !value.members().empty()) ||
         (value.is_array() && !value.items().empty());
}

void append_leaf(std::string& out, const json::Value& value) {
  if (value.is_string()) {
    append_text(out, value.as_string());
  } else {
    json::append(out, value);
  }
}

enum class Start { new_line, same_line };

void append_block(std::string& out, const json::Value& value, size_t indent, Start start);

void append_member(std::string& out, const json::Member& member, size_t indent) {
  const size_t begin = out.size();
  append_text(out, member.key);
  if (out.size() - begin > kLongestPlainKey) {
    out.insert(begin, "? ");
    out += '\n' + std::string(indent, ' ');
  }
  out += ':';
  if (!is_block(member.value)) {
    out += ' ';
    append_leaf(out, member.value);
    out += '\n';
    return;
  }
  out += '\n';
  append_block(out, member.value, member.value.is_array() ? indent : indent + 2, Start::new_line);
}

void append_item(std::string& out, const json::Value& item, size_t indent) {
  out += "- ";
  if (is_block(item)) return append_block(out, item, indent + 2, Start::same_line);
  append_leaf(out, item);
  out += '\n';
}

void append_block(std::string& out, const json::Value& value, size_t indent, Start start) {
  const auto begin_line = [&] {
    if (start == Start::new_line) out.append(indent, ' ');
    start = Start::new_line;
  };
  if (value.is_array()) {
    for (const json::Value& item : value.items()) {
      begin_line();
      append_item(out, item, indent);
    }
    return;
  }
  for (const json::Member& member : value.members()) {
    begin_line();
    append_member(out, member, indent);
  }
}

}  // namespace

void write(std::string& out, const json::Value& value, size_t indent) {
  if (is_block(value)) return append_block(out, value, indent, Start::new_line);
  out.append(indent, ' ');
  append_leaf(out, value);
  out += '\n';
}

std::string to_text(const json::Value& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace kollect::yaml
