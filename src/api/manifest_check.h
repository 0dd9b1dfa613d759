// Manifests against schema and rules without a cluster: the library behind `kollect validate`.
//
// Other manifests of the same run stand in for the cluster: a scope among them is in force, a
// profile among them is found. Give all files to add(), then read findings().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/codec.h"
#include "api/findings.h"
#include "api/kind.h"
#include "api/rules.h"
#include "base/yaml.h"

namespace kollect::api {

enum class Severity { error, warning };

struct ManifestFinding {
  std::string file;
  size_t line = 0;  // from 1; where the field stands, else the object that lacks it
  Severity severity = Severity::error;
  std::string object;  // `KollectTarget team-a/api`; empty when the file could not be read as YAML
  std::string path;    // of the field
  std::string message;

  // `file:line: KollectTarget team-a/api: spec.profileRef: Required value: ...`
  std::string text() const;
};

class ManifestCheck {
 public:
  // Both must outlive this. Namespaced objects that name no namespace are of `default_namespace`.
  ManifestCheck(const AdmissionPolicy& policy, const ExpressionCheck& expressions,
                std::string default_namespace = "default")
      : policy_(policy),
        expressions_(expressions),
        default_namespace_(std::move(default_namespace)) {}

  // One YAML or JSON file with any number of documents; Lists are taken apart. Objects of other
  // groups are passed over.
  void add(const std::string& file, std::string_view text);

  // Of all files, in the order given and by line inside a file.
  std::vector<ManifestFinding> findings() const;
  // Objects of ours that were read.
  size_t objects() const { return manifests_.size(); }
  // Objects of other groups, which were passed over.
  size_t passed_over() const { return passed_over_; }

  // The manifests as a cluster: scopes in force and profiles by name. Independent of this object.
  std::unique_ptr<const ClusterView> cluster() const;
  // Those of one kind that decode, with defaults, in the order given.
  template <typename Object>
  std::vector<Object> all() const {
    std::vector<Object> out;
    for (const Manifest& manifest : manifests_) {
      if (manifest.kind != &kind_of<Object>()) continue;
      Findings findings;
      Object decoded = decode<Object>(manifest.object, findings);
      if (findings.ok()) out.push_back(std::move(decoded));
    }
    return out;
  }

 private:
  struct Manifest {
    std::string file;
    const Kind* kind;
    json::Value object;  // with defaults
    json::Value given;
    std::shared_ptr<const yaml::Lines> lines;
    std::string pointer;  // of the object in its document: empty, or `/items/3`
    size_t line;

    // Where a field of the object stands, else the object.
    size_t line_of(std::string_view path) const;
  };
  // An object and where it stands in its document.
  struct Place {
    const std::string& file;
    std::shared_ptr<const yaml::Lines> lines;
    std::string pointer;
    size_t line;
  };

  void add_object(const json::Value& object, const Place& place, json::Arena& arena);
  void add_items(const json::Value& list, const Place& place, json::Arena& arena);
  void check_manifest(const Manifest& manifest, const ClusterView& cluster,
                      std::vector<ManifestFinding>& out) const;

  const AdmissionPolicy& policy_;
  const ExpressionCheck& expressions_;
  const std::string default_namespace_;
  size_t passed_over_ = 0;
  std::vector<std::unique_ptr<json::Arena>> arenas_;
  std::vector<Manifest> manifests_;
  std::vector<std::string> files_;       // in the order given
  std::vector<ManifestFinding> unread_;  // files and documents that never became a manifest
};

}  // namespace kollect::api
