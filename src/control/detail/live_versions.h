// Which versions of objects watches have delivered while a list runs beside them, so that nothing
// older than what is known already wins (rulings.md 3).
//
// What a watch said counts for a lane only when the lane heard it: when it was there already, and
// when the watch brought all that it needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "kube/request.h"

namespace kollect::control {

// The resourceVersion as a number; 0 for what is none.
uint64_t version_number(std::string_view resource_version);

class LiveVersions {
 public:
  // Who asks: what was said before `since` was not heard, and for some metadata says nothing.
  struct Hearer {
    uint64_t since = 0;
    bool needs_whole = false;
  };

  // `most` objects are kept: a list that fails again and again must not let this grow.
  explicit LiveVersions(size_t most) : most_(most) {}

  // Keeps versions while at least one list needs them.
  void begin() { ++lists_; }
  void end() {
    if (--lists_ == 0) forget();
  }
  bool is_needed() const { return lists_ > 0; }
  // Something was said that is not kept: no list that runs may be trusted, all have to begin anew,
  // after a forget().
  bool is_full() const { return is_full_; }
  void forget() {
    seen_.clear();
    is_full_ = false;
  }
  // For Hearer::since: later than everything said so far.
  uint64_t now() const { return said_ + 1; }

  enum class Event : uint8_t { present, erased };
  void saw(std::string_view uid, uint64_t version, Event event, kube::Part part);
  // Whether an object of a list is no newer than what the hearer knows, or was deleted meanwhile.
  bool is_overtaken(std::string_view uid, uint64_t version, const Hearer& hearer) const;
  // Whether another watch has told the hearer something newer than this event.
  bool is_outdated(std::string_view uid, uint64_t version, const Hearer& hearer) const;
  // A list has told this object.
  void listed(std::string_view uid);
  // Objects that a watch told before `version`, which no list has told since: the list may have
  // told a newer state of them first, and the watch has put an older one in its place.
  bool has_doubt_before(uint64_t version) const;

 private:
  struct Said {
    uint64_t version = 0;
    uint64_t number = 0;  // in the order of saying; 0: nothing
    bool is_erased = false;
  };
  struct Seen {
    Said whole;  // by a watch of whole objects
    Said any;
    bool is_listed_since = false;
  };
  const Said* heard(std::string_view uid, const Hearer& hearer) const;

  const size_t most_;
  std::map<std::string, Seen, std::less<>> seen_;
  bool is_full_ = false;
  uint64_t said_ = 0;
  int lists_ = 0;
};

}  // namespace kollect::control
