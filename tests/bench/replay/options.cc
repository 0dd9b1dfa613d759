#include <charconv>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "bench/replay/server.h"

namespace kollect::bench {
namespace {

constexpr std::string_view kWords =
    "--pods=N --deployments=N --configmaps=N --namespaces=N --seed=N --new-namespace-objects=N "
    "--port=N --tls "
    "--ca-file=FILE --bookmark-seconds=S --cpu=N --churn=NAME,RATE[,STEPS]";

// None of ours is negative, endless or no number.
template <typename T>
bool number(std::string_view text, T& out) {
  constexpr T kMost = sizeof(T) < 4 ? std::numeric_limits<T>::max() : T(1'000'000'000);
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && rest == end && out >= T(0) && out <= kMost;
}

bool number_option(std::string_view name, std::string_view value, ReplayOptions& out) {
  if (name == "--pods") return number(value, out.shape.pods);
  if (name == "--deployments") return number(value, out.shape.deployments);
  if (name == "--configmaps") return number(value, out.shape.configmaps);
  if (name == "--namespaces")
    return number(value, out.shape.namespaces) && out.shape.namespaces > 0;
  if (name == "--seed") return number(value, out.shape.seed);
  if (name == "--new-namespace-objects") {
    return number(value, out.shape.new_namespace_objects) && out.shape.new_namespace_objects > 0;
  }
  if (name == "--port") return number(value, out.port);
  if (name == "--cpu") return number(value, out.cpu);
  if (name == "--bookmark-seconds") return number(value, out.bookmark_seconds);
  return false;
}

}  // namespace

Result<ReplayOptions> parse_replay_options(int count, const char* const* words) {
  ReplayOptions out;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    if (word == "--tls") {
      out.tls = true;
    } else if (name == "--ca-file") {
      out.ca_file = value;
    } else if (name == "--churn") {
      auto script = parse_script(value);
      if (!script) return script.error();
      out.churn.push_back(*std::move(script));
    } else if (!number_option(name, value, out)) {
      return invalid(fmt::format("cannot read '{}'; the words are {}", word, kWords));
    }
  }
  return out;
}

}  // namespace kollect::bench
