// Generated Kubernetes objects, exactly as an API server serves them.
//
// An object is a pure function of the seed, its index and its revision, so a million of them need
// no memory: each is rendered when it is asked for, by filling the slots of one of a few hundred
// templates. Sizes are 2-10 KiB, about 7 kB for pods and deployments, managedFields included. By
// ascending index those of the start come in the order of their keys, as an API server lists them:
// a namespace after the other, names ascending.
// Templates are in corpus/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kollect::bench {

enum class Resource : uint8_t { pods, deployments, configmaps, namespaces };
inline constexpr size_t kResources = 4;

// How often an object was changed, and by what.
struct Revision {
  uint16_t life = 0;     // deleted and created again: a new uid, and for a pod a new name
  uint16_t rollout = 0;  // a new image
  uint16_t scale = 0;    // another number of replicas
  uint16_t status = 0;   // heartbeats
};

struct ObjectRef {
  Resource resource = Resource::pods;
  uint64_t index = 0;
  Revision revision = {};
  uint64_t resource_version = 1;
};

enum class Form {
  item,           // as in a list: without kind and apiVersion
  whole,          // as in a watch event
  metadata_item,  // PartialObjectMetadata in a list, which names its kind too
};

// How many objects there are at the start. Objects of one resource fill the namespaces evenly and
// in order; an index beyond the count lies in a further namespace, `new_namespace_objects` to each.
struct CorpusShape {
  uint64_t seed = 1;
  uint64_t pods = 0;
  uint64_t deployments = 0;
  uint64_t configmaps = 0;
  uint64_t namespaces = 10;
  uint64_t new_namespace_objects = 100;

  uint64_t count(Resource resource) const;
};

struct IndexRange {
  uint64_t first = 0;
  uint64_t last = 0;  // one past the end
};

// Immutable after construction; any thread may render.
class Corpus {
 public:
  explicit Corpus(const CorpusShape& shape);
  ~Corpus();
  Corpus(Corpus&&) noexcept;
  Corpus& operator=(Corpus&&) noexcept;

  // The compact JSON text of the object, appended to `out`.
  void append(std::string& out, const ObjectRef& object, Form form) const;

  // The number of the namespace that holds the object; of a namespace, its index.
  uint64_t namespace_of(Resource resource, uint64_t index) const;
  // The initial objects of a namespace that exists at the start.
  IndexRange initial_range(Resource resource, uint64_t namespace_number) const;
  // The objects of a namespace beyond the initial ones.
  IndexRange added_range(Resource resource, uint64_t namespace_number) const;
  // The pods of a deployment.
  IndexRange pods_of(uint64_t deployment) const;

  const CorpusShape& shape() const { return shape_; }

  // What names are made of.
  struct Family {
    uint64_t owner = 0;  // of a pod the deployment; else the object itself
    std::string_view app = {};
    uint64_t place = 0;  // of a pod among those of its owner
  };

 private:
  // Whether it is a pod of a deployment, in whose namespace it lives.
  bool is_deployed(Resource resource, uint64_t index) const;
  uint64_t deployment_of(uint64_t pod) const;
  Family family_of(const ObjectRef& object) const;
  std::string_view app_of(Resource owners, uint64_t owner) const;

  struct Templates;

  CorpusShape shape_;
  std::unique_ptr<Templates> templates_;
};

// "team-0042", and the number back; a number beyond every namespace when it is no such name.
std::string namespace_name(uint64_t number);
uint64_t namespace_number(std::string_view name);

}  // namespace kollect::bench
