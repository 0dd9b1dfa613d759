#include "metrics/exposition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace kollect::metrics {

namespace {

constexpr std::string_view kTotal = "_total";

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '"':
        out += quotes ? "\\\"" : "\"";
        break;
      default:
        out += c;
    }
  }
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else if (std::trunc(value) == value && std::fabs(value) < 1e15) {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<int64_t>(value));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

// OpenMetrics wants bounds to look like floats.
std::string bound_text(double bound, Format format) {
  std::string text;
  append_number(text, bound);
  const bool whole = text.find_first_of(".eI") == std::string::npos;
  return whole && format == Format::openmetrics ? text + ".0" : text;
}

class Writer {
 public:
  Writer(const Family& family, Format format) : family_(family), format_(format) {
    base_ = family.name;
    if (family.type == Type::counter && base_.ends_with(kTotal)) base_.remove_suffix(kTotal.size());
  }

  void head(std::string& out) const {
    const std::string_view name = format_ == Format::openmetrics ? base_ : family_.name;
    out.append("# HELP ").append(name) += ' ';
    append_escaped(out, family_.help, format_ == Format::openmetrics);
    out.append("\n# TYPE ").append(name).append(" ").append(word(family_.type)) += '\n';
  }

  void sample(std::string& out, const Sample& sample) const {
    if (family_.type == Type::histogram) return histogram(out, sample);
    line(out, family_.type == Type::counter ? kTotal : "", sample, {});
    append_number(out, sample.value);
    out += '\n';
  }

 private:
  void histogram(std::string& out, const Sample& sample) const {
    uint64_t below = 0;
    for (size_t i = 0; i < sample.buckets.size(); ++i) {
      below += sample.buckets[i];
      line(out, "_bucket", sample,
           i < family_.buckets.size() ? bound_text(family_.buckets[i], format_) : "+Inf");
      fmt::format_to(std::back_inserter(out), "{}\n", below);
    }
    line(out, "_sum", sample, {});
    append_number(out, sample.value);
    out += '\n';
    line(out, "_count", sample, {});
    fmt::format_to(std::back_inserter(out), "{}\n", below);
  }

  // Name and labels, with the bound of a bucket as the last label.
  void line(std::string& out, std::string_view suffix, const Sample& sample,
            std::string_view bound) const {
    out.append(base_).append(suffix);
    char separator = '{';
    const auto label = [&](std::string_view name, std::string_view value) {
      out += separator;
      separator = ',';
      out.append(name).append("=\"");
      append_escaped(out, value, true);
      out += '"';
    };
    for (size_t i = 0; i < sample.key->values.size(); ++i)
      label(family_.label_names[i], sample.key->values[i]);
    for (const auto& [name, value] : sample.key->own) label(name, value);
    if (!bound.empty()) label("le", bound);
    out += separator == ',' ? "} " : " ";
  }

  const Family& family_;
  Format format_;
  std::string_view base_;
};

// Up to the separator, which is taken away with it.
std::string_view next_part(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

double parse_quality(std::string_view text) {
  double quality = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
  return error == std::errc() && end == text.data() + text.size() ? quality : 0;
}

struct MediaRange {
  std::string_view type;
  std::string_view version;
  double quality = 1;
};

MediaRange parse_range(std::string_view text) {
  MediaRange range{.type = next_part(text, ';'), .version = {}};
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    const std::string_view name = next_part(value, '=');
    if (name == "q") range.quality = parse_quality(value);
    if (name == "version") range.version = value;
  }
  return range;
}

}  // namespace

Format negotiate(std::string_view accept) {
  double plain = 0;
  double open = 0;
  while (!accept.empty()) {
    const MediaRange range = parse_range(next_part(accept, ','));
    const bool known =
        range.version.empty() || range.version == "1.0.0" || range.version == "0.0.1";
    if (range.type == "application/openmetrics-text" && known) open = std::max(open, range.quality);
    if (range.type == "text/plain") plain = std::max(plain, range.quality);
  }
  return open > plain ? Format::openmetrics : Format::prometheus;
}

std::string_view content_type(Format format) {
  return format == Format::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

std::string expose(std::span<const FamilySamples> families, Format format) {
  std::string out;
  for (const FamilySamples& one : families) {
    const Writer writer(*one.family, format);
    writer.head(out);
    for (const Sample& sample : one.samples) writer.sample(out, sample);
  }
  if (format == Format::openmetrics) out += "# EOF\n";
  return out;
}

}  // namespace kollect::metrics
