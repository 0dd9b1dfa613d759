#include "kube/object.h"

namespace kollect::kube {

namespace {

std::string_view metadata(const json::Value& object, std::string_view key) {
  const json::Value* found = object.find("metadata");
  return found != nullptr ? found->text(key) : std::string_view();
}

}  // namespace

ObjectKey parse_object_key(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {.ns = {}, .name = std::string(text)};
  return {.ns = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
}

ObjectKey key_of(const json::Value& object) {
  return {.ns = std::string(metadata(object, "namespace")),
          .name = std::string(metadata(object, "name"))};
}

Gvk gvk_of(const json::Value& object) {
  const auto version = parse_api_version(object.text("apiVersion"));
  Gvk gvk{.group = {}, .version = {}, .kind = std::string(object.text("kind"))};
  if (version) {
    gvk.group = version->group;
    gvk.version = version->version;
  }
  return gvk;
}

std::string_view uid_of(const json::Value& object) { return metadata(object, "uid"); }

std::string_view resource_version_of(const json::Value& object) {
  return metadata(object, "resourceVersion");
}

int64_t generation_of(const json::Value& object) {
  const json::Value* found = object.at({"metadata", "generation"});
  return found != nullptr && found->kind() == json::Kind::integer ? found->as_int() : 0;
}

bool is_being_deleted(const json::Value& object) {
  return !metadata(object, "deletionTimestamp").empty();
}

}  // namespace kollect::kube
