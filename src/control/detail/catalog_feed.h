// One watch of the catalog: what it brings is decoded at once and kept for lookups.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "api/codec.h"
#include "api/scalar.h"
#include "base/guarded.h"
#include "base/log.h"
#include "kube/object.h"
#include "kube/watcher.h"

namespace kollect::control {

// The methods of WatchReader belong to the loop's thread; lookups come from any.
template <typename Object>
class CatalogFeed final : public kube::WatchReader {
 public:
  CatalogFeed(std::string namespace_name, const Log& log)
      : namespace_(std::move(namespace_name)), log_(log.named("catalog")) {
    table_.with([&](Table& table) { table.unknown = unavailable(title() + " not read yet"); });
  }

  kube::WatchSpec spec() const {
    const api::Kind& kind = api::kind_of<Object>();
    return {.gvk = {std::string(api::kGroup), std::string(api::kVersion), std::string(kind.name)},
            .ns = namespace_};
  }

  // An error while nothing can be said.
  Status known() const {
    return table_.read([](const Table& table) -> Status {
      if (table.unknown) return *table.unknown;
      return {};
    });
  }

  // Of the objects of a namespace the one with the smallest name.
  Result<std::optional<Object>> first(std::string_view namespace_name) const {
    return table_.read([&](const Table& table) -> Result<std::optional<Object>> {
      if (table.unknown) return *table.unknown;
      const auto found = table.objects.lower_bound({std::string(namespace_name), ""});
      if (found == table.objects.end() || found->first.ns != namespace_name)
        return std::optional<Object>();
      return answer(found->second);
    });
  }

  Result<std::optional<Object>> named(const kube::ObjectKey& key) const {
    return table_.read([&](const Table& table) -> Result<std::optional<Object>> {
      if (table.unknown) return *table.unknown;
      const auto found = table.objects.find(key);
      if (found == table.objects.end()) return std::optional<Object>();
      return answer(found->second);
    });
  }

  void begin_list() override { ++list_; }

  void object(kube::ObjectChange change, std::string_view bytes) override {
    json::Arena arena;
    const auto object = json::parse(bytes, arena);
    if (!object) return unreadable(object.error());
    const kube::ObjectKey key = kube::key_of(*object);
    if (change == kube::ObjectChange::erased) {
      table_.with([&](Table& table) { table.objects.erase(key); });
      return;
    }
    Kept kept{decoded(typed(*object, arena), key), list_};
    table_.with([&](Table& table) { table.objects.insert_or_assign(key, std::move(kept)); });
  }

  void end_list() override {
    const size_t count = table_.with([&](Table& table) {
      std::erase_if(table.objects, [&](const auto& entry) { return entry.second.list != list_; });
      table.unknown.reset();
      return table.objects.size();
    });
    log_.debug(
        "read",
        {{"kind", api::kind_of<Object>().name}, {"namespace", namespace_}, {"objects", count}});
  }

  void state(const kube::WatchReport& report) override {
    const std::string why = report.why ? report.why->text() : std::string(word(report.state));
    const bool was_known = known().has_value();
    table_.with([&](Table& table) { follow(report, why, table); });
    if (report.state == kube::WatchState::forbidden || report.state == kube::WatchState::retrying)
      log_.warn("cannot be watched", {{"kind", api::kind_of<Object>().name},
                                      {"namespace", namespace_},
                                      {"why", why},
                                      {"known", was_known}});
  }

  void unreadable(const Error& error) override {
    log_.warn("an object was skipped",
              {{"kind", api::kind_of<Object>().name}, {"why", error.text()}});
  }

 private:
  struct Kept {
    Result<Object> object;
    uint64_t list;  // it was seen in, or after
  };
  struct Table {
    std::optional<Error> unknown;
    bool is_absent = false;  // the cluster does not know the kind
    std::map<kube::ObjectKey, Kept> objects;
  };

  std::string title() const { return std::string(api::kind_of<Object>().name) + " objects:"; }

  static Result<std::optional<Object>> answer(const Kept& kept) {
    if (!kept.object) return kept.object.error();
    return std::optional<Object>(*kept.object);
  }

  // Items of a list do not say what they are.
  static json::Value typed(const json::Value& object, json::Arena& arena) {
    if (!object.is_object() || object.find("kind") != nullptr) return object;
    std::vector<json::Member> members(object.members().begin(), object.members().end());
    members.push_back({"apiVersion", json::Value::string(api::kApiVersion)});
    members.push_back({"kind", json::Value::string(api::kind_of<Object>().name)});
    return arena.object(members);
  }

  Result<Object> decoded(const json::Value& object, const kube::ObjectKey& key) const {
    api::Findings findings;
    Object out = api::decode<Object>(object, findings);
    if (findings.ok()) return out;
    const std::string message = findings.message(api::kind_of<Object>().name, key.name);
    log_.warn("an object cannot be read", {{"object", key.text()}, {"why", message}});
    return invalid(
        fmt::format("{} {} cannot be read: {}", api::kind_of<Object>().name, key.text(), message));
  }

  void follow(const kube::WatchReport& report, const std::string& why, Table& table) const {
    const bool was_absent = std::exchange(table.is_absent, false);
    switch (report.state) {
      case kube::WatchState::not_installed:
        table.is_absent = true;
        table.unknown.reset();
        table.objects.clear();
        return;
      case kube::WatchState::forbidden:
        table.unknown = denied(title() + " " + why);
        table.objects.clear();
        return;
      case kube::WatchState::listing:
        if (was_absent) table.unknown = unavailable(title() + " not read yet");
        return;
      case kube::WatchState::resolving:
      case kube::WatchState::retrying:
        table.is_absent = was_absent;
        if (table.unknown && report.why) table.unknown = unavailable(title() + " " + why);
        return;
      case kube::WatchState::live:
        return;
    }
  }

  // Constant after construction.
  const std::string namespace_;
  const Log log_;

  uint64_t list_ = 0;  // of the loop's thread
  Guarded<Table> table_;
};

}  // namespace kollect::control
