// One list under way for a set of lanes: marks their rows at its beginning, sweeps what it did not
// meet at its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "control/detail/lane.h"
#include "store/row_store.h"

namespace kollect::control {

class ListRun {
 public:
  // A list that starts over begins again. `ticket` is larger than any before.
  void begin(Guarded<store::RowStore>& rows, uint64_t ticket, std::vector<Lane*> lanes);
  struct Ended {
    std::vector<Lane*> complete = {};
    std::vector<Lane*> spoiled = {};  // another list began for them meanwhile
    size_t erased = 0;
  };
  // Empty scope: all namespaces.
  Ended end(Guarded<store::RowStore>& rows, const std::string& scope);
  void forget(Lane& lane) { std::erase(lanes_, &lane); }

  bool is_open() const { return is_open_; }
  uint64_t ticket() const { return ticket_; }
  const std::vector<Lane*>& lanes() const { return lanes_; }

 private:
  uint64_t ticket_ = 0;
  std::vector<Lane*> lanes_;
  bool is_open_ = false;
};

}  // namespace kollect::control
