#include "kube/detail/fields.h"

#include <fmt/format.h>

#include "base/base64.h"

namespace kollect::kube {

const json::Value* Fields::member(std::string_view key) const {
  const json::Value* found = object_.find(key);
  return found != nullptr && !found->is_null() ? found : nullptr;
}

void Fields::fail(std::string_view key, std::string_view problem) {
  if (!error_) error_ = invalid(fmt::format("{}.{}: {}", where_, key, problem));
}

std::string Fields::text(std::string_view key) {
  const json::Value* found = member(key);
  if (found == nullptr) return {};
  if (found->is_string()) return std::string(found->as_string());
  fail(key, "must be text; put it in quotes");
  return {};
}

bool Fields::flag(std::string_view key) {
  const json::Value* found = member(key);
  if (found == nullptr) return false;
  if (found->kind() == json::Kind::boolean) return found->as_bool();
  fail(key, "must be true or false");
  return false;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> texts;
  const json::Value* found = member(key);
  if (found == nullptr) return texts;
  if (!found->is_array()) fail(key, "must be a list");
  if (!found->is_array()) return texts;
  for (const json::Value& item : found->items()) {
    if (item.is_string()) {
      texts.emplace_back(item.as_string());
    } else {
      fail(key, "items must be text; put them in quotes");
    }
  }
  return texts;
}

std::vector<std::pair<std::string, std::string>> Fields::pairs(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const json::Value* found = member(key);
  if (found == nullptr) return pairs;
  if (!found->is_array()) fail(key, "must be a list");
  if (!found->is_array()) return pairs;
  for (const json::Value& item : found->items()) {
    Fields fields(item, fmt::format("{}.{}", where_, key));
    pairs.emplace_back(fields.text("name"), fields.text("value"));
    if (pairs.back().first.empty()) fail(key, "an item has no name");
    if (const Status status = fields.status(); !status && !error_) error_ = status.error();
  }
  return pairs;
}

std::string Fields::bytes(std::string_view key) {
  const std::string encoded = text(key);
  const auto decoded = base64_decode(encoded);
  if (!decoded) fail(key, "is no base64");
  return decoded.value_or(std::string());
}

}  // namespace kollect::kube
