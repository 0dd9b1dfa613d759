// Which versions of objects a watch has delivered while a list runs beside it, so that nothing
// older than what is known already wins (rulings.md 3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kollect::control {

// The resourceVersion as a number; 0 for what is none.
uint64_t version_number(std::string_view resource_version);

class LiveVersions {
 public:
  // Keeps versions while at least one list needs them.
  void begin() { ++lists_; }
  void end() {
    if (--lists_ == 0) seen_.clear();
  }
  bool is_needed() const { return lists_ > 0; }

  enum class Event { present, erased };
  // What a watch delivers. False: another watch has said something newer already.
  bool saw(std::string_view uid, uint64_t version, Event event);
  // Whether a listed object is no newer than what a watch said of it, or was deleted meanwhile.
  bool is_overtaken(std::string_view uid, uint64_t version);
  // Objects that a watch told before `version`, which no list has told since: the list may have
  // told a newer state of them first, and the watch has put an older one in its place.
  bool has_doubt_before(uint64_t version) const;

 private:
  struct Seen {
    uint64_t version = 0;
    bool is_erased = false;
    bool is_listed_since = false;
  };
  std::map<std::string, Seen, std::less<>> seen_;
  int lists_ = 0;
};

}  // namespace kollect::control
