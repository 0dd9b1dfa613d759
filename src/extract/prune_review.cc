// The texts of a prune spec: pointers, paths, and what admission says of them.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "extract/detail/json_path_text.h"
#include "extract/prune.h"

namespace kollect::extract {

namespace {

using Tokens = std::vector<std::string>;

bool has_bad_escape(std::string_view pointer) {
  for (size_t at = pointer.find('~'); at != std::string_view::npos;
       at = pointer.find('~', at + 1)) {
    const char next = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
    if (next != '0' && next != '1') return true;
  }
  return false;
}

std::string unescape(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool is_slash = token.substr(i, 2) == "~1";
    const bool is_tilde = token.substr(i, 2) == "~0";
    out.push_back(is_slash ? '/' : token[i]);
    if (is_slash || is_tilde) ++i;
  }
  return out;
}

// Reads the subset of P6. Why it stopped is the text of the admission warning.
class PathReader {
 public:
  explicit PathReader(std::string_view path) : text_(trimmed(path)) {}

  bool read() {
    if (text_.find('*') != std::string_view::npos) return stop("a wildcard");
    if (text_.find("?(") != std::string_view::npos) return stop("a filter");
    if (text_.starts_with('$')) at_ = 1;
    while (at_ < text_.size()) {
      if (!(text_[at_] == '[' ? read_bracket() : read_key())) return false;
    }
    return !tokens.empty() || stop("no key");
  }

  Tokens tokens;
  std::string_view problem;

 private:
  bool stop(std::string_view why) {
    problem = why;
    return false;
  }
  bool read_bracket();
  bool read_key();

  std::string_view text_;
  size_t at_ = 0;
};

bool PathReader::read_bracket() {
  const size_t begin = at_ + 1;
  const char quote = begin < text_.size() ? text_[begin] : '\0';
  if (quote == '\'' || quote == '"') {
    const size_t close = text_.find(quote, begin + 1);
    if (close == std::string_view::npos || text_.substr(close + 1, 1) != "]") {
      return stop("a bracket without an end");
    }
    tokens.emplace_back(text_.substr(begin + 1, close - begin - 1));
    at_ = close + 2;
    return true;
  }
  const size_t close = text_.find(']', begin);
  if (close == std::string_view::npos) return stop("a bracket without an end");
  const std::string_view inside = trimmed(text_.substr(begin, close - begin));
  if (inside.empty()) return stop("an empty bracket");
  if (inside.find_first_of("{}") != std::string_view::npos) return stop("a brace");
  tokens.emplace_back(inside);
  at_ = close + 1;
  return true;
}

bool PathReader::read_key() {
  if (text_[at_] == '.') ++at_;
  std::string key;
  while (at_ < text_.size() && text_[at_] != '.' && text_[at_] != '[') {
    if (text_[at_] == '{' || text_[at_] == '}') return stop("a brace");
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    key.push_back(text_[at_++]);
  }
  if (!key.empty()) {
    tokens.push_back(std::move(key));
    return true;
  }
  return at_ < text_.size() && text_[at_] == '[' ? true : stop("'..' or a dot without a key");
}

void review_pointers(const PruneSpec& spec, PruneReview& out) {
  for (size_t i = 0; i < spec.json_pointers.size(); ++i) {
    const std::string_view pointer = trimmed(spec.json_pointers[i]);
    const char* problem = pointer.empty()             ? "is blank"
                          : !pointer.starts_with('/') ? "must start with '/'"
                          : has_bad_escape(pointer)   ? "has a '~' that is neither ~0 nor ~1"
                                                      : nullptr;
    if (problem == nullptr) continue;
    out.errors.push_back(fmt::format("spec.export.prune.jsonPointers[{}] {}", i, problem));
  }
}

void review_name(const PruneSpec& spec, std::span<const std::string> attribute_names,
                 PruneReview& out) {
  const auto is_bad = [](char c) { return c == '/' || (c >= 0 && c < ' ') || c == '\x7f'; };
  if (trimmed(spec.as).empty()) {
    out.errors.emplace_back("spec.export.as must not be blank");
  } else if (std::any_of(spec.as.begin(), spec.as.end(), is_bad)) {
    out.errors.emplace_back("spec.export.as must not contain '/' or control characters");
  }
  if (std::find(attribute_names.begin(), attribute_names.end(), spec.as) != attribute_names.end()) {
    out.errors.push_back(
        fmt::format("spec.export.as \"{}\" is the name of an attribute as well", spec.as));
  }
}

}  // namespace

std::optional<Tokens> pointer_tokens(std::string_view pointer) {
  const std::string_view text = trimmed(pointer);
  if (text.size() < 2 || text[0] != '/') return std::nullopt;
  Tokens tokens;
  for (size_t at = 1; at <= text.size();) {
    const size_t end = std::min(text.find('/', at), text.size());
    tokens.push_back(unescape(text.substr(at, end - at)));
    at = end + 1;
  }
  return tokens;
}

std::optional<Tokens> path_tokens(std::string_view path) {
  PathReader reader(path);
  if (!reader.read()) return std::nullopt;
  return std::move(reader.tokens);
}

PruneReview review(const PruneSpec& spec, std::span<const std::string> attribute_names) {
  PruneReview out;
  review_name(spec, attribute_names, out);
  review_pointers(spec, out);
  for (size_t i = 0; i < spec.json_paths.size(); ++i) {
    PathReader reader(spec.json_paths[i]);
    if (reader.read()) continue;
    out.warnings.push_back(
        fmt::format("spec.export.prune.jsonPaths[{}] has no effect: it has {}", i, reader.problem));
  }
  for (size_t i = 0; i < spec.cel.size(); ++i) {
    out.warnings.push_back(fmt::format("spec.export.prune.cel[{}] has no effect yet", i));
  }
  return out;
}

}  // namespace kollect::extract
