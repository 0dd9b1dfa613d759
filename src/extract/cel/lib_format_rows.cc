#include "extract/cel/lib_extensions.h"
#include "extract/cel/lib_name_format.h"

namespace kollect::extract {
namespace {

using Arguments = std::span<const CelValue>;

struct FormatValue : Opaque {
  NameFormat format;
};

NameFormat format_in(const Opaque& value) { return static_cast<const FormatValue&>(value).format; }

constexpr OpaqueType kFormatType{
    .name = "kubernetes.NamedFormat",
    .equal = [](const Opaque& a, const Opaque& b) { return format_in(a) == format_in(b); },
    .text = [](const Opaque& value, json::Arena&) { return word(format_in(value)); },
};

constexpr FormatValue constant(NameFormat format) { return FormatValue{{&kFormatType}, format}; }

constexpr FormatValue kFormats[] = {
    constant(NameFormat::dns1123_label),
    constant(NameFormat::dns1123_subdomain),
    constant(NameFormat::dns1035_label),
    constant(NameFormat::qualified_name),
    constant(NameFormat::dns1123_label_prefix),
    constant(NameFormat::dns1123_subdomain_prefix),
    constant(NameFormat::dns1035_label_prefix),
    constant(NameFormat::label_value),
    constant(NameFormat::uri),
    constant(NameFormat::uuid),
    constant(NameFormat::byte),
    constant(NameFormat::date),
    constant(NameFormat::datetime),
};
static_assert(std::size(kFormats) == kNameFormats);

CelValue value_of(NameFormat format) {
  return CelValue::opaque(kFormats[static_cast<size_t>(format)]);
}

CelValue named(EvalContext& context, Arguments arguments) {
  const std::optional<NameFormat> format = name_format(arguments[0].as_text());
  return format ? context.optional_of(value_of(*format)) : CelValue::optional(nullptr);
}

template <NameFormat format>
CelValue constant_format(EvalContext&, Arguments) {
  return value_of(format);
}

CelValue message(EvalContext& context, const Finding& finding) {
  if (finding.part.empty()) return CelValue::string(finding.message);
  TextBuilder out(context);
  out.append(finding.part);
  out.append(finding.message);
  return out.finish();
}

CelValue validate(EvalContext& context, Arguments arguments) {
  const NameFormat format = format_in(arguments[0].opaque_content());
  std::string_view text = arguments[1].as_text();
  if (!context.charge(text.size() / 4)) return context.exhausted();
  if (is_prefix(format)) {
    char* const out = context.allocate_text(text.size());
    if (out == nullptr) return context.exhausted();
    text = {out, mask_trailing_dash(text, out)};
  }
  const Findings found = findings(format, text);
  if (found.size == 0) return CelValue::optional(nullptr);
  ListBuilder messages(context, found.size);
  for (size_t i = 0; i < found.size; ++i) messages.add(message(context, found.items[i]));
  const CelValue list = messages.finish();
  return list.is_error() ? list : context.optional_of(list);
}

constexpr FunctionRow kRows[] = {
    {"format.named", CallForm::global, "string", "optional_type(kubernetes.NamedFormat)", &named},
    {"validate", CallForm::receiver, "kubernetes.NamedFormat, string",
     "optional_type(list(string))", &validate},
    {"format.dns1123Label", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1123_label>},
    {"format.dns1123Subdomain", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1123_subdomain>},
    {"format.dns1035Label", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1035_label>},
    {"format.qualifiedName", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::qualified_name>},
    {"format.dns1123LabelPrefix", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1123_label_prefix>},
    {"format.dns1123SubdomainPrefix", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1123_subdomain_prefix>},
    {"format.dns1035LabelPrefix", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::dns1035_label_prefix>},
    {"format.labelValue", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::label_value>},
    {"format.uri", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::uri>},
    {"format.uuid", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::uuid>},
    {"format.byte", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::byte>},
    {"format.date", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::date>},
    {"format.datetime", CallForm::global, "", "kubernetes.NamedFormat",
     &constant_format<NameFormat::datetime>},
};

constexpr const OpaqueType* kTypes[] = {&kFormatType};

}  // namespace

const Library& format_library() {
  static constexpr Library kLibrary{.name = "format", .functions = kRows, .types = kTypes};
  return kLibrary;
}

}  // namespace kollect::extract
