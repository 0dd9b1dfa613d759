#include "api/types.h"

#include "api/scalar.h"

namespace kollect::api {

std::string text(const Gvk& gvk) {
  std::string out;
  for (const std::string* part : {&gvk.group, &gvk.version, &gvk.kind}) {
    if (part->empty()) continue;
    if (!out.empty()) out += '/';
    out += *part;
  }
  return out;
}

bool same_kind(const Gvk& a, const Gvk& b) {
  return lower(a.group) == lower(b.group) && lower(a.version) == lower(b.version) &&
         lower(a.kind) == lower(b.kind);
}

bool is_secret(const Gvk& gvk) {
  return gvk.kind == "Secret" && (gvk.group.empty() || gvk.group == "core");
}

}  // namespace kollect::api
