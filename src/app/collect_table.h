// Rows as tables for people.
#pragma once

#include "app/collect_output.h"

namespace kollect::app {

// One table for each target, a blank line between them: a column for every attribute, as wide as
// its widest value and at most 48 characters.
void print_table(const std::vector<Ref<store::Row>>& rows, OutputBuffer& out);

// A canonical JSON value as a person writes it: text without quotes, lists and maps of plain values
// with commas, `<none>` for null and for nothing. Nothing in it can steer a terminal.
std::string readable(std::string_view json);
// Text without control characters, cut to so many characters; the second one leaves the beginning
// out.
std::string clipped(std::string_view text, size_t width);
std::string clipped_front(std::string_view text, size_t width);
// The number of characters, for padding.
size_t width_of(std::string_view text);

}  // namespace kollect::app
