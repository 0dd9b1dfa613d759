// Rules about texts that sinks take: path templates, branches, options.
#pragma once

#include <string_view>

#include "api/findings.h"
#include "api/sink.h"

namespace kollect::api {

// Template of a document's path: relative, with `{namespace}` and `{name}`, no unknown placeholder.
// Blank passes.
void check_path_template(const Path& path, std::string_view text, Findings& findings);
// Tree layout of git sinks.
void check_layout(const Path& path, const Layout& layout, Findings& findings);
void check_git(const Path& path, const GitSpec& git, Findings& findings);
// Keys that look like secrets.
void check_options(const Path& path, const TextMap& options, Findings& findings);
// Known words, and formats that the sink type takes.
void check_serialization(const Path& spec, std::string_view sink_type, const SinkCommon& common,
                         Findings& findings);
// At most 64 KiB of PEM, or a Secret with a name, not both.
void check_tls(const Path& path, const Tls& tls, Findings& findings);

}  // namespace kollect::api
