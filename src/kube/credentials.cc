#include "kube/credentials.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/text.h"
#include "kube/detail/exec_plugin.h"
#include "kube/detail/small_file.h"

namespace kollect::kube {

namespace {

std::string bearer(const std::string& token) {
  return token.empty() ? std::string() : "Bearer " + token;
}

Result<std::string> read_token(const std::string& path) {
  auto text = read_small_file(path);
  if (!text) return text;
  std::string token(trimmed(*text));
  if (token.empty()) return denied(fmt::format("token file {} is empty", path));
  return token;
}

}  // namespace

Credentials::Credentials(ClusterAccess access, const Clock& clock)
    : access_(std::move(access)), clock_(clock) {}

bool Credentials::is_fresh(const Held& held) const {
  if (!held.identity || held.stale) return false;
  if (!access_.token_file.empty()) return clock_.now() - held.read_at < kTokenFileAge;
  return !held.expires || clock_.wall() < *held.expires;
}

Result<Credentials::Held> Credentials::fetch(net::Deadline deadline, std::stop_token stop) const {
  Held held{.identity = Identity{}, .read_at = clock_.now(), .expires = std::nullopt};
  if (!access_.token_file.empty()) {
    const auto token = read_token(access_.token_file);
    if (!token) return token.error();
    held.identity->authorization = bearer(*token);
  } else if (access_.exec) {
    auto credential = run_exec_plugin(access_, deadline, std::move(stop));
    if (!credential) return credential.error();
    *held.identity = {bearer(credential->token), std::move(credential->certificate_pem),
                      std::move(credential->key_pem)};
    held.expires = credential->expires;
  } else if (!access_.username.empty()) {
    held.identity->authorization =
        "Basic " + base64_encode(access_.username + ':' + access_.password);
  } else {
    held.identity->authorization = bearer(access_.token);
  }
  return held;
}

Result<Identity> Credentials::current(net::Deadline deadline, std::stop_token stop) {
  enum class Turn { wait, fetch };
  for (;;) {
    Turn turn = Turn::wait;
    const auto fresh = held_.with([&](Held& held) -> std::optional<Identity> {
      if (is_fresh(held)) return held.identity;
      if (!held.fetching) turn = Turn::fetch;
      held.fetching = true;
      return std::nullopt;
    });
    if (fresh) return *fresh;
    if (turn == Turn::fetch) break;
    const auto done = [](const Held& held) { return !held.fetching; };
    if (held_.wait_for(stop, deadline - clock_.now(), done)) continue;
    if (stop.stop_requested()) return cancelled("get credentials");
    return unavailable("get credentials: the deadline has passed");
  }
  auto fetched = fetch(deadline, stop);
  return held_.update([&](Held& held) -> Result<Identity> {
    held.fetching = false;
    if (fetched) {
      held = *fetched;
      return *held.identity;
    }
    const bool keeps_token = held.identity && !held.stale && !access_.token_file.empty();
    if (!keeps_token) return fetched.error();
    held.read_at = clock_.now();
    return *held.identity;
  });
}

bool Credentials::refuse(const Identity& identity) {
  if (!rotates()) return false;
  held_.with([&](Held& held) {
    if (held.identity == identity) held.stale = true;
  });
  return true;
}

}  // namespace kollect::kube
