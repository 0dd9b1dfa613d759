#include "control/detail/row_writer.h"

#include <fmt/format.h>

namespace kollect::control {

namespace {

using kube::ObjectChange;

constexpr std::chrono::milliseconds kStall{25};
constexpr std::chrono::minutes kPolicyFailureEvery{1};

// Bytes that are no UTF-8 become question marks, so that what is left can be read.
std::string readable(std::string_view bytes) {
  std::string text(bytes);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

// `namespace/name`; of an object of the cluster: its name.
std::string place_of(std::string_view ns, std::string_view name) {
  return ns.empty() ? std::string(name) : fmt::format("{}/{}", ns, name);
}

}  // namespace

Status RowWriter::take(const Delivery& delivery) {
  const auto started = Steady::now();
  Status done = write(delivery);
  const auto took = Steady::now() - started;
  workshop_.durations.observe(std::chrono::duration<double>(took).count());
  if (took > kStall) workshop_.stalls.add();
  return done;
}

Status RowWriter::write(const Delivery& delivery) {
  if (plan_ == nullptr) plan_ = plan_source_();
  const auto loaded = workshop_.extractor.load(*plan_, delivery.bytes);
  if (!loaded) return undecodable(delivery, loaded.error());
  object_ = *loaded;
  output_ = nullptr;
  const Identity id = identity_of(object_);
  if (id.uid.empty()) return undecodable(delivery, invalid("it has no uid"));
  const NamespaceCell* cell = cell_of(id);
  const bool is_erased = delivery.change == ObjectChange::erased;
  const size_t addressed = cell == nullptr ? 0 : cell->lanes.size();
  if (meters_ && !delivery.ticket && !is_erased) meters_->mismatches.add(lane_count_ - addressed);
  const bool is_skipped = access_failing_ && !is_erased;
  if (cell != nullptr) {
    labels_ = object_.find("metadata")->find("labels");
    for (Lane* lane : cell->lanes) {
      if (is_addressed(*lane, delivery)) hand_over(*lane, *cell, id, delivery);
    }
    skipped_ |= is_skipped;
  }
  if (delivery.change == ObjectChange::listed) {
    versions_.listed(id.uid);
  } else if (!is_skipped) {
    versions_.saw(id.uid, id.version,
                  is_erased ? LiveVersions::Event::erased : LiveVersions::Event::present,
                  delivery.part);
  }
  return {};
}

void RowWriter::hand_over(Lane& lane, const NamespaceCell& cell, const Identity& id,
                          const Delivery& delivery) {
  if (delivery.change == ObjectChange::erased) {
    erase(lane, id.uid);
    return;
  }
  if (access_failing_ || is_old_news(lane, id, delivery)) return keep(lane, id.uid);
  collect(lane, cell, id, delivery);
}

bool RowWriter::is_old_news(const Lane& lane, const Identity& id, const Delivery& delivery) const {
  if (!versions_.is_needed()) return false;
  const std::string_view ns = id.ns.empty() ? kClusterStandIn : id.ns;
  const LiveVersions::Hearer hearer{lane.hears(ns), lane.needs_whole};
  return delivery.change == ObjectChange::listed
             ? versions_.is_overtaken(id.uid, id.version, hearer)
             : versions_.is_outdated(id.uid, id.version, hearer);
}

// As it is, through the list that runs.
void RowWriter::keep(Lane& lane, std::string_view uid) {
  workshop_.rows.with([&](store::RowStore& rows) { rows.keep(*lane.rows, uid); });
  lane.failures.keep(uid, lane.ticket);
}

RowWriter::Identity RowWriter::identity_of(const json::Value& object) {
  const json::Value* metadata = object.find("metadata");
  if (metadata == nullptr) return {};
  return {.ns = metadata->text("namespace"),
          .name = metadata->text("name"),
          .uid = metadata->text("uid"),
          .version = version_number(metadata->text("resourceVersion"))};
}

const NamespaceCell* RowWriter::cell_of(const Identity& id) const {
  const auto found = lanes_.find(id.ns.empty() ? kClusterStandIn : id.ns);
  return found == lanes_.end() ? nullptr : &found->second;
}

bool RowWriter::is_addressed(const Lane& lane, const Delivery& delivery) const {
  if (delivery.part == kube::Part::metadata && lane.needs_whole) return false;
  return !delivery.ticket || lane.ticket == *delivery.ticket;
}

void RowWriter::collect(Lane& lane, const NamespaceCell& cell, const Identity& id,
                        const Delivery& delivery) {
  const auto verdict =
      lane.setup->gates().judge({.name = id.name, .labels = labels_, .whole = &object_},
                                &cell.facts, workshop_.extractor.arena());
  if (verdict.policy_failed) count_policy_failure(lane);
  if (delivery.change == ObjectChange::added) erase_predecessors(lane, id);
  if (!verdict.is_open) {
    if (!erase(lane, id.uid) && delivery.change == ObjectChange::changed)
      erase_predecessors(lane, id);
    return;
  }
  const extract::ExtractionOutput& output = extracted(lane);
  if (output.failure()) {
    return fail(lane, id,
                fmt::format("{}: {}", place_of(id.ns, id.name), output.failure()->message));
  }
  const store::RowInput row{id.ns, id.name, id.uid, output.values()};
  const store::Change change =
      workshop_.rows.with([&](store::RowStore& rows) { return rows.upsert(*lane.rows, row); });
  const bool may_follow =
      delivery.change == ObjectChange::changed || (delivery.is_resync && !versions_.is_needed());
  if (change == store::Change::added && may_follow) erase_predecessors(lane, id);
  clear_failure(lane, id.uid);
  if (change != store::Change::none) return workshop_.rows_changed();
  if (meters_ && delivery.is_resync) meters_->resyncs.add();
}

const extract::ExtractionOutput& RowWriter::extracted(const Lane& lane) {
  if (output_ == nullptr || output_profile_ != lane.profile) {
    output_ = &workshop_.extractor.extract(*plan_, lane.profile);
    output_profile_ = lane.profile;
  }
  return *output_;
}

// An object that was recreated may be met before the end of the one it follows is (W16).
void RowWriter::erase_predecessors(Lane& lane, const Identity& id) {
  const size_t erased = workshop_.rows.with([&](store::RowStore& rows) {
    return rows.erase_predecessors(*lane.rows, {id.ns, id.name, id.uid, {}});
  });
  if (erased > 0) workshop_.rows_changed();
}

bool RowWriter::erase(Lane& lane, std::string_view uid) {
  const bool erased =
      workshop_.rows.with([&](store::RowStore& rows) { return rows.erase(*lane.rows, uid); });
  const bool failed = clear_failure(lane, uid);
  if (erased) workshop_.rows_changed();
  return erased || failed;
}

void RowWriter::fail(Lane& lane, const Identity& id, std::string message) {
  const bool erased =
      workshop_.rows.with([&](store::RowStore& rows) { return rows.erase(*lane.rows, id.uid); });
  workshop_.extraction_errors.add();
  lane.failures.record(id.uid, id.ns, lane.ticket, std::move(message));
  workshop_.failures_changed(lane);
  if (erased) workshop_.rows_changed();
}

bool RowWriter::clear_failure(Lane& lane, std::string_view uid) {
  const bool cleared = lane.failures.clear(uid);
  if (cleared) workshop_.failures_changed(lane);
  return cleared;
}

void RowWriter::count_policy_failure(Lane& lane) {
  const auto now = Steady::now();
  if (now - lane.policy_failure_counted < kPolicyFailureEvery) return;
  lane.policy_failure_counted = now;
  workshop_.policy_errors.add();
}

// Who it is can often still be told; then its rows leave, as those of any object that fails.
Status RowWriter::undecodable(const Delivery& delivery, const Error& why) {
  const auto document = json::Document::parse(readable(delivery.bytes));
  const Identity id = document ? identity_of(document->root()) : Identity{};
  const NamespaceCell* cell = id.uid.empty() ? nullptr : cell_of(id);
  if (cell != nullptr) {
    for (Lane* lane : cell->lanes) {
      if (delivery.change == ObjectChange::erased) {
        erase(*lane, id.uid);
      } else if (is_addressed(*lane, delivery)) {
        fail(*lane, id,
             fmt::format("{} does not decode: {}", place_of(id.ns, id.name), why.message));
      }
    }
  }
  if (id.name.empty()) return why.in("an object that tells no name");
  return why.in(place_of(id.ns, id.name));
}

}  // namespace kollect::control
