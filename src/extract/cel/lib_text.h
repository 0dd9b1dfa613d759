// Text as CEL counts it, in code points, over UTF-8 bytes.
//
// Pure functions without an allocation. A byte that starts no well-formed sequence counts as one
// code point of its own, so that any bytes can be walked and nothing is lost when they are put
// together again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kollect::extract {

// Well-formed: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
bool is_ascii(std::string_view text);

// Bytes of the code point at the front of a text that is not empty: 1 to 4.
size_t code_point_bytes(std::string_view text);
// The code point at the front of a text that is not empty; U+FFFD for a byte that starts none.
char32_t code_point(std::string_view text);
// Writes a code point in UTF-8, at most four bytes; tells how many. U+FFFD for what is no code
// point.
size_t encode_code_point(char32_t point, char* out);

// Writes the text with U+FFFD for every byte that starts no code point, at most three times its
// size; tells the size.
size_t repair_utf8(std::string_view text, char* out);

size_t code_point_count(std::string_view text);
// Byte position of the index-th code point; the size of the text at its end; nothing beyond.
std::optional<size_t> byte_position(std::string_view text, size_t index);

// Index, in code points, of the first occurrence at or after `from`, or of the last one that starts
// at or before it; an empty word is found at `from`. The caller has checked that `from` is no
// further than the end.
std::optional<size_t> index_of(std::string_view text, std::string_view word, size_t from);
std::optional<size_t> last_index_of(std::string_view text, std::string_view word, size_t from);

// Without the white space of Unicode on either side.
std::string_view trim(std::string_view text);

// Each writes exactly as many bytes as the text has, and leaves what is not ASCII alone.
void lower_ascii(std::string_view text, char* out);
void upper_ascii(std::string_view text, char* out);
// Code points in reverse order.
void reverse_text(std::string_view text, char* out);

// The text between double quotes, with \a \b \f \n \r \t \v \\ \" for what they stand for and
// U+FFFD for a byte that starts no code point. First its size, then into as many bytes.
size_t quoted_bytes(std::string_view text);
void quote(std::string_view text, char* out);

}  // namespace kollect::extract
