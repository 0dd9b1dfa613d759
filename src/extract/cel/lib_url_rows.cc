#include <algorithm>

#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_text.h"
#include "extract/cel/lib_url.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

struct UrlValue : Opaque {
  Url url;
};

const Url& url_in(const Opaque& value) { return static_cast<const UrlValue&>(value).url; }
const Url& url_in(const CelValue& value) { return url_in(value.opaque_content()); }

constexpr OpaqueType kUrlType{
    .name = "kubernetes.URL",
    .equal = [](const Opaque& a,
                const Opaque& b) { return url_text(url_in(a)) == url_text(url_in(b)); },
    .text = [](const Opaque& value,
               json::Arena& arena) { return arena.copy(url_text(url_in(value))); },
};

// Unescaped text may be no UTF-8; strings of the language always are.
CelValue text_value(EvalContext& context, std::string_view text) {
  if (is_utf8(text)) return CelValue::string(text);
  char* const out = context.allocate_text(3 * text.size());
  return out == nullptr ? context.exhausted() : CelValue::string({out, repair_utf8(text, out)});
}

CelValue url(EvalContext& context, Arguments arguments) {
  if (!context.charge(arguments[0].as_text().size() / 4)) return context.exhausted();
  const std::optional<Url> parsed = parse_url(arguments[0].as_text());
  if (!parsed) return CelValue::error(CelFault::conversion, "text is no URL");
  const auto* value = context.make<UrlValue>(UrlValue{{&kUrlType}, *parsed});
  return value == nullptr ? context.exhausted() : CelValue::opaque(*value);
}

CelValue is_url_text(EvalContext& context, Arguments arguments) {
  if (!context.charge(arguments[0].as_text().size() / 4)) return context.exhausted();
  return CelValue::boolean(is_url(arguments[0].as_text()));
}

CelValue scheme(EvalContext& context, Arguments arguments) {
  const Url& value = url_in(arguments[0]);
  char* const out = context.allocate_text(value.scheme.size());
  return out == nullptr ? context.exhausted() : CelValue::string({out, lower_scheme(value, out)});
}

enum class HostPart { whole, name, port };

template <HostPart part>
CelValue host(EvalContext& context, Arguments arguments) {
  const Url& value = url_in(arguments[0]);
  char* const out = context.allocate_text(value.host.size());
  if (out == nullptr) return context.exhausted();
  const std::string_view whole(out, unescaped_host(value, out));
  if (part == HostPart::whole) return text_value(context, whole);
  const HostPort parts = split_host_port(whole);
  return text_value(context, part == HostPart::name ? parts.host : parts.port);
}

CelValue path(EvalContext& context, Arguments arguments) {
  const Url& value = url_in(arguments[0]);
  char* const out = context.allocate_text(3 * value.path.size());
  if (out == nullptr || !context.charge(value.path.size() / 16)) return context.exhausted();
  return CelValue::string({out, escaped_path(value, out)});
}

struct Pair {
  CelValue key;
  CelValue value;
  size_t position;
};

CelValue unescaped(EvalContext& context, std::string_view text) {
  char* const out = context.allocate_text(text.size());
  if (out == nullptr) return context.exhausted();
  return text_value(context, {out, unescape_query(text, out)});
}

// By key, then in the order of the query.
bool precedes(const Pair& a, const Pair& b) {
  const auto order = a.key.as_text() <=> b.key.as_text();
  return order != 0 ? order < 0 : a.position < b.position;
}

// A map of the keys to the lists of their values.
CelValue grouped(EvalContext& context, std::span<const Pair> pairs) {
  MapBuilder map(context);
  for (size_t i = 0; i < pairs.size();) {
    const CelValue key = pairs[i].key;
    ListBuilder values(context);
    for (; i < pairs.size() && pairs[i].key.as_text() == key.as_text(); ++i)
      values.add(pairs[i].value);
    const CelValue list = values.finish();
    if (list.is_error()) return list;
    map.add(key, list);
  }
  return map.finish();
}

CelValue query(EvalContext& context, Arguments arguments) {
  std::string_view text = readable_query(url_in(arguments[0]));
  const auto bound = static_cast<size_t>(std::count(text.begin(), text.end(), '&')) + 1;
  auto* const pairs = static_cast<Pair*>(context.allocate(bound * sizeof(Pair)));
  if (pairs == nullptr || !context.charge(text.size())) return context.exhausted();
  size_t size = 0;
  for (QueryPair pair; take_pair(text, pair); ++size) {
    const CelValue key = unescaped(context, pair.key);
    const CelValue value = unescaped(context, pair.value);
    if (key.is_error() || value.is_error()) return context.exhausted();
    std::construct_at(pairs + size, Pair{key, value, size});
  }
  std::sort(pairs, pairs + size, &precedes);
  return grouped(context, {pairs, size});
}

constexpr FunctionRow kRows[] = {
    {"url", CallForm::global, "string", "kubernetes.URL", &url},
    {"isURL", CallForm::global, "string", "bool", &is_url_text},
    {"getScheme", CallForm::receiver, "kubernetes.URL", "string", &scheme},
    {"getHost", CallForm::receiver, "kubernetes.URL", "string", &host<HostPart::whole>},
    {"getHostname", CallForm::receiver, "kubernetes.URL", "string", &host<HostPart::name>},
    {"getPort", CallForm::receiver, "kubernetes.URL", "string", &host<HostPart::port>},
    {"getEscapedPath", CallForm::receiver, "kubernetes.URL", "string", &path},
    {"getQuery", CallForm::receiver, "kubernetes.URL", "map(string, list(string))", &query},
};

constexpr const OpaqueType* kTypes[] = {&kUrlType};

}  // namespace

const Library& url_library() {
  static constexpr Library kLibrary{.name = "url", .functions = kRows, .types = kTypes};
  return kLibrary;
}

}  // namespace kollect::extract
