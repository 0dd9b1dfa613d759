// Data that can be reached only through its lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace kollect {

// Guarded<T> owns a T. Functions handed to it run under the lock and must not block, do I/O or lock
// another Guarded. Any thread may call any method. Results are returned by value: no reference to
// the data escapes.
template <typename T>
class Guarded {
 public:
  template <typename... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

  // Runs `fn` on the value. Nobody who waits is woken: use it for what no waiter looks at.
  template <typename Fn>
  auto with(Fn fn) {
    const std::lock_guard lock(mutex_);
    return fn(value_);
  }

  // Runs `fn` on the value, then wakes everybody who waits for a condition on it.
  template <typename Fn>
  auto update(Fn fn) {
    struct Wake {
      std::condition_variable_any& changed;
      ~Wake() { changed.notify_all(); }
    };
    const Wake wake{changed_};
    const std::lock_guard lock(mutex_);
    return fn(value_);
  }

  // Reads the value.
  template <typename Fn>
  auto read(Fn fn) const {
    const std::lock_guard lock(mutex_);
    return fn(std::as_const(value_));
  }

  // A copy of the value.
  T copy() const {
    return read([](const T& value) { return value; });
  }

  // Blocks until `ready(value)` holds or a stop is asked for; true when it holds.
  template <typename Ready>
  bool wait(std::stop_token stop, Ready ready) const {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, std::move(stop), [&] { return ready(std::as_const(value_)); });
  }

  // As wait, at most `limit` long.
  template <typename Ready>
  bool wait_for(std::stop_token stop, std::chrono::nanoseconds limit, Ready ready) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::move(stop), limit,
                             [&] { return ready(std::as_const(value_)); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  T value_;
};

}  // namespace kollect
