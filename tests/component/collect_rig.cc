#include "component/collect_rig.h"

#include <sys/resource.h>

#include <fmt/format.h>

#include "api/codec.h"
#include "api/schema_check.h"
#include "base/yaml.h"
#include "kube/object.h"

namespace kollect::testing {

namespace {

using namespace std::chrono_literals;

std::unique_ptr<sandbox::Sandbox> start_sandbox() {
  auto started = sandbox::Sandbox::start({.bookmark_interval = 200ms});
  EXPECT_TRUE(started) << (started ? "" : started.error().text());
  return *std::move(started);
}

kube::ClusterAccess access_to(sandbox::Sandbox& cluster, const std::string& user) {
  return {.server = cluster.url(), .token = cluster.token(user)};
}

template <typename Object>
Object read(const json::Value& object, json::Arena& arena) {
  api::Findings findings;
  const json::Value whole = api::with_defaults(api::kind_of<Object>(), object, arena);
  Object decoded = api::decode<Object>(whole, findings);
  EXPECT_TRUE(findings.errors().empty());
  return decoded;
}

// Both ends of every connection are in this process.
int allow_connections() {
  rlimit files{};
  EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  return 1000;
}

std::string indented(const std::string& lines) {
  return lines.empty() ? std::string("{}") : "{" + lines + "}";
}

}  // namespace

control::CollectorOptions quick_options() {
  return {.grace = 300ms, .flush = 10ms, .review = 400ms, .confirm = 100ms};
}

CollectRig::CollectRig(control::CollectorOptions options, const std::string& user)
    : sandbox_(start_sandbox()),
      client_(access_to(*sandbox_, user)),
      loop_({.connection = {}, .max_connections_per_host = allow_connections()}) {
  collector_ = std::make_unique<control::Collector>(
      control::CollectorParts{loop_, client_, rows_, metrics_, *this}, std::move(options));
}

CollectRig::~CollectRig() = default;

void CollectRig::put(const std::string& text) {
  const Status done = sandbox_->put(text);
  EXPECT_TRUE(done) << done.error().text();
}

void CollectRig::put_namespace(const std::string& name, const std::string& labels,
                               const std::string& annotations) {
  put(fmt::format(
      "{{apiVersion: v1, kind: Namespace, metadata: {{name: {}, labels: {}, annotations: {}}}}}",
      name,
      indented("kubernetes.io/metadata.name: " + name + (labels.empty() ? "" : ", " + labels)),
      indented(annotations)));
}

void CollectRig::put_map(const std::string& ns, const std::string& name, const std::string& x,
                         const std::string& labels) {
  put(
      fmt::format("{{apiVersion: v1, kind: ConfigMap, metadata: {{namespace: {}, name: {}, "
                  "labels: {}}}, data: {{x: '{}'}}}}",
                  ns, name, indented(labels), x));
}

void CollectRig::erase_map(const std::string& ns, const std::string& name) {
  EXPECT_TRUE(sandbox_->erase({"", "v1", "ConfigMap"}, {ns, name}));
}

void CollectRig::set(const std::string& manifests) {
  json::Arena arena;
  const auto documents = yaml::parse_all(manifests, arena);
  ASSERT_TRUE(documents) << documents.error().text();
  for (const yaml::Document& document : *documents) {
    const std::string kind = kube::gvk_of(document.root).kind;
    if (kind == "KollectProfile") {
      auto profile = read<api::Profile>(document.root, arena);
      profiles_[profile.metadata.namespace_name + '/' + profile.metadata.name] = profile;
    } else if (kind == "KollectScope") {
      scope_ = read<api::Scope>(document.root, arena);
    } else if (kind == "KollectClusterScope") {
      cluster_scope_ = read<api::ClusterScope>(document.root, arena);
    } else {
      set_target(document.root);
    }
  }
}

void CollectRig::set_target(const json::Value& object) {
  json::Arena arena;
  const auto profile_of = [&](const std::string& key) -> std::optional<api::Profile> {
    const auto found = profiles_.find(key);
    if (found == profiles_.end()) return std::nullopt;
    return found->second;
  };
  control::TargetInput input;
  if (kube::gvk_of(object).kind == "KollectTarget") {
    const auto target = read<api::Target>(object, arena);
    const std::string key = target.metadata.namespace_name + '/' + target.spec.profile_ref;
    input = control::input_of(target, profile_of(key), scope_);
    partitions_.insert({store::Origin::target, target.metadata.namespace_name});
  } else {
    const auto target = read<api::ClusterTarget>(object, arena);
    const api::ObjectRef& ref = target.spec.profile_ref;
    input =
        control::input_of(target, profile_of(ref.namespace_name + '/' + ref.name), cluster_scope_);
  }
  const control::TargetName name = input.name;
  collector_->set(name, compiler_.prepare(std::move(input)));
}

void CollectRig::remove(const std::string& ns, const std::string& name) {
  collector_->remove({store::Origin::target, ns, name});
}

void CollectRig::remove_cluster(const std::string& name) {
  collector_->remove({store::Origin::cluster_target, "", name});
}

bool CollectRig::until(const std::function<bool()>& done, std::chrono::seconds limit) {
  const auto end = Steady::now() + limit;
  while (!done() && Steady::now() < end) loop_.run_once(20ms, {});
  return done();
}

bool CollectRig::until_settled() {
  return until([&] { return collector_->is_settled(); });
}

bool CollectRig::until_rows(const std::vector<std::string>& wanted) {
  until([&] { return lines() == wanted; });
  EXPECT_EQ(lines(), wanted);
  return lines() == wanted;
}

void CollectRig::run_for(std::chrono::milliseconds time) {
  const auto end = Steady::now() + time;
  while (Steady::now() < end) loop_.run_once(10ms, {});
}

std::vector<std::string> CollectRig::lines() const {
  std::vector<std::string> lines;
  for (const store::PartitionKey& partition : partitions_) {
    const auto whole =
        rows_.read([&](const store::RowStore& rows) { return rows.snapshot(partition); });
    const bool is_cluster = partition.origin == store::Origin::cluster_target;
    for (const Ref<store::Row>& row : whole.rows) {
      const store::Place& place = row->place();
      lines.push_back(fmt::format("{}{} {}/{}={}", is_cluster ? "*" : "", place.target->name,
                                  place.namespace_name, row->name(), row->value(0)));
    }
  }
  return lines;
}

control::TargetReport CollectRig::report(const std::string& ns, const std::string& name) const {
  return collector_->report({store::Origin::target, ns, name}).value_or(control::TargetReport{});
}

control::TargetReport CollectRig::cluster_report(const std::string& name) const {
  return collector_->report({store::Origin::cluster_target, "", name})
      .value_or(control::TargetReport{});
}

double CollectRig::metric(const std::string& name, const std::vector<std::string>& labels) const {
  for (const metrics::FamilySamples& family : metrics_.gather()) {
    if (family.family->name != name) continue;
    for (const metrics::Sample& sample : family.samples) {
      if (sample.key->values == labels) return sample.value;
    }
  }
  return -1;
}

void CollectRig::rows_changed(std::span<const store::PartitionKey> partitions) {
  ++wakes_;
  partitions_.insert(partitions.begin(), partitions.end());
}

std::string map_profile(const std::string& ns, const std::string& path) {
  return fmt::format(R"(---
apiVersion: kollect.dev/v1alpha1
kind: KollectProfile
metadata: {{namespace: {}, name: x}}
spec:
  targetGVK: {{version: v1, kind: ConfigMap}}
  attributes: [{{name: x, path: "{}"}}]
)",
                     ns, path);
}

std::string map_target(const std::string& spec, const std::string& name, const std::string& ns) {
  return fmt::format(R"(---
apiVersion: kollect.dev/v1alpha1
kind: KollectTarget
metadata: {{namespace: {}, name: {}}}
spec: {{profileRef: x{}{}}}
)",
                     ns, name, spec.empty() ? "" : ", ", spec);
}

}  // namespace kollect::testing
