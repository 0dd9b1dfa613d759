#include <algorithm>
#include <cstring>

#include "base/json.h"

namespace kollect::json {

namespace {

constexpr size_t kAlignment = alignof(Member);

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

bool in_order(std::span<const Member> members) {
  const auto out_of_order = [](const Member& a, const Member& b) { return a.key >= b.key; };
  return std::adjacent_find(members.begin(), members.end(), out_of_order) == members.end();
}

// Insertion sort is stable and allocates nothing; nearly all objects are small or nearly sorted.
void sort_few(std::span<Member> members) {
  for (size_t i = 1; i < members.size(); ++i) {
    const Member moving = members[i];
    size_t hole = i;
    for (; hole > 0 && moving.key < members[hole - 1].key; --hole)
      members[hole] = members[hole - 1];
    members[hole] = moving;
  }
}

void sort_stable(std::span<Member> members) {
  constexpr size_t kFew = 32;
  if (members.size() <= kFew) return sort_few(members);
  std::stable_sort(members.begin(), members.end(),
                   [](const Member& a, const Member& b) { return a.key < b.key; });
}

size_t keep_last_of_each_key(std::span<Member> members) {
  size_t kept = 0;
  for (const Member& member : members) {
    if (kept > 0 && members[kept - 1].key == member.key) --kept;
    members[kept++] = member;
  }
  return kept;
}

}  // namespace

void* Arena::allocate(size_t bytes) {
  const size_t wanted = aligned(bytes);
  if (current_ < blocks_.size() && used_ + wanted <= blocks_[current_].size) {
    void* place = blocks_[current_].bytes.get() + used_;
    used_ += wanted;
    return place;
  }
  return allocate_slow(wanted);
}

void* Arena::allocate_slow(size_t bytes) {
  while (current_ + 1 < blocks_.size()) {
    ++current_;
    used_ = 0;
    if (bytes <= blocks_[current_].size) {
      used_ = bytes;
      return blocks_[current_].bytes.get();
    }
  }
  const size_t size = std::max(bytes, block_bytes_);
  blocks_.push_back(Block{std::make_unique_for_overwrite<std::byte[]>(size), size});
  held_ += size;
  current_ = blocks_.size() - 1;
  used_ = bytes;
  return blocks_.back().bytes.get();
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* place = static_cast<char*>(allocate(text.size()));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

std::span<const Value> Arena::copy(std::span<const Value> items) {
  if (items.empty()) return {};
  Value* place = static_cast<Value*>(allocate(items.size_bytes()));
  std::uninitialized_copy(items.begin(), items.end(), place);
  return {place, items.size()};
}

Value Arena::object(std::span<const Member> members) {
  if (members.empty()) return Value::object({});
  Member* place = static_cast<Member*>(allocate(members.size_bytes()));
  std::uninitialized_copy(members.begin(), members.end(), place);
  const std::span<Member> copied(place, members.size());
  if (in_order(copied)) return Value::object(copied);
  sort_stable(copied);
  return Value::object(copied.first(keep_last_of_each_key(copied)));
}

Value Arena::deep_copy(const Value& value) {
  if (value.is_string()) return string(value.as_string());
  if (value.is_array()) {
    const auto items = value.items();
    if (items.empty()) return value;
    Value* place = static_cast<Value*>(allocate(items.size_bytes()));
    for (size_t i = 0; i < items.size(); ++i) new (place + i) Value(deep_copy(items[i]));
    return Value::array({place, items.size()});
  }
  if (value.is_object()) {
    const auto members = value.members();
    if (members.empty()) return value;
    Member* place = static_cast<Member*>(allocate(members.size_bytes()));
    for (size_t i = 0; i < members.size(); ++i) {
      new (place + i) Member{copy(members[i].key), deep_copy(members[i].value)};
    }
    return Value::object({place, members.size()});
  }
  return value;
}

void Arena::reset(size_t keep_bytes) {
  while (held_ > keep_bytes && blocks_.size() > 1) {
    held_ -= blocks_.back().size;
    blocks_.pop_back();
  }
  if (held_ > keep_bytes && !blocks_.empty() && blocks_.front().size > block_bytes_) {
    blocks_.clear();
    held_ = 0;
  }
  current_ = 0;
  used_ = 0;
}

}  // namespace kollect::json
