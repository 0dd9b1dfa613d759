// Standard base64 (RFC 4648) as Go's encoding/base64 reads and writes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kollect::extract {

constexpr size_t encoded_bytes(size_t bytes) { return (bytes + 2) / 3 * 4; }
// With padding; exactly encoded_bytes() of them.
void encode_base64(std::string_view content, char* out);

// At most text.size() / 4 * 3 + 3 bytes; tells how many. Line breaks are skipped; padding may be
// left out, but not in part. Nothing when the text is malformed.
std::optional<size_t> decode_base64(std::string_view text, char* out);

}  // namespace kollect::extract
