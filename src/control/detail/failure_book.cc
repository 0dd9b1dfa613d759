#include "control/detail/failure_book.h"

namespace kollect::control {

void FailureBook::record(std::string_view uid, std::string_view namespace_name, uint64_t list,
                         std::string message) {
  Failure& failure = failures_[std::string(uid)];
  failure = {.namespace_name = std::string(namespace_name), .list = list};
  last_message_ = std::move(message);
}

void FailureBook::keep(std::string_view uid, uint64_t list) {
  const auto found = failures_.find(uid);
  if (found != failures_.end()) found->second.list = list;
}

bool FailureBook::clear(std::string_view uid) {
  if (failures_.empty()) return false;
  const auto found = failures_.find(uid);
  if (found == failures_.end()) return false;
  failures_.erase(found);
  forget_message();
  return true;
}

template <typename Goes>
bool FailureBook::erase_if(Goes goes) {
  const bool any = std::erase_if(failures_, [&](const auto& entry) { return goes(entry.second); });
  forget_message();
  return any;
}

bool FailureBook::sweep(std::optional<std::string_view> namespace_name, uint64_t list) {
  return erase_if([&](const Failure& failure) {
    return failure.list != list && (!namespace_name || failure.namespace_name == *namespace_name);
  });
}

bool FailureBook::clear_namespace(std::string_view namespace_name) {
  return erase_if([&](const Failure& failure) { return failure.namespace_name == namespace_name; });
}

void FailureBook::clear_all() {
  failures_.clear();
  last_message_.clear();
}

}  // namespace kollect::control
