#include <algorithm>

#include <fmt/format.h>

#include "api/scalar.h"
#include "base/text.h"
#include "extract/compiled_profile.h"
#include "extract/secret_view.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kCelPrefix = "cel:";
constexpr std::string_view kHelmPrefix = "helm:";
constexpr std::string_view kDefaultResourceName = "resource";
constexpr std::string_view kValueStep = ".value";

Include include_of(std::string_view word) {
  if (word == "MetadataOnly") return Include::metadata_only;
  if (word == "SpecOnly") return Include::spec_only;
  if (word == "StatusOnly") return Include::status_only;
  if (word == "All") return Include::all;
  return Include::spec_and_status;
}

PruneSpec prune_spec(const api::ResourceExport& resource) {
  PruneSpec spec;
  spec.as = resource.as.empty() ? std::string(kDefaultResourceName) : resource.as;
  spec.include = include_of(resource.include);
  spec.dedupe_identity = resource.dedupe_identity.value_or(true);
  if (resource.prune) {
    spec.defaults = resource.prune->defaults.value_or(true);
    spec.json_pointers = resource.prune->json_pointers;
    spec.json_paths = resource.prune->json_paths;
    spec.cel = resource.prune->cel;
  }
  return spec;
}

std::vector<std::string> scrub_keys(const api::ProfileSpec& spec,
                                    std::span<const std::string> of_operator) {
  std::vector<std::string> keys(of_operator.begin(), of_operator.end());
  if (spec.resource_export && spec.resource_export->prune) {
    const auto& own = spec.resource_export->prune->scrub_keys;
    keys.insert(keys.end(), own.begin(), own.end());
  }
  return keys;
}

}  // namespace

// Collects all errors, so that a profile is mended in one go.
class ProfileCompiler {
 public:
  ProfileCompiler(const api::ProfileSpec& spec, const CompileOptions& options)
      : spec_(spec), options_(options) {}

  Result<std::shared_ptr<const CompiledProfile>> compile() {
    const bool is_secret =
        kollect::extract::is_secret(spec_.target_gvk.group, spec_.target_gvk.kind);
    profile_->gvk_ = spec_.target_gvk;
    profile_->is_secret_ = is_secret;
    profile_->hides_secret_data_ = is_secret && !options_.may_read_secrets;
    profile_->scrubber_ = Scrubber(scrub_keys(spec_, options_.scrub_keys));
    for (const api::Attribute& attribute : spec_.attributes) add(attribute);
    if (spec_.resource_export && spec_.resource_export->is_resource())
      add_resource(*spec_.resource_export, is_secret);
    number_slots();
    if (!errors_.empty()) return invalid(errors_);
    return std::shared_ptr<const CompiledProfile>(std::move(profile_));
  }

 private:
  using Attribute = CompiledProfile::Attribute;

  void fail(std::string_view name, std::string_view why) {
    if (!errors_.empty()) errors_ += '\n';
    errors_ += fmt::format("attribute \"{}\": {}", name, why);
  }

  void warn(std::string_view name, std::string_view remark) {
    profile_->warnings_.push_back(fmt::format("attribute \"{}\": {}", name, remark));
  }

  void add(const api::Attribute& attribute) {
    const std::string_view path = trimmed(attribute.path);
    if (!attribute.type.empty() && !is_known_type(attribute.type)) {
      warn(attribute.name,
           fmt::format("type \"{}\" is no known word and has no effect", attribute.type));
    }
    if (path.empty()) return fail(attribute.name, "the path is blank");
    if (path.starts_with(kHelmPrefix)) {
      return fail(
          attribute.name,
          "this version does not read Helm releases yet; remove the attribute or use another path");
    }
    if (options_.on_compile) options_.on_compile(path);
    if (path.starts_with(kCelPrefix)) {
      auto cel = compile_cel_attribute(trimmed(path.substr(kCelPrefix.size())));
      return cel ? keep(attribute, std::move(*cel)) : fail(attribute.name, cel.error().message);
    }
    auto json_path = compile_json_path(path);
    if (!json_path) return fail(attribute.name, json_path.error().message);
    for (const std::string& remark : json_path->warnings()) warn(attribute.name, remark);
    keep(attribute, std::move(*json_path));
  }

  static Result<CompiledProfile::Cel> compile_cel_attribute(std::string_view text) {
    auto program = compile_cel(text, CelEnvironment::of_object());
    if (!program) return program.error();
    CompiledProfile::Cel cel{.program = std::move(*program), .last_key = {}, .parent = {}};
    cel.last_key = cel.program.last_selected_key().value_or(std::string_view());
    if (cel.last_key == kValueStep.substr(1) && text.ends_with(kValueStep)) {
      text.remove_suffix(kValueStep.size());
      if (auto parent = compile_cel(text, CelEnvironment::of_object()))
        cel.parent = std::move(*parent);
    }
    return cel;
  }

  void keep(const api::Attribute& attribute, std::variant<JsonPath, CompiledProfile::Cel> program) {
    profile_->attributes_.push_back(Attribute{.name = attribute.name,
                                              .program = std::move(program),
                                              .type = attribute_type(attribute.type),
                                              .is_optional = attribute.optional.value_or(false),
                                              .is_redacted = attribute.redact.value_or(false)});
    profile_->schema_.push_back(attribute.name);
  }

  void add_resource(const api::ResourceExport& resource, bool is_secret) {
    const PruneSpec spec = prune_spec(resource);
    if (is_secret && !options_.may_export_secrets) {
      return fail(spec.as,
                  fmt::format("a Secret is exported whole only with the annotation {}: \"true\"",
                              api::kAllowFullResourceExport));
    }
    if (std::ranges::find(profile_->schema_, spec.as) != profile_->schema_.end()) {
      return fail(spec.as,
                  "the embedded object and an attribute have the same name; change export.as");
    }
    for (const std::string& remark : review(spec, {}).warnings) warn(spec.as, remark);
    profile_->pruner_.emplace(spec);
    profile_->schema_.push_back(spec.as);
    resource_name_ = spec.as;
  }

  void number_slots() {
    std::vector<std::string>& schema = profile_->schema_;
    std::ranges::sort(schema);
    const auto slot_of = [&](const std::string& name) {
      return static_cast<size_t>(std::ranges::lower_bound(schema, name) - schema.begin());
    };
    for (size_t i = 1; i < schema.size(); ++i) {
      if (schema[i] == schema[i - 1]) fail(schema[i], "the name is used twice");
    }
    for (Attribute& attribute : profile_->attributes_) attribute.slot = slot_of(attribute.name);
    profile_->resource_slot_ = slot_of(resource_name_);
  }

  const api::ProfileSpec& spec_;
  const CompileOptions& options_;
  std::shared_ptr<CompiledProfile> profile_ = std::make_shared<CompiledProfile>();
  std::string resource_name_;
  std::string errors_;
};

Result<std::shared_ptr<const CompiledProfile>> compile_profile(const api::ProfileSpec& spec,
                                                               const CompileOptions& options) {
  return ProfileCompiler(spec, options).compile();
}

}  // namespace kollect::extract
