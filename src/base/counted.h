// Immutable things with several owners, at four bytes each: what a shared_ptr does with a counter
// beside the object and a pointer twice as wide.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace kollect {

// Base of a counted type. The type is immutable once a second thread can see it, and is made and
// unmade by its own functions (`static void destroy(const T*)`), since most of them carry their
// bytes behind themselves.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 protected:
  ~Counted() = default;

 private:
  template <typename T>
  friend class Ref;
  mutable std::atomic<uint32_t> owners_{1};
};

// One owner of a T. Copies add an owner; the last one gone destroys the T, on whatever thread that
// is.
template <typename T>
class Ref {
 public:
  Ref() = default;
  // Takes over the one owner that a new T starts with.
  static Ref adopt(const T* made) { return Ref(made); }

  Ref(const Ref& other) : at_(other.at_) {
    if (at_ != nullptr) at_->owners_.fetch_add(1, std::memory_order_relaxed);
  }
  Ref(Ref&& other) noexcept : at_(std::exchange(other.at_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(at_, other.at_);
    return *this;
  }
  ~Ref() {
    if (at_ != nullptr && at_->owners_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      T::destroy(at_);
  }

  const T& operator*() const { return *at_; }
  const T* operator->() const { return at_; }
  explicit operator bool() const { return at_ != nullptr; }

 private:
  explicit Ref(const T* at) : at_(at) {}
  const T* at_ = nullptr;
};

}  // namespace kollect
