#include "kube/detail/list_turn.h"

#include <algorithm>

namespace kollect::kube {

bool ListTurn::ask(Who who) {
  if (!holder_) holder_ = who;
  if (holder_ == who) return true;
  if (std::ranges::find(waiting_, who) == waiting_.end()) waiting_.push_back(who);
  return false;
}

std::optional<ListTurn::Who> ListTurn::leave(Who who) {
  if (holder_ != who) {
    std::erase(waiting_, who);
    return std::nullopt;
  }
  holder_.reset();
  if (waiting_.empty()) return std::nullopt;
  holder_ = waiting_.front();
  waiting_.pop_front();
  return holder_;
}

}  // namespace kollect::kube
