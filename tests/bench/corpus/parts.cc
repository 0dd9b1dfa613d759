#include "bench/corpus/parts.h"

#include <array>

#include <fmt/format.h>

namespace kollect::bench {
namespace {

using Words = std::array<std::string_view, 24>;
constexpr Words kWords = {"orders",  "billing", "search",  "catalog", "session", "ledger",
                          "gateway", "worker",  "metrics", "profile", "payment", "shipping",
                          "cache",   "queue",   "report",  "audit",   "invoice", "pricing",
                          "router",  "batch",   "events",  "mailer",  "webhook", "planner"};
constexpr std::array<std::string_view, 8> kSidecars = {"proxy", "logs",  "metrics", "vault",
                                                       "otel",  "cache", "cron",    "migrate"};
constexpr std::array<std::string_view, 5> kTiers = {"frontend", "backend", "data", "edge", "batch"};

std::string_view word(Random& random) { return random.pick(kWords); }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string variable(Random& random, size_t number) {
  const std::string name =
      fmt::format("{}_{}_{}", upper(word(random)), upper(word(random)), number);
  switch (random.below(6)) {
    case 0:
      return fmt::format(
          R"({{"name":"{}","valueFrom":{{"secretKeyRef":{{"name":"%app%-credentials","key":"{}"}}}}}})",
          name, word(random));
    case 1:
      return fmt::format(
          R"({{"name":"{}","valueFrom":{{"configMapKeyRef":{{"name":"%app%-settings","key":"{}.url"}}}}}})",
          name, word(random));
    case 2:
      return fmt::format(
          R"({{"name":"{}","valueFrom":{{"fieldRef":{{"apiVersion":"v1","fieldPath":"metadata.namespace"}}}}}})",
          name);
    default:
      return fmt::format(R"({{"name":"{}","value":"{}"}})", name,
                         words(random, random.between(1, 5)));
  }
}

std::string probe(std::string_view kind, Random& random) {
  return fmt::format(
      R"(,"{}Probe":{{"httpGet":{{"path":"/{}/{}","port":"http","scheme":"HTTP"}},"initialDelaySeconds":{},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}})",
      kind, word(random), kind, random.between(1, 60));
}

std::string resources(Random& random) {
  return fmt::format(
      R"("resources":{{"limits":{{"cpu":"{}m","memory":"{}Mi"}},"requests":{{"cpu":"{}m","memory":"{}Mi"}}}})",
      random.between(2, 40) * 100, 1U << random.between(7, 12), random.between(1, 9) * 50,
      1U << random.between(5, 10));
}

std::string mounts(Random& random, size_t count) {
  std::string out = R"("volumeMounts":[)";
  for (size_t i = 0; i < count; ++i) {
    out += fmt::format(R"({{"name":"volume-{}","mountPath":"/etc/{}/{}"}},)", i, word(random), i);
  }
  return out +
         R"({"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}])";
}

std::string ports(Random& random) {
  std::string out = R"("ports":[{"name":"http","containerPort":8080,"protocol":"TCP"})";
  if (random.percent(50)) {
    out += R"(,{"name":"metrics","containerPort":9090,"protocol":"TCP"})";
  }
  return out + "]";
}

std::string container(Random& random, std::string_view name, size_t volumes) {
  const bool is_sidecar = name.ends_with("-sidecar");
  std::string out = fmt::format(R"({{"name":"{}","image":"registry.example.com/{}/{}:%tag%",)",
                                name, word(random), name);
  if (random.percent(60)) {
    out += fmt::format(R"("args":["--config=/etc/{}/config.yaml","--log-level=info"],)", name);
  }
  out += ports(random) + R"(,"env":[)";
  const size_t most_variables = is_sidecar ? 1 : random.percent(25) ? 0 : 10;
  const size_t variables = random.below(most_variables + 1);
  for (size_t i = 0; i < variables; ++i) out += (i > 0 ? "," : "") + variable(random, i);
  out += "]," + resources(random) + "," + mounts(random, volumes);
  if (!is_sidecar && random.percent(45)) out += probe("liveness", random);
  if (!is_sidecar && random.percent(60)) out += probe("readiness", random);
  if (!is_sidecar && random.percent(50)) {
    out +=
        R"(,"securityContext":{"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false})";
  }
  return out +
         R"(,"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"})";
}

std::string volume(Random& random, size_t number) {
  if (random.percent(50)) return fmt::format(R"({{"name":"volume-{}","emptyDir":{{}}}})", number);
  return fmt::format(
      R"({{"name":"volume-{}","configMap":{{"name":"%app%-settings-{}","defaultMode":420}}}})",
      number, number);
}

}  // namespace

std::string words(Random& random, size_t count) {
  std::string out(word(random));
  for (size_t i = 1; i < count; ++i) out += fmt::format("-{}{}", word(random), random.below(100));
  return out;
}

std::string label_members(Random& random) {
  std::string out = fmt::format(
      R"("app.kubernetes.io/name":"%app%","app.kubernetes.io/part-of":"{}","app.kubernetes.io/managed-by":"Helm","tier":"{}","team":"%ns%")",
      word(random), random.pick(kTiers));
  const size_t more = random.between(0, 3);
  for (size_t i = 0; i < more; ++i) {
    out += fmt::format(R"(,"example.com/{}-{}":"{}")", word(random), i, words(random, 2));
  }
  return out;
}

std::string annotation_members(Random& random) {
  std::string out = fmt::format(
      R"("prometheus.io/scrape":"true","prometheus.io/port":"9090","checksum/config":"{:016x}{:016x}")",
      random.next(), random.next());
  const size_t more = random.between(0, 2);
  for (size_t i = 0; i < more; ++i) {
    out += fmt::format(R"(,"example.com/{}-note-{}":"{}")", word(random), i, words(random, 6));
  }
  return out;
}

PodSpec pod_spec(Random& random) {
  PodSpec out;
  const size_t volumes = random.between(0, 2);
  const size_t containers = random.percent(20) ? 2 : 1;
  std::string list;
  for (size_t i = 0; i < containers; ++i) {
    out.container_names.emplace_back(i == 0 ? word(random) : random.pick(kSidecars));
    if (i > 0) out.container_names.back() += "-sidecar";
    list += (i > 0 ? "," : "") + container(random, out.container_names.back(), volumes);
  }
  std::string mounted;
  for (size_t i = 0; i < volumes; ++i) mounted += volume(random, i) + ",";
  out.members = fmt::format(
      R"("volumes":[{}{{"name":"kube-api-access","emptyDir":{{}}}}],"containers":[{}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"%app%","securityContext":{{"runAsUser":{},"fsGroup":{}}},"schedulerName":"default-scheduler")",
      mounted, list, random.between(1000, 9999), random.between(1000, 9999));
  return out;
}

}  // namespace kollect::bench
