#include "api/text_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/kind.h"
#include "api/scalar.h"
#include "api/sink_tables.h"
#include "base/base64.h"

namespace kollect::api {
namespace {

constexpr std::string_view kDocumentWords = "cluster namespace name generation extension";
constexpr std::string_view kRowWords =
    "cluster namespace name targetNamespace targetName sourceNamespace sourceName group kind uid "
    "generation extension";
constexpr std::string_view kSecretWords =
    "password passwd secret token apikey api_key accesskey access_key secretkey secret_key "
    "privatekey "
    "private_key credential";
constexpr size_t kMostCaBytes = 64 * 1024;

bool is_lower_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower_letter(c) || (c >= 'A' && c <= 'Z'); }

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Calls `visit(word)` for each `{word}` made of letters that `is_part` accepts.
template <typename IsPart, typename Visit>
void each_placeholder(std::string_view text, const IsPart& is_part, const Visit& visit) {
  for (size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    size_t end = open + 1;
    while (end < text.size() && is_part(text[end])) ++end;
    if (end > open + 1 && end < text.size() && text[end] == '}') {
      visit(text.substr(open + 1, end - open - 1));
    }
  }
}

template <typename IsPart>
void check_placeholders(const Path& path, std::string_view text, std::string_view known,
                        Findings& findings) {
  each_placeholder(text, IsPart(), [&](std::string_view word) {
    if (has_word(known, word)) return;
    findings.invalid(path, text, fmt::format("unknown placeholder {{{}}}", word));
  });
}

struct LowerOnly {
  bool operator()(char c) const { return is_lower_letter(c); }
};
struct AnyLetter {
  bool operator()(char c) const { return is_letter(c); }
};

void check_row_template(const Path& path, std::string_view given, Findings& findings) {
  const std::string_view text = trimmed(given);
  if (text.empty()) return;
  if (contains(text, "..")) findings.invalid(path, text, "must not contain ..");
  check_placeholders<AnyLetter>(path, text, kRowWords, findings);
  if (!contains(text, "{sourceName}") && !contains(text, "{name}") && !contains(text, "{uid}")) {
    findings.invalid(path, text, "must contain {sourceName}, {name} or {uid}");
  }
}

void check_word(const Path& path, std::string_view value, std::string_view values,
                Findings& findings) {
  if (!value.empty() && !has_word(values, value)) findings.unsupported(path, value, values);
}

std::string_view words_of(std::span<const Field> fields, std::string_view name) {
  return find_field(fields, name)->values;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Why a branch name is refused; empty when it is fine.
std::string_view branch_fault(std::string_view branch) {
  if (branch.front() == '-' || branch.front() == '.') return "must not start with - or .";
  if (contains(branch, "..") || contains(branch, "@{")) return "must not contain .. or @{";
  if (branch == "@") return "must not be @";
  if (branch.back() == '.' || ends_with(branch, ".lock")) return "must not end with . or .lock";
  if (branch.substr(0, 5) == "refs/") return "must be a branch name, not a full ref";
  const auto allowed = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || contains("._/-", std::string_view(&c, 1));
  };
  const bool plain = std::all_of(branch.begin(), branch.end(), allowed) && branch.front() != '_' &&
                     branch.front() != '/';
  return plain ? "" : "must match ^[A-Za-z0-9][A-Za-z0-9._/-]*$";
}

// One block between BEGIN and END lines, with base64 of a DER sequence inside.
bool is_pem_certificate(std::string_view body) {
  const auto der = base64_decode(trimmed(body));
  return der && der->size() > 2 && (*der)[0] == 0x30;
}

bool holds_certificates(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  size_t found = 0;
  for (size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at)) {
    at += kBegin.size();
    const size_t end = pem.find(kEnd, at);
    if (end == std::string_view::npos || !is_pem_certificate(pem.substr(at, end - at)))
      return false;
    ++found;
  }
  return found > 0;
}

}  // namespace

