#include "base/json_write.h"

#include <array>
#include <charconv>
#include <cmath>

namespace kollect::json {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

// What an ASCII byte needs: 0 nothing, 'u' a \u00xx escape, else the letter of its short escape.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['<'] = table['>'] = table['&'] = 'u';
  for (size_t c = 0x80; c < 0x100; ++c) table[c] = 'x';  // part of a longer sequence
  return table;
}();

void append_escape(std::string& out, char c, char letter) {
  if (letter != 'u') {
    out += '\\';
    out += letter;
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 0xF];
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length of the well-formed UTF-8 sequence at the start of `text` (shortest form, no surrogates), 0
// when malformed.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                        : (lead & 0xF0) == 0xE0        ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

// Appends the sequence at `at` and returns how many bytes it took.
size_t append_sequence(std::string& out, std::string_view text, size_t at) {
  const size_t length = sequence_length(text.substr(at));
  if (length == 0) {
    out += "\\ufffd";
    return 1;
  }
  const std::string_view sequence = text.substr(at, length);
  if (sequence == "\u2028") {
    out += "\\u2028";
  } else if (sequence == "\u2029") {
    out += "\\u2029";
  } else {
    out += sequence;
  }
  return length;
}

// to_chars writes e-07; the canonical form has no zero in front of an exponent.
void append_exponent_form(std::string& out, std::string_view text) {
  const size_t sign = text.find('e') + 1;
  size_t exponent = sign + 1;
  while (exponent + 1 < text.size() && text[exponent] == '0') ++exponent;
  out += text.substr(0, sign + 1);
  out += text.substr(exponent);
}

// A whole number from 2^53 on: the shortest digits, filled with zeros (to_chars would print every
// exact digit).
void append_large_plain(std::string& out, std::string_view scientific) {
  const size_t e = scientific.find('e');
  size_t missing = 0;
  std::from_chars(scientific.data() + e + 2, scientific.data() + scientific.size(), missing);
  for (const char c : scientific.substr(0, e)) {
    if (c != '.') out += c;
  }
  const size_t point = scientific.find('.');
  if (point != std::string_view::npos) missing -= e - point - 1;
  out.append(missing, '0');
}

template <typename Integer>
void append_decimal(std::string& out, Integer number) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;  // start of the run that needs no escape
  for (size_t at = 0; at < text.size();) {
    const char letter = kEscapes[static_cast<unsigned char>(text[at])];
    if (letter == 0) {
      ++at;
      continue;
    }
    out.append(text, plain, at - plain);
    if (letter == 'x') {
      at += append_sequence(out, text, at);
    } else {
      append_escape(out, text[at++], letter);
    }
    plain = at;
  }
  out.append(text, plain);
  out += '"';
}

// From 2^53 on a double has no fraction.
constexpr double kIntegersOnly = 9007199254740992.0;

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const double size = std::abs(number);
  const bool fixed = size == 0 || (size >= 1e-6 && size < kIntegersOnly);
  std::array<char, 40> text{};
  const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
  const std::string_view written(text.data(), static_cast<size_t>(end - text.data()));
  if (fixed) {
    out += written;
  } else if (size >= kIntegersOnly && size < 1e21) {
    append_large_plain(out, written);
  } else {
    append_exponent_form(out, written);
  }
}

void append_integer(std::string& out, int64_t number) { append_decimal(out, number); }
void append_integer(std::string& out, uint64_t number) { append_decimal(out, number); }

namespace {

// Compact text has no white space; pretty text breaks and indents by two.
class Writer {
 public:
  Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::null:
        out_ += "null";
        break;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Kind::integer:
        append_integer(out_, value.as_int());
        break;
      case Kind::unsigned_integer:
        append_integer(out_, value.as_uint());
        break;
      case Kind::number:
        append_number(out_, value.as_double());
        break;
      case Kind::string:
        append_string(out_, value.as_string());
        break;
      case Kind::array:
        write_array(value.items());
        break;
      case Kind::object:
        write_object(value.members());
        break;
    }
  }

 private:
  void write_array(std::span<const Value> items) {
    out_ += '[';
    ++depth_;
    for (size_t i = 0; i < items.size(); ++i) {
      separate(i);
      write(items[i]);
    }
    close(items.empty(), ']');
  }

  void write_object(std::span<const Member> members) {
    out_ += '{';
    ++depth_;
    for (size_t i = 0; i < members.size(); ++i) {
      separate(i);
      append_string(out_, members[i].key);
      out_ += pretty_ ? ": " : ":";
      write(members[i].value);
    }
    close(members.empty(), '}');
  }

  void separate(size_t i) {
    if (i > 0) out_ += ',';
    break_line();
  }
  void close(bool empty, char bracket) {
    --depth_;
    if (!empty) break_line();
    out_ += bracket;
  }
  void break_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  const bool pretty_;
  size_t depth_ = 0;
};

}  // namespace

void append(std::string& out, const Value& value) { Writer(out, false).write(value); }

std::string to_text(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_pretty_text(const Value& value) {
  std::string out;
  Writer(out, true).write(value);
  return out;
}

}  // namespace kollect::json
