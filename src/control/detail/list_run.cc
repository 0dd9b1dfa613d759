#include "control/detail/list_run.h"

namespace kollect::control {

void ListRun::begin(Guarded<store::RowStore>& rows, uint64_t ticket, std::vector<Lane*> lanes) {
  ticket_ = ticket;
  lanes_ = std::move(lanes);
  is_open_ = true;
  for (Lane* lane : lanes_) {
    lane->ticket = ticket;
    rows.with([&](store::RowStore& store) { store.begin_list(*lane->rows); });
  }
}

ListRun::Ended ListRun::end(Guarded<store::RowStore>& rows, const std::string& scope) {
  Ended ended;
  is_open_ = false;
  const auto namespace_name = scope.empty() ? std::nullopt : std::optional<std::string_view>(scope);
  for (Lane* lane : std::exchange(lanes_, {})) {
    if (lane->ticket != ticket_) {
      ended.spoiled.push_back(lane);
      continue;
    }
    ended.erased +=
        rows.with([&](store::RowStore& store) { return store.sweep(*lane->rows, namespace_name); });
    lane->failures.sweep(namespace_name, ticket_);
    ended.complete.push_back(lane);
  }
  return ended;
}

}  // namespace kollect::control
