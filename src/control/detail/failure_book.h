// The objects of one target that cannot be extracted (collection.md 3.8).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kollect::control {

class FailureBook {
 public:
  // `list` is the number of the list that runs or ran last.
  void record(std::string_view uid, std::string_view namespace_name, uint64_t list,
              std::string message);
  // The list met the object without looking at it.
  void keep(std::string_view uid, uint64_t list);
  // False when there was none.
  bool clear(std::string_view uid);
  // Forgets what the list that ended did not meet again; no namespace: of all.
  bool sweep(std::optional<std::string_view> namespace_name, uint64_t list);
  bool clear_namespace(std::string_view namespace_name);
  void clear_all();

  size_t size() const { return failures_.size(); }
  // Empty when nothing fails.
  const std::string& last_message() const { return last_message_; }

 private:
  struct Failure {
    std::string namespace_name;
    uint64_t list = 0;
  };
  template <typename Goes>
  bool erase_if(Goes goes);
  void forget_message() {
    if (failures_.empty()) last_message_.clear();
  }

  std::map<std::string, Failure, std::less<>> failures_;  // by uid
  std::string last_message_;
};

}  // namespace kollect::control
