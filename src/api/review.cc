#include "api/review.h"

#include "api/codec.h"

namespace kollect::api {
namespace {

template <typename Object>
Reviewed review_as(const json::Value& object, const RuleContext& context) {
  Reviewed out;
  const Object decoded = decode<Object>(object, out.findings);
  if (!out.findings.ok()) {
    out.decoding = Decoding::broken;
  } else {
    check(decoded, context, out.findings);
  }
  return out;
}

struct Entry {
  const Kind& (*kind)();
  Reviewed (*review)(const json::Value&, const RuleContext&);
};

template <typename Object>
constexpr Entry kEntry{&kind_of<Object>, &review_as<Object>};

constexpr Entry kEntries[] = {
    kEntry<Profile>,       kEntry<Target>,           kEntry<Inventory>,    kEntry<SnapshotSink>,
    kEntry<DatabaseSink>,  kEntry<EventSink>,        kEntry<Scope>,        kEntry<ConnectionTest>,
    kEntry<ClusterTarget>, kEntry<ClusterInventory>, kEntry<ClusterScope>,
};

bool is_being_deleted(const json::Value& object) {
  const json::Value* time = object.at({"metadata", "deletionTimestamp"});
  return time != nullptr && time->is_string() && !time->as_string().empty();
}

}  // namespace

Reviewed review(const Kind& kind, const json::Value& object, Operation operation,
                const RuleContext& context) {
  if (operation == Operation::update && is_being_deleted(object)) return {};
  for (const Entry& entry : kEntries) {
    if (&entry.kind() == &kind) return entry.review(object, context);
  }
  Reviewed none;
  none.decoding = Decoding::broken;
  none.findings.plain(Path("kind"), "no rules for this kind");
  return none;
}

}  // namespace kollect::api
