#include "base/redact.h"

#include <algorithm>

#include "base/detail/redact_words.h"
#include "base/detail/utf8.h"

namespace kollect {

namespace {

// One pass over the text. Every step takes a word with what belongs to it, or one character; what
// looks ahead without taking uses cursors that only move forward.
class Redactor {
 public:
  explicit Redactor(std::string_view text) : text_(text) {}

  std::string run(size_t max_bytes) {
    while (at_ < text_.size() && out_.size() <= max_bytes) {
      if (is_word(text_[at_])) {
        take_word();
      } else {
        copy(at_ + utf8_front(text_.substr(at_)).length);
      }
    }
    if (out_.size() <= max_bytes) return std::move(out_);
    constexpr std::string_view kCut = "...";
    const size_t keep = max_bytes > kCut.size() ? max_bytes - kCut.size() : 0;
    return std::string(cut_utf8(out_, keep)).append(kCut.substr(0, max_bytes - keep));
  }

 private:
  char peek(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  // Copies up to `end`, bad bytes replaced.
  void copy(size_t end) {
    out_ += valid_utf8(text_.substr(at_, end - at_));
    at_ = end;
  }

  void hide(size_t end) {
    if (end > at_) out_.append(kSecretMark);
    at_ = std::max(at_, end);
  }

  void take_word() {
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word.ends_with("-----BEGIN") && take_private_key(end)) return;
    if (text_.substr(end).starts_with("://")) return take_userinfo(end + 3);
    if (names_secret(word) && take_value(word, end)) return;
    if (take_credentials(word, end)) return;
    if (is_token(word)) return hide(end);
    if (const size_t start = find_web_token(word); start != std::string_view::npos) {
      copy(at_ + start);
      return hide(end);
    }
    if (peek(end) == ':' && take_password_of_user(end)) return;
    copy(end);
  }

  bool take_private_key(size_t end) {
    constexpr std::string_view kKind = "PRIVATE KEY";
    if (text_.substr(end, 40).find(kKind) == std::string_view::npos) return false;
    const size_t tail = text_.find("-----END", end);
    if (tail == std::string_view::npos) {
      hide(text_.size());
      return true;
    }
    const size_t dashes = text_.find("-----", tail + 8);
    hide(dashes == std::string_view::npos ? text_.size() : dashes + 5);
    return true;
  }

  // The first '@' at or after `from`, and the end of the run without blanks and quotes that `from`
  // is in.
  size_t next_at(size_t from) {
    if (next_at_ < from) next_at_ = std::min(text_.find('@', from), text_.size());
    return next_at_;
  }
  size_t run_end(size_t from) {
    if (run_end_ < from) {
      run_end_ = from;
      while (run_end_ < text_.size() && !is_space(text_[run_end_]) && !is_quote(text_[run_end_]))
        ++run_end_;
    }
    return run_end_;
  }

  void hide_up_to_last_at(size_t end) {
    const size_t last = text_.substr(0, end).rfind('@');
    hide(last);
  }

  void take_userinfo(size_t start) {
    copy(start);
    size_t end = start;
    bool has_at = false;
    while (end < text_.size() && !is_space(text_[end]) && !is_quote(text_[end]) &&
           std::string_view("/?#<>").find(text_[end]) == std::string_view::npos) {
      has_at = has_at || text_[end] == '@';
      ++end;
    }
    if (has_at) {
      hide_up_to_last_at(end);
    } else if (!ends_in_host(text_.substr(start, end - start)) && next_at(start) < run_end(start)) {
      return hide_up_to_last_at(run_end(start));
    }
    copy(end);
  }

  // Host, or host and port. A password may hold a raw '/', '?' or '#': what stands after the colon
  // is then no port.
  static bool ends_in_host(std::string_view authority) {
    const size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos) return true;
    const std::string_view port = authority.substr(colon + 1);
    return std::all_of(port.begin(), port.end(), is_digit);
  }

  // user:password@host, as in the data source names of MySQL; not name:tag@sha256:digest.
  bool take_password_of_user(size_t colon) {
    const size_t first = next_at(colon);
    const size_t end = run_end(colon);
    if (first >= end || first == colon + 1) return false;
    const std::string_view host = text_.substr(first + 1);
    if (host.starts_with("sha256:") || host.starts_with("sha512:")) return false;
    if (!is_alnum(host.empty() ? ' ' : host[0]) && !host.starts_with("[")) return false;
    hide_up_to_last_at(end);
    return true;
  }

