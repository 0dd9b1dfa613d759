// A uid in as few bytes as it takes: 16 for the usual form, else its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kollect::store {

class PackedUid {
 public:
  // The text must outlive this, unless it has the usual form. At most 255 bytes are kept.
  explicit PackedUid(std::string_view text);

  bool is_binary() const { return binary_; }
  std::string_view bytes() const { return binary_ ? std::string_view(packed_, 16) : text_; }

 private:
  bool pack(std::string_view text);

  char packed_[16] = {};
  bool binary_ = false;
  std::string_view text_;
};

// The text of 16 packed bytes.
std::string unpacked(std::string_view bytes);

}  // namespace kollect::store
