// Redaction (collection.md 3.6): sensitive values are replaced by a marker before a row is made of
// them.
//
// A Scrubber is compiled once per profile version from the built-in keys, those of the operator and
// those of the profile, and then read by any thread. Values come back as they are when nothing in
// them is sensitive.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "extract/json_path.h"

namespace kollect::extract {

// {"reason":"sensitive-key","redacted":true}; with static storage.
json::Value sensitive_marker();
// {"reason":"secret-data","redacted":true}
json::Value secret_data_marker();
// Whether a value is one of the two, which are never converted, wrapped or counted.
bool is_marker(const json::Value& value);

class Scrubber {
 public:
  // The built-in keys and these. Keys are trimmed and compared without regard to the case of ASCII
  // letters; blanks are dropped.
  explicit Scrubber(std::span<const std::string> extra_keys = {});

  // R2: equal to a listed key, or ending in one of three or more characters.
  bool is_sensitive(std::string_view key) const;

  // The value with everything sensitive below it replaced (R2, R3, R6). Allocates from the arena
  // only what changed; the same value, and nothing, when nothing did.
  json::Value scrub(const json::Value& value, json::Arena& arena) const;

  // R5: the same for a value that was selected as the member `key` of `parent` (null when unknown):
  // the marker when the member itself is sensitive there. An empty key stands for none.
  json::Value scrub_selected(const json::Value& value, std::string_view key,
                             const json::Value* parent, json::Arena& arena) const;

  // What a path gave: each match judged by the member it was reached through.
  json::Value scrub_result(const PathResult& result, json::Arena& arena) const;

 private:
  // One key to look for, by the hash of its last three characters.
  struct Suffix {
    std::string text;   // lower case
    int32_t next = -1;  // in the same bucket
  };
  static constexpr size_t kBuckets = 256;

  void add(std::string_view key);
  bool ends_in_listed(std::string_view key) const;
  bool is_sensitive_member(std::string_view key, const json::Value& value) const;
  json::Value scrub_array(const json::Value& array, json::Arena& arena) const;
  json::Value scrub_object(const json::Value& object, json::Arena& arena) const;

  uint32_t last_characters_ = 0;  // of all keys, and blanks; by their low five bits
  std::vector<Suffix> suffixes_;
  std::array<int32_t, kBuckets> buckets_;
  std::vector<std::string> short_keys_;  // of one or two characters: only equal ones count
};

// P9: a copy of a Secret in which data and stringData are markers and the last applied
// configuration is gone.
json::Value scrub_secret(const json::Value& secret, json::Arena& arena);

}  // namespace kollect::extract
