#include "bench/corpus.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "bench/corpus/parts.h"

namespace kollect::bench {
namespace {

constexpr size_t kVariants = 128;
constexpr uint64_t kNoNamespace = ~uint64_t{0};
// Ascending, as the names that begin with them do within a namespace.
constexpr std::array<std::string_view, 12> kApps = {"atlas", "bank",  "cargo", "fleet",
                                                    "forge", "media", "prism", "probe",
                                                    "pulse", "relay", "shop",  "vault"};

constexpr std::string_view kPartial =
    R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)";
constexpr std::array<std::string_view, kResources> kWhole = {
    R"({"kind":"Pod","apiVersion":"v1",)", R"({"kind":"Deployment","apiVersion":"apps/v1",)",
    R"({"kind":"ConfigMap","apiVersion":"v1",)", R"({"kind":"Namespace","apiVersion":"v1",)"};

// Texts that slots take, written one behind the other into a buffer that is large enough for all.
class SlotWriter {
 public:
  template <typename... Args>
  void put(Slot slot, fmt::format_string<Args...> format, Args&&... args) {
    char* const begin = next_;
    next_ = fmt::format_to(next_, format, std::forward<Args>(args)...);
    texts[static_cast<size_t>(slot)] = {begin, static_cast<size_t>(next_ - begin)};
  }
  void put_hex(Slot slot, uint64_t number, size_t digits) {
    char* const begin = next_;
    put_part(number, digits, ' ');
    texts[static_cast<size_t>(slot)] = {begin, digits};
  }
  void put_uid(Slot slot, uint64_t a) {
    char* const begin = next_;
    const uint64_t b = mixed(a);
    put_part(a, 8, '-');
    put_part(a >> 32U, 4, '-');
    put_part(a >> 48U, 4, '-');
    put_part(b, 4, '-');
    put_part(b >> 16U, 12, ' ');
    texts[static_cast<size_t>(slot)] = {begin, 36};
  }
  // A point in 2026, so many seconds after its start.
  void put_time(Slot slot, uint64_t seconds) {
    put(slot, "2026-{:02}-{:02}T{:02}:{:02}:{:02}Z", 1 + seconds / 2419200 % 12,
        1 + seconds / 86400 % 28, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  }

  SlotTexts texts;

 private:
  void put_part(uint64_t number, size_t digits, char behind) {
    for (size_t i = 0; i < digits; ++i, number >>= 4U) *next_++ = "0123456789abcdef"[number & 15U];
    *next_++ = behind;
  }

  std::array<char, 640> buffer_;
  char* next_ = buffer_.data();
};

void put_identity(SlotWriter& out, const ObjectRef& object, const Corpus::Family& family,
                  uint64_t key) {
  const Revision& revision = object.revision;
  const uint64_t hash = mixed(family.owner, revision.rollout);
  out.put(Slot::app, "{}-{:06}", family.app, family.owner);
  out.put_hex(Slot::replica_set, hash, 10);
  switch (object.resource) {
    case Resource::pods:
      out.put(Slot::name, "{}-{:06}-{}-{:02x}{:03x}", family.app, family.owner,
              out.texts[static_cast<size_t>(Slot::replica_set)], family.place & 0xffU,
              mixed(key, revision.life) & 0xfffU);
      break;
    case Resource::deployments:
      out.put(Slot::name, "{}-{:06}", family.app, object.index);
      break;
    default:
      out.put(Slot::name, "{}-{:06}-settings", family.app, object.index);
  }
  out.put_uid(Slot::uid, mixed(key, revision.life));
  out.put_uid(Slot::owner_uid, hash);
  out.put_hex(Slot::hash, hash, 56);
}

void put_state(SlotWriter& out, const ObjectRef& object, uint64_t key) {
  const Revision& revision = object.revision;
  const uint64_t start = mixed(key) % 10000000;
  out.put(Slot::version, "{}", object.resource_version);
  out.put(Slot::generation, "{}", 1 + revision.rollout + revision.scale);
  out.put(Slot::replicas, "{}", 1 + (key + revision.scale) % 9);
  out.put(Slot::tag, "v{}.{}.{}", 1 + key % 4, key / 4 % 30, revision.rollout);
  out.put_time(Slot::created, start + revision.life);
  out.put_time(Slot::rolled, start + uint64_t{600} * revision.rollout);
  out.put_time(Slot::changed,
               start + uint64_t{600} * revision.rollout + uint64_t{10} * revision.status);
  out.put(Slot::node, "node-{:04}", key % 1000);
  out.put(Slot::host_ip, "10.0.{}.{}", key % 1000 / 250, key % 250);
  out.put(Slot::pod_ip, "10.{}.{}.{}", 64 + key % 64, key / 64 % 256,
          (key / 16384 + revision.life) % 256);
}

using Builder = ObjectTemplate (*)(uint64_t);

// The first template of a seed, or of the ones that follow from it, that renders to less than 10
// KiB.
ObjectTemplate fitting(Builder builder, uint64_t seed) {
  constexpr size_t kMostBytes = 10200;
  constexpr std::string_view kLongSlot = "123456789012345678901234";
  SlotTexts slots;
  slots.fill(kLongSlot);
  while (true) {
    ObjectTemplate out = builder(seed);
    std::string rendered;
    out.metadata.append(rendered, slots);
    out.rest.append(rendered, slots);
    if (rendered.size() < kMostBytes) return out;
    seed = mixed(seed);
  }
}

}  // namespace

struct Corpus::Templates {
  std::array<std::vector<ObjectTemplate>, kResources> of;
};

uint64_t CorpusShape::count(Resource resource) const {
  switch (resource) {
    case Resource::pods:
      return pods;
    case Resource::deployments:
      return deployments;
    case Resource::configmaps:
      return configmaps;
    default:
      return namespaces;
  }
}

Corpus::Corpus(const CorpusShape& shape)
    : shape_(shape), templates_(std::make_unique<Templates>()) {
  constexpr std::array<Builder, kResources> kBuilders = {pod_template, deployment_template,
                                                         configmap_template, namespace_template};
  for (size_t resource = 0; resource < kResources; ++resource) {
    for (size_t variant = 0; variant < kVariants; ++variant) {
      const uint64_t seed = mixed(shape.seed, resource * kVariants + variant);
      templates_->of[resource].push_back(fitting(kBuilders[resource], seed));
    }
  }
}

Corpus::~Corpus() = default;
Corpus::Corpus(Corpus&&) noexcept = default;
Corpus& Corpus::operator=(Corpus&&) noexcept = default;

void Corpus::append(std::string& out, const ObjectRef& object, Form form) const {
  const auto resource = static_cast<size_t>(object.resource);
  const uint64_t key = mixed(mixed(shape_.seed, resource), object.index);
  SlotWriter slots;
  slots.put(Slot::ns, "team-{:04}", namespace_of(object.resource, object.index));
  put_identity(slots, object, family_of(object), key);
  put_state(slots, object, key);

  const ObjectTemplate& text = templates_->of[resource][key % kVariants];
  out += form == Form::item    ? std::string_view("{")
         : form == Form::whole ? kWhole[resource]
                               : kPartial;
  text.metadata.append(out, slots.texts);
  if (form != Form::metadata_item) text.rest.append(out, slots.texts);
  out += '}';
}

Corpus::Family Corpus::family_of(const ObjectRef& object) const {
  if (!is_deployed(object.resource, object.index))
    return {object.index, app_of(object.resource, object.index)};
  const uint64_t owner = deployment_of(object.index);
  return {owner, app_of(Resource::deployments, owner), object.index - pods_of(owner).first};
}

// By the place of the owner among those of its namespace.
std::string_view Corpus::app_of(Resource owners, uint64_t owner) const {
  if (owner >= shape_.count(owners)) return kApps[owner % kApps.size()];
  const IndexRange range = initial_range(owners, namespace_of(owners, owner));
  if (range.first == range.last) return kApps.front();
  return kApps[(owner - range.first) * kApps.size() / (range.last - range.first)];
}

uint64_t Corpus::namespace_of(Resource resource, uint64_t index) const {
  if (resource == Resource::namespaces) return index;
  if (is_deployed(resource, index))
    return namespace_of(Resource::deployments, deployment_of(index));
  const uint64_t count = shape_.count(resource);
  if (index < count) return index * shape_.namespaces / count;
  return shape_.namespaces + (index - count) / shape_.new_namespace_objects;
}

IndexRange Corpus::initial_range(Resource resource, uint64_t number) const {
  if (resource == Resource::namespaces || number >= shape_.namespaces) return {};
  if (is_deployed(resource, 0)) {
    const IndexRange owners = initial_range(Resource::deployments, number);
    return {pods_of(owners.first).first, pods_of(owners.last).first};
  }
  const uint64_t count = shape_.count(resource);
  const auto first = [&](uint64_t n) {
    return (n * count + shape_.namespaces - 1) / shape_.namespaces;
  };
  return {first(number), first(number + 1)};
}

IndexRange Corpus::added_range(Resource resource, uint64_t number) const {
  constexpr uint64_t kMost = uint64_t{1} << 32U;
  if (resource == Resource::namespaces || number < shape_.namespaces || number > kMost) return {};
  const uint64_t each = shape_.new_namespace_objects;
  const uint64_t first = shape_.count(resource) + (number - shape_.namespaces) * each;
  return {first, first + each};
}

bool Corpus::is_deployed(Resource resource, uint64_t index) const {
  return resource == Resource::pods && shape_.deployments > 0 && index < shape_.pods;
}

uint64_t Corpus::deployment_of(uint64_t pod) const {
  return pod * shape_.deployments / shape_.pods;
}

IndexRange Corpus::pods_of(uint64_t deployment) const {
  if (shape_.deployments == 0) return {};
  const auto first = [&](uint64_t n) {
    return (n * shape_.pods + shape_.deployments - 1) / shape_.deployments;
  };
  return {first(deployment), first(deployment + 1)};
}

std::string namespace_name(uint64_t number) { return fmt::format("team-{:04}", number); }

uint64_t namespace_number(std::string_view name) {
  constexpr std::string_view kPrefix = "team-";
  if (!name.starts_with(kPrefix) || name.size() > kPrefix.size() + 12) return kNoNamespace;
  uint64_t number = 0;
  for (const char c : name.substr(kPrefix.size())) {
    if (c < '0' || c > '9') return kNoNamespace;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return namespace_name(number) == name ? number : kNoNamespace;
}

}  // namespace kollect::bench
