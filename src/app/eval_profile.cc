#include "app/eval_profile.h"

#include <fmt/format.h>

#include "api/codec.h"
#include "api/profile.h"
#include "app/objects.h"
#include "base/json_write.h"
#include "extract/plan.h"
#include "store/row.h"

namespace kollect::app {

namespace {

using extract::CompiledProfile;
using json::Value;

struct Loaded {
  api::Profile profile;
  std::shared_ptr<const CompiledProfile> compiled;
};

Result<Loaded> load(const Value& manifest) {
  api::Findings findings;
  Loaded loaded{.profile = api::decode<api::Profile>(manifest, findings, api::Unknown::report),
                .compiled = nullptr};
  if (!findings.ok())
    return invalid(findings.message("KollectProfile", loaded.profile.metadata.name));
  extract::CompileOptions options;
  options.may_read_secrets = has_consent(loaded.profile, api::kAllowSecretExtraction);
  options.may_export_secrets = has_consent(loaded.profile, api::kAllowFullResourceExport);
  auto compiled = extract::compile_profile(loaded.profile.spec, options);
  if (!compiled) return compiled.error().in("profile " + loaded.profile.metadata.name);
  loaded.compiled = std::move(*compiled);
  return loaded;
}

Result<std::vector<Loaded>> load_all(const std::vector<std::string>& files,
                                     const Console& console) {
  std::vector<Loaded> all;
  for (const std::string& file : files) {
    const auto text = console.read(file);
    if (!text) return text.error();
    json::Arena arena;
    const auto manifests = read_objects(*text, arena);
    if (!manifests) return manifests.error().in(file);
    for (const Value& manifest : *manifests) {
      if (manifest.text("kind") != "KollectProfile") continue;
      auto loaded = load(manifest);
      if (!loaded) return loaded.error().in(file);
      for (const std::string& remark : loaded->compiled->warnings()) {
        console.err(fmt::format("kollect eval: warning: {}\n", remark));
      }
      all.push_back(std::move(*loaded));
    }
  }
  if (all.empty()) return invalid("no KollectProfile in the files given");
  return all;
}

bool is_of_kind(const Value& object, const extract::Plan& plan) {
  return object.text("kind") == plan.kind() && object.text("apiVersion") == plan.api_version();
}

class ProfileRun {
 public:
  ProfileRun(const Loaded& loaded, const Console& console)
      : console_(console), plan_(loaded.profile.spec.target_gvk) {
    const api::Metadata& metadata = loaded.profile.metadata;
    plan_.add(loaded.compiled);
    const api::Gvk& gvk = loaded.profile.spec.target_gvk;
    target_ = std::make_shared<store::EncodedTarget>(
        store::TargetKey{store::Origin::target, metadata.namespace_name, metadata.name});
    schema_ = std::make_shared<store::EncodedSchema>(
        store::Schema{gvk.group, gvk.version, gvk.kind, loaded.compiled->schema()});
  }

  // Whether the object gave a row or is of another kind.
  bool run(const Value& object) {
    if (!is_of_kind(object, plan_)) return true;
    has_objects_ = true;
    const std::string bytes = json::to_text(object);
    const auto read = extractor_.load(plan_, bytes);
    if (!read) return tell(object, read.error().text());
    const extract::ExtractionOutput& output = extractor_.extract(plan_, 0);
    if (output.failure()) return tell(object, output.failure()->message);
    for (const size_t misfit : output.misfits()) {
      console_.err(
          fmt::format("kollect eval: {}: attribute \"{}\": the value does not fit its type and is "
                      "kept as it is\n",
                      object_name(object), schema_->attributes[misfit]));
    }
    print(*read, output);
    return true;
  }

  // A profile for another kind or version than the objects' is easily mistaken for an empty result.
  void finish() const {
    if (has_objects_) return;
    console_.err(fmt::format("kollect eval: profile {}: none of the objects is a {} of {}\n",
                             target_->name, plan_.kind(), plan_.api_version()));
  }

 private:
  bool tell(const Value& object, const std::string& why) {
    console_.err(fmt::format("kollect eval: {}: {}\n", object_name(object), why));
    return false;
  }

  void print(const Value& object, const extract::ExtractionOutput& output) {
    const Value* metadata = object.find("metadata");
    const Value none = Value::object({});
    const Value& identity = metadata == nullptr ? none : *metadata;
    auto place =
        std::make_unique<store::Place>(target_, schema_, std::string(identity.text("namespace")));
    const auto row = store::Row::make(Ref<store::Place>::adopt(place.release()),
                                      {.namespace_name = identity.text("namespace"),
                                       .name = identity.text("name"),
                                       .uid = identity.text("uid"),
                                       .values = output.values()},
                                      0);
    std::string line;
    append(line, *row);
    console_.out(line + "\n");
  }

  const Console& console_;
  bool has_objects_ = false;
  extract::Plan plan_;
  extract::Extractor extractor_;
  std::shared_ptr<const store::EncodedTarget> target_;
  std::shared_ptr<const store::EncodedSchema> schema_;
};

}  // namespace

int run_profiles(const std::vector<std::string>& files, const std::vector<Value>& objects,
                 const Console& console) {
  const auto all = load_all(files, console);
  if (!all) {
    console.err(fmt::format("kollect eval: {}\n", all.error().text()));
    return kBadInput;
  }
  int code = kDone;
  for (const Loaded& loaded : *all) {
    ProfileRun profile(loaded, console);
    for (const Value& object : objects) {
      if (!profile.run(object)) code = kIncomplete;
    }
    profile.finish();
  }
  return code;
}

}  // namespace kollect::app