  // "Bearer X" and "Basic X" wherever they stand.
  bool take_credentials(std::string_view word, size_t end) {
    const std::string scheme = word.size() <= 9 ? lower_ascii(word) : std::string();
    if (scheme != "bearer" && scheme != "basic" && scheme != "negotiate") return false;
    size_t start = end;
    while (is_blank(peek(start))) ++start;
    size_t stop = start;
    while (stop < text_.size() &&
           (is_word(text_[stop]) ||
            std::string_view("~+/=").find(text_[stop]) != std::string_view::npos)) {
      ++stop;
    }
    const std::string_view found = text_.substr(start, stop - start);
    if (start == end || found.size() < 4 || is_secret_prose(found)) return false;
    if (found.starts_with("realm=") || found.starts_with("error=")) return false;
    const bool encoded =
        std::any_of(found.begin(), found.end(), [](char c) { return is_upper(c) || is_digit(c); });
    if (scheme != "bearer" && !encoded) return false;
    copy(start);
    hide(stop);
    return true;
  }

  // What follows the name of a secret: a separator and a value. False when there is no separator.
  bool take_value(std::string_view name, size_t end) {
    size_t at = end;
    while (peek(at) == '\\') ++at;
    at = is_quote(peek(at)) ? at + 1 : end;
    const size_t named = at;
    while (is_blank(peek(at))) ++at;
    const bool flag = name.starts_with("-") && at > named;
    bool prose = flag;
    if (peek(at) == '=' || peek(at) == ':') {
      prose = peek(at) == ':' && is_blank(peek(at + 1));
      ++at;
      if (peek(at) == '=' || peek(at) == '>') ++at;
    } else if (!flag) {
      return false;
    }
    while (is_blank(peek(at))) ++at;
    const bool query = at_ > 0 && (text_[at_ - 1] == '?' || text_[at_ - 1] == '&');
    copy(at);
    hide_value(name, prose, query);
    return true;
  }

  void hide_value(std::string_view name, bool prose, bool query) {
    size_t start = at_;
    while (peek(start) == '\\') ++start;
    if (is_quote(peek(start))) return hide_quoted(start);
    if (peek(at_) == '[' || peek(at_) == '{') return hide_bracketed();
    const size_t end = query ? query_value_end() : plain_value_end();
    const std::string_view value = text_.substr(at_, end - at_);
    if (prose && (is_secret_prose(value) || value.starts_with("-"))) return;
    if (names_secret_header(name)) {
      size_t stop = at_;
      while (stop < text_.size() && text_[stop] != '\n' && !is_quote(text_[stop])) ++stop;
      return hide(stop);
    }
    hide(end);
  }

  // Up to the same quote behind as many backslashes, or to the end of the text.
  void hide_quoted(size_t quote) {
    const size_t escapes = quote - at_;
    copy(quote + 1);
    size_t end = at_;
    size_t run = 0;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '\\') {
        ++run;
        continue;
      }
      if (text_[end] == text_[quote] && run == escapes) {
        const bool doubled = escapes == 0 && peek(end + 1) == text_[quote];
        if (!doubled || end == at_) break;
        ++end;
      }
      run = 0;
    }
    hide(end < text_.size() ? end - escapes : end);
  }

  void hide_bracketed() {
    copy(at_ + 1);
    size_t end = at_;
    size_t depth = 1;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '[' || text_[end] == '{') ++depth;
      if ((text_[end] == ']' || text_[end] == '}') && --depth == 0) break;
    }
    hide(end);
  }

  size_t query_value_end() const {
    size_t end = at_;
    while (end < text_.size() && !is_space(text_[end]) && !is_quote(text_[end]) &&
           text_[end] != '&' && text_[end] != '#') {
      ++end;
    }
    return end;
  }

  size_t plain_value_end() const {
    size_t end = at_;
    while (end < text_.size() && !is_space(text_[end]) && !is_quote(text_[end])) {
      const bool separator = text_[end] == ';' || text_[end] == ',' || text_[end] == '&';
      if (separator && starts_pair(end + 1, text_[end] == ';')) return end;
      ++end;
    }
    while (end > at_ && std::string_view(",.;:)}]>").find(text_[end - 1]) != std::string_view::npos)
      --end;
    return end;
  }

  // Whether `word=` follows, at most 64 bytes long; blanks may be part of it in ADO strings.
  bool starts_pair(size_t from, bool blanks) const {
    size_t end = from;
    const auto part = [&](char c) { return is_word(c) || (blanks && c == ' '); };
    while (end < text_.size() && end - from < 64 && part(text_[end])) ++end;
    return end > from && peek(end) == '=';
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t next_at_ = 0;
  size_t run_end_ = 0;
  std::string out_;
};

}  // namespace

std::string_view cut_utf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

std::string redact(std::string_view text, size_t max_bytes) {
  return Redactor(text).run(max_bytes);
}

}  // namespace kollect