void check_path_template(const Path& path, std::string_view given, Findings& findings) {
  const std::string_view text = trimmed(given);
  if (text.empty()) return;
  if (text.front() == '/' || contains(text, "..") || contains(text, std::string_view("\0", 1))) {
    findings.invalid(path, text, "must be relative and must not contain ..");
  }
  if (!contains(text, "{namespace}") || !contains(text, "{name}")) {
    findings.invalid(path, text, "must contain {namespace} and {name}");
  }
  check_placeholders<LowerOnly>(path, text, kDocumentWords, findings);
}

void check_layout(const Path& path, const Layout& layout, Findings& findings) {
  check_word(path / "mode", layout.mode, words_of(kLayoutFields, "mode"), findings);
  check_word(path / "content", layout.content, words_of(kLayoutFields, "content"), findings);
  check_row_template(path / "pathTemplate", layout.path_template, findings);
  if (layout.index) {
    check_path_template(path / "index" / "pathTemplate", layout.index->path_template, findings);
  }
  if (!layout.filename) return;
  const Path filename = path / "filename";
  check_word(filename / "groupInPath", layout.filename->group_in_path,
             words_of(kLayoutFilenameFields, "groupInPath"), findings);
  const auto length = layout.filename->max_segment_length;
  if (length && *length < 1) {
    findings.invalid_json(filename / "maxSegmentLength", std::to_string(*length),
                          "must be at least 1");
  }
}

void check_git(const Path& path, const GitSpec& git, Findings& findings) {
  const std::string_view branch = trimmed(git.branch);
  if (!branch.empty()) {
    const std::string_view fault = branch_fault(branch);
    if (!fault.empty()) findings.invalid(path / "branch", branch, std::string(fault));
  }
  check_word(path / "pushPolicy", git.push_policy, "Commit ForcePush", findings);
  check_word(path / "engine", git.engine, "go-git cli", findings);
  if (git.clone_depth && *git.clone_depth < 1) {
    findings.invalid_json(path / "cloneDepth", std::to_string(*git.clone_depth),
                          "must be at least 1");
  }
  if (!git.auth) return;
  check_word(path / "auth" / "type", git.auth->type, "token ssh", findings);
  if (git.auth->secret_ref && is_blank(git.auth->secret_ref->name)) {
    findings.required(path / "auth" / "secretRef" / "name", "the Secret must be named");
  }
}

void check_options(const Path& path, const TextMap& options, Findings& findings) {
  for (const auto& [key, value] : options) {
    const std::string name = lower(key);
    bool is_secret_like = false;
    each_word(kSecretWords, [&](std::string_view word) {
      is_secret_like = is_secret_like || contains(name, word);
    });
    if (is_secret_like) {
      findings.forbidden(path.key(key),
                         "looks like a secret; put it into a Secret and use secretRef");
    }
  }
}

void check_serialization(const Path& spec, std::string_view sink_type, const SinkCommon& common,
                         Findings& findings) {
  if (common.provisioning) {
    check_word(spec / "provisioning" / "mode", lower(trimmed(common.provisioning->mode)),
               "ensure existing", findings);
  }
  if (!common.serialization) return;
  const Path path = spec / "serialization";
  const std::string format = lower(trimmed(common.serialization->format));
  if (!format.empty() && format != "json" && !has_word(formats_of(sink_type), format)) {
    const bool known = has_word(words_of(kSerializationFields, "format"), format);
    findings.unsupported(path / "format", common.serialization->format,
                         known ? formats_of(sink_type) : words_of(kSerializationFields, "format"));
  }
  check_word(path / "compression", lower(trimmed(common.serialization->compression)),
             words_of(kSerializationFields, "compression"), findings);
}

void check_tls(const Path& path, const Tls& tls, Findings& findings) {
  if (tls.ca_bundle.size() > kMostCaBytes) {
    findings.too_long(path / "caBundle", kMostCaBytes);
  } else if (!tls.ca_bundle.empty() && !holds_certificates(tls.ca_bundle)) {
    findings.invalid(path / "caBundle", "...", "must hold PEM certificates");
  }
  if (!tls.ca_bundle.empty() && tls.ca_secret_ref) {
    findings.forbidden(path / "caSecretRef", "must not be set together with caBundle");
  }
  if (tls.ca_secret_ref && is_blank(tls.ca_secret_ref->name)) {
    findings.required(path / "caSecretRef" / "name", "the Secret must be named");
  }
}

}  // namespace kollect::api
