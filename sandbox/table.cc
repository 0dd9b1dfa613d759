#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "extract/json_path.h"
#include "sandbox/view.h"

namespace kollect::sandbox {

namespace {

using Cell = std::string (*)(const Value& object);

std::span<const Value> items_at(const Value& object, Path path) {
  const Value* list = object.at(path);
  if (list == nullptr || !list->is_array()) return {};
  return list->items();
}

// Of each item the text of a member; the distinct ones in order, joined.
std::string joined(std::span<const Value> items, std::string_view key) {
  std::string out;
  for (const Value& item : items) {
    if (item.text(key).empty()) continue;
    if (!out.empty()) out += ',';
    out += item.text(key);
  }
  return out;
}

std::string or_none(std::string text) { return text.empty() ? "<none>" : text; }

std::string condition_status(const Value& object, std::string_view type) {
  for (const Value& condition : items_at(object, {"status", "conditions"})) {
    if (condition.text("type") == type) return std::string(condition.text("status"));
  }
  return {};
}

std::string pod_ready(const Value& pod) {
  const auto statuses = items_at(pod, {"status", "containerStatuses"});
  const auto ready = std::ranges::count_if(statuses, [](const Value& status) {
    const Value* is_ready = status.find("ready");
    return is_ready != nullptr && *is_ready == Value::boolean(true);
  });
  return fmt::format("{}/{}", ready, items_at(pod, {"spec", "containers"}).size());
}

std::string pod_status(const Value& pod) {
  if (pod.at({"metadata", "deletionTimestamp"}) != nullptr) return "Terminating";
  for (const Value& status : items_at(pod, {"status", "containerStatuses"})) {
    for (const auto state : {"waiting", "terminated"}) {
      const std::string_view reason = text_at(status, {"state", state, "reason"});
      if (!reason.empty()) return std::string(reason);
    }
  }
  const std::string_view reason = text_at(pod, {"status", "reason"});
  return std::string(reason.empty() ? text_at(pod, {"status", "phase"}) : reason);
}

std::string restarts(const Value& pod) {
  int64_t sum = 0;
  for (const Value& status : items_at(pod, {"status", "containerStatuses"}))
    sum += int_at(status, {"restartCount"});
  return std::to_string(sum);
}

std::string replicas(const Value& object) {
  return fmt::format("{}/{}", int_at(object, {"status", "readyReplicas"}),
                     int_at(object, {"spec", "replicas"}));
}

std::string selector(const Value& object) {
  const Value* labels = object.at({"spec", "selector", "matchLabels"});
  if (labels == nullptr) labels = object.at({"spec", "podSelector", "matchLabels"});
  if (labels == nullptr) labels = object.at({"spec", "selector"});
  std::string out;
  if (labels == nullptr || !labels->is_object()) return "<none>";
  for (const Member& label : labels->members()) {
    if (!label.value.is_string()) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ",", label.key, label.value.as_string());
  }
  return or_none(out);
}

std::string completions(const Value& job) {
  return fmt::format("{}/{}", int_at(job, {"status", "succeeded"}),
                     int_at(job, {"spec", "completions"}, 1));
}

std::string job_status(const Value& job) {
  if (condition_status(job, "Complete") == "True") return "Complete";
  return condition_status(job, "Failed") == "True" ? "Failed" : "Running";
}

std::string service_ports(const Value& service) {
  std::string out;
  for (const Value& port : items_at(service, {"spec", "ports"})) {
    const int64_t node_port = int_at(port, {"nodePort"});
    out += fmt::format("{}{}{}/{}", out.empty() ? "" : ",", int_at(port, {"port"}),
                       node_port > 0 ? fmt::format(":{}", node_port) : "", port.text("protocol"));
  }
  return or_none(out);
}

std::string load_balancer(const Value& object) {
  const auto points = items_at(object, {"status", "loadBalancer", "ingress"});
  const std::string ips = joined(points, "ip");
  return ips.empty() ? joined(points, "hostname") : ips;
}

std::string external_ip(const Value& service) {
  const std::string_view name = text_at(service, {"spec", "externalName"});
  if (!name.empty()) return std::string(name);
  if (text_at(service, {"spec", "type"}) != "LoadBalancer") return "<none>";
  const std::string found = load_balancer(service);
  return found.empty() ? "<pending>" : found;
}

std::string hosts(const Value& ingress) {
  const std::string found = joined(items_at(ingress, {"spec", "rules"}), "host");
  return found.empty() ? "*" : found;
}

std::string entry_count(const Value& object) {
  size_t count = 0;
  for (const auto key : {"data", "binaryData"}) {
    const Value* map = object.find(key);
    if (map != nullptr && map->is_object()) count += map->members().size();
  }
  return std::to_string(count);
}

std::string node_roles(const Value& node) {
  constexpr std::string_view kRole = "node-role.kubernetes.io/";
  std::string out;
  const Value* labels = node.at({"metadata", "labels"});
  if (labels == nullptr || !labels->is_object()) return "<none>";
  for (const Member& label : labels->members()) {
    if (!label.key.starts_with(kRole)) continue;
    out += fmt::format("{}{}", out.empty() ? "" : ",", label.key.substr(kRole.size()));
  }
  return or_none(out);
}

struct Printer {
  std::string_view word;
  Cell cell;
};

constexpr Printer kPrinters[] = {
    {"age",
     [](const Value& o) {
       return age_text(text_at(o, {"metadata", "creationTimestamp"}));
     }},
    {"ready", &pod_ready},
    {"pod-status", &pod_status},
    {"restarts", &restarts},
    {"replicas", &replicas},
    {"selector", &selector},
    {"pod-selector", &selector},
    {"completions", &completions},
    {"job-status", &job_status},
    {"service-type",
     [](const Value& o) {
       return std::string(text_at(o, {"spec", "type"}));
     }},
    {"service-ports", &service_ports},
    {"external-ip", &external_ip},
    {"hosts", &hosts},
    {"address", &load_balancer},
    {"ingress-ports",
     [](const Value& o) {
       return std::string(items_at(o, {"spec", "tls"}).empty() ? "80" : "80, 443");
     }},
    {"data", &entry_count},
    {"node-status",
     [](const Value& o) {
       return std::string(condition_status(o, "Ready") == "True" ? "Ready" : "NotReady");
     }},
    {"node-roles", &node_roles},
    {"containers",
     [](const Value& o) {
       return joined(items_at(o, {"spec", "template", "spec", "containers"}), "name");
     }},
    {"images",
     [](const Value& o) {
       return joined(items_at(o, {"spec", "template", "spec", "containers"}), "image");
     }},
    {"event-object",
     [](const Value& o) {
       return fmt::format("{}/{}", text_at(o, {"involvedObject", "kind"}),
                          text_at(o, {"involvedObject", "name"}));
     }},
    {"role-ref",
     [](const Value& o) {
       return fmt::format("{}/{}", text_at(o, {"roleRef", "kind"}),
                          text_at(o, {"roleRef", "name"}));
     }},
};

Value typed(const Column& column, std::string text, Arena& arena) {
  Value number;
  if (column.type == "integer" && json::parse_number_text(text, number)) return number;
  return arena.string(text);
}

Value cell_of(const Column& column, const Value& object, Arena& arena) {
  const auto found = std::ranges::find(kPrinters, column.source, &Printer::word);
  if (found != std::end(kPrinters)) return typed(column, found->cell(object), arena);
  const auto path = extract::compile_json_path(column.source);
  if (!path) return Value();
  const auto result = path->evaluate(object, arena);
  if (result.kind != extract::PathResult::Kind::one) {
    const bool is_count = column.type == "integer" && column.source.front() == '.';
    return is_count && column.source.find("Replicas") != std::string::npos ? Value::integer(0)
                                                                           : Value();
  }
  if (column.type == "date" && result.value.is_string())
    return arena.string(age_text(result.value.as_string()));
  if (column.type == "string" && !result.value.is_string())
    return arena.string(json::to_text(result.value));
  return result.value;
}

}  // namespace

std::string age_text(std::string_view since) {
  const auto time = parse_rfc3339(since);
  if (!time) return "<unknown>";
  using std::chrono::duration_cast;
  const auto s = std::max<int64_t>(
      0, duration_cast<std::chrono::seconds>(system_clock().wall() - *time).count());
  const auto two = [](int64_t a, char x, int64_t b, char y) {
    return b == 0 ? fmt::format("{}{}", a, x) : fmt::format("{}{}{}{}", a, x, b, y);
  };
  const int64_t minutes = s / 60;
  const int64_t hours = minutes / 60;
  const int64_t days = hours / 24;
  if (s < 120) return fmt::format("{}s", s);
  if (minutes < 10) return two(minutes, 'm', s % 60, 's');
  if (hours < 3) return fmt::format("{}m", minutes);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  return fmt::format("{}d", days);
}

std::vector<Value> cells_of(const Kind& kind, const Value& object, Arena& arena) {
  std::vector<Value> cells = {text_of(text_at(object, {"metadata", "name"}))};
  for (const Column& column : kind.columns) cells.push_back(cell_of(column, object, arena));
  return cells;
}

}  // namespace kollect::sandbox
