// Numbers as text: the Prometheus format 0.0.4 and OpenMetrics 1.0.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/registry.h"

namespace kollect::metrics {

enum class Format { prometheus, openmetrics };

// What the Accept header of a scrape prefers; Prometheus text when it names neither, or both alike.
// Prometheus itself asks for OpenMetrics first.
Format negotiate(std::string_view accept);

std::string_view content_type(Format format);

// The same samples give the same bytes. In OpenMetrics a counter's family is named without _total,
// and the text ends in "# EOF".
std::string expose(std::span<const FamilySamples> families, Format format);

}  // namespace kollect::metrics
