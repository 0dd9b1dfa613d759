#include <algorithm>
#include <optional>

#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_format_verbs.h"
#include "extract/cel/lib_text.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

CelValue out_of_range() { return CelValue::error(CelFault::index_range, "index out of range"); }

// The position as a size, when it is one of 0..code points.
std::optional<size_t> position_in(std::string_view text, const CelValue& index) {
  if (index.as_int() < 0) return std::nullopt;
  return byte_position(text, static_cast<size_t>(index.as_int()));
}

CelValue char_at(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  const std::optional<size_t> at = position_in(text, arguments[1]);
  if (!at) return out_of_range();
  return CelValue::string(*at == text.size()
                              ? std::string_view()
                              : text.substr(*at, code_point_bytes(text.substr(*at))));
}

CelValue found(std::optional<size_t> index) {
  return CelValue::integer(index ? static_cast<int64_t>(*index) : -1);
}

CelValue find_first(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  if (arguments.size() == 3 && !position_in(text, arguments[2])) return out_of_range();
  const size_t from = arguments.size() == 3 ? static_cast<size_t>(arguments[2].as_int()) : 0;
  return found(index_of(text, arguments[1].as_text(), from));
}

CelValue find_last(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  if (arguments.size() == 3 && !position_in(text, arguments[2])) return out_of_range();
  const size_t from =
      arguments.size() == 3 ? static_cast<size_t>(arguments[2].as_int()) : text.size();
  return found(last_index_of(text, arguments[1].as_text(), from));
}

CelValue substring(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  const std::optional<size_t> begin = position_in(text, arguments[1]);
  const std::optional<size_t> end =
      arguments.size() == 3 ? position_in(text, arguments[2]) : text.size();
  if (!begin || !end) return out_of_range();
  if (*begin > *end)
    return CelValue::error(CelFault::index_range, "substring ends before it starts");
  return CelValue::string(text.substr(*begin, *end - *begin));
}

using Rewrite = void (*)(std::string_view text, char* out);

template <Rewrite rewrite>
CelValue rewritten(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  char* const out = context.allocate_text(text.size());
  if (out == nullptr || !context.charge(text.size() / 16)) return context.exhausted();
  rewrite(text, out);
  return CelValue::string({out, text.size()});
}

CelValue quoted(EvalContext& context, Arguments arguments) {
  const std::string_view text = arguments[0].as_text();
  if (!context.charge(text.size() / 16)) return context.exhausted();
  const size_t bytes = quoted_bytes(text);
  char* const out = context.allocate_text(bytes);
  if (out == nullptr) return context.exhausted();
  quote(text, out);
  return CelValue::string({out, bytes});
}

CelValue trimmed(EvalContext& context, Arguments arguments) {
  if (!context.charge(arguments[0].as_text().size() / 16)) return context.exhausted();
  return CelValue::string(trim(arguments[0].as_text()));
}

bool is_too_long(EvalContext& context, const TextBuilder& out) {
  return out.view().size() > context.budget().result_bytes;
}

CelValue too_long() { return CelValue::error(CelFault::budget, "text is too long"); }

CelValue join(EvalContext& context, Arguments arguments) {
  const std::string_view separator =
      arguments.size() == 2 ? arguments[1].as_text() : std::string_view();
  TextBuilder out(context);
  for (size_t i = 0; i < arguments[0].size(); ++i) {
    const CelValue item = arguments[0].item(i);
    if (item.kind() != CelKind::string)
      return CelValue::error(CelFault::no_such_overload, "join() needs a list of strings");
    if (i > 0) out.append(separator);
    out.append(item.as_text());
    if (!context.charge(1)) return context.exhausted();
    if (is_too_long(context, out)) return too_long();
  }
  return out.finish();
}

// How often something is done: any number of times when the argument is absent or negative.
size_t limit_of(Arguments arguments, size_t at) {
  const bool is_limited = arguments.size() > at && arguments[at].as_int() >= 0;
  return is_limited ? static_cast<size_t>(arguments[at].as_int()) : SIZE_MAX;
}

CelValue replace(EvalContext& context, Arguments arguments) {
  std::string_view rest = arguments[0].as_text();
  const std::string_view word = arguments[1].as_text();
  TextBuilder out(context);
  if (!context.charge(rest.size() / 16)) return context.exhausted();
  for (size_t left = limit_of(arguments, 3); left > 0; --left) {
    const size_t at = rest.find(word);
    if (at == std::string_view::npos) break;
    out.append(rest.substr(0, at));
    out.append(arguments[2].as_text());
    rest.remove_prefix(at + word.size());
    if (!context.charge(1)) return context.exhausted();
    if (is_too_long(context, out)) return too_long();
    if (!word.empty()) continue;
    // An empty word stands before every code point and at the end.
    if (rest.empty()) break;
    const size_t bytes = code_point_bytes(rest);
    out.append(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  }
  out.append(rest);
  return out.finish();
}

CelValue split(EvalContext& context, Arguments arguments) {
  std::string_view rest = arguments[0].as_text();
  const std::string_view separator = arguments[1].as_text();
  const size_t limit = limit_of(arguments, 2);
  ListBuilder parts(context);
  if (limit == 0 || (separator.empty() && rest.empty())) return parts.finish();
  if (!context.charge(rest.size() / 16)) return context.exhausted();
  while (parts.size() + 1 < limit) {
    const size_t end = separator.empty() ? code_point_bytes(rest) : rest.find(separator);
    if (end == std::string_view::npos || (separator.empty() && end == rest.size())) break;
    parts.add(CelValue::string(rest.substr(0, end)));
    rest.remove_prefix(end + separator.size());
    if (!context.charge(1)) return context.exhausted();
  }
  parts.add(CelValue::string(rest));
  return parts.finish();
}

CelValue format(EvalContext& context, Arguments arguments) {
  return format_verbs(context, arguments[0].as_text(), arguments[1]);
}

constexpr FunctionRow kRows[] = {
    {"charAt", CallForm::receiver, "string, int", "string", &char_at},
    {"indexOf", CallForm::receiver, "string, string", "int", &find_first},
    {"indexOf", CallForm::receiver, "string, string, int", "int", &find_first},
    {"lastIndexOf", CallForm::receiver, "string, string", "int", &find_last},
    {"lastIndexOf", CallForm::receiver, "string, string, int", "int", &find_last},
    {"substring", CallForm::receiver, "string, int", "string", &substring},
    {"substring", CallForm::receiver, "string, int, int", "string", &substring},
    {"lowerAscii", CallForm::receiver, "string", "string", &rewritten<&lower_ascii>},
    {"upperAscii", CallForm::receiver, "string", "string", &rewritten<&upper_ascii>},
    {"reverse", CallForm::receiver, "string", "string", &rewritten<&reverse_text>},
    {"trim", CallForm::receiver, "string", "string", &trimmed},
    {"strings.quote", CallForm::global, "string", "string", &quoted},
    {"join", CallForm::receiver, "list(string)", "string", &join},
    {"join", CallForm::receiver, "list(string), string", "string", &join},
    {"replace", CallForm::receiver, "string, string, string", "string", &replace},
    {"replace", CallForm::receiver, "string, string, string, int", "string", &replace},
    {"split", CallForm::receiver, "string, string", "list(string)", &split},
    {"split", CallForm::receiver, "string, string, int", "list(string)", &split},
    {"format", CallForm::receiver, "string, list(dyn)", "string", &format},
};

}  // namespace

const Library& strings_library() {
  static constexpr Library kLibrary{.name = "strings", .functions = kRows};
  return kLibrary;
}

}  // namespace kollect::extract
