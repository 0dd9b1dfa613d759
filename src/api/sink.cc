#include "api/sink.h"

#include "api/scalar.h"

namespace kollect::api {

std::string_view formats_of(std::string_view sink_type) {
  if (sink_type == "git" || sink_type == "gitlab") return "yaml json ndjson";
  if (sink_type == "s3" || sink_type == "gcs") return "json parquet csv";
  constexpr std::string_view kRows = "postgres bigquery mongodb kafka nats";
  return has_word(kRows, sink_type) ? "json" : "";
}

std::string effective_format(std::string_view sink_type, const SinkCommon& common,
                             const ObjectStoreSpec* object_store) {
  std::string format = common.serialization ? lower(trimmed(common.serialization->format)) : "";
  if (format.empty() && object_store != nullptr) format = lower(trimmed(object_store->format));
  if (!format.empty()) return format;
  const std::string_view formats = formats_of(sink_type);
  return std::string(formats.substr(0, formats.find(' ')));
}

}  // namespace kollect::api
