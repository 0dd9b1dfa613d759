// Objects in memory, for figures that need no server.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"

namespace kollect::bench {

// Texts one after the other, each with room for simdjson to read past its end.
class Texts {
 public:
  Texts() = default;
  explicit Texts(const std::vector<std::string>& texts);

  const std::vector<std::string_view>& all() const { return all_; }

 private:
  std::vector<char> bytes_;
  std::vector<std::string_view> all_;
};

// Objects one after the other, each behind a newline, with room for simdjson to read past the end.
class Samples {
 public:
  Samples(Resource resource, uint64_t count, uint64_t seed, const Revision& revision = {});

  const std::vector<std::string_view>& objects() const { return objects_; }
  // The same in parts of at most 128, about a megabyte each.
  size_t parts() const;
  std::span<const std::string_view> part(size_t number) const;
  // All of them as ndjson.
  std::string_view text() const { return {bytes_.data(), size_}; }
  // Megabytes (1e6) of all objects.
  double megabytes() const { return static_cast<double>(size_) / 1e6; }

 private:
  std::string bytes_;
  size_t size_ = 0;
  std::vector<std::string_view> objects_;
};

}  // namespace kollect::bench
