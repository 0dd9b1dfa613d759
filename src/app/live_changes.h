// What happened lately, in words: each change of a row beside what the row was before.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/collect_session.h"
#include "base/clock.h"

namespace kollect::app {

struct LiveChange {
  enum class Sign : char { added = '+', changed = '~', erased = '-' };
  Sign sign = Sign::added;
  Wall::time_point at;
  std::string target;  // `team-a/deployments`
  std::string object;  // `shop/cart`
  std::string text;    // `replicas 3 → 4`; of an added row its values; empty when it is gone
};

// Keeps a handle of every row, to compare with, and the last changes.
class LiveChanges {
 public:
  explicit LiveChanges(size_t kept = 50) : kept_(kept) {}

  // What is there at the beginning: no changes.
  void begin(const std::vector<Ref<store::Row>>& rows);
  void take(const PartitionChange& change, Wall::time_point now);

  const std::deque<LiveChange>& last() const { return last_; }  // newest first
  size_t total() const { return total_; }
  // Changes of a target so far, by the text of `LiveChange::target`.
  size_t of_target(const std::string& target) const;

 private:
  void upsert(const Ref<store::Row>& row, Wall::time_point now);
  // After a delta that says everything: rows that it does not have.
  void forget_others(const PartitionChange& change);
  void add(LiveChange change);

  const size_t kept_;
  size_t total_ = 0;
  std::unordered_map<std::string, Ref<store::Row>> rows_;
  std::unordered_map<std::string, size_t> by_target_;
  std::deque<LiveChange> last_;
};

// `replicas 3 → 4, image a → b`: the attributes in which two rows differ.
std::string difference(const store::Row& before, const store::Row& after);

}  // namespace kollect::app
