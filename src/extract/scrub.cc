#include "extract/scrub.h"

#include <algorithm>

#include "base/text.h"
#include "extract/detail/json_path_text.h"
#include "extract/secret_view.h"

namespace kollect::extract {

namespace {

constexpr std::string_view kBuiltIn[] = {
    "password",   "passwd",      "secret",     "token", "apikey",       "api_key",
    "privatekey", "private_key", "credential", "auth",  "clientsecret", "connectionstring"};

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// `text` is in lower case and as long as `key`.
bool equals_lower(std::string_view key, std::string_view text) {
  for (size_t i = 0; i < key.size(); ++i) {
    if (lower(key[i]) != text[i]) return false;
  }
  return true;
}

bool is_word(std::string_view key, std::string_view text) {
  return key.size() == text.size() && equals_lower(key, text);
}

// Of the last three characters. Setting bit 5 joins the cases of letters; what else it joins is
// told apart later.
constexpr size_t hash_of_end(std::string_view key) {
  const auto byte = [&](size_t back) {
    return static_cast<unsigned>(static_cast<unsigned char>(key[key.size() - back])) | 0x20U;
  };
  return (byte(1) * 5 + byte(2) * 37 + byte(3) * 101) & 0xFFU;
}

// Joins more characters than their cases; a hit is looked at closer.
constexpr uint32_t bit_of(char c) { return uint32_t{1} << (static_cast<unsigned char>(c) & 31U); }

bool has_member(const json::Value& object, std::string_view lower_key) {
  const std::span<const json::Member> members = object.members();
  return std::any_of(members.begin(), members.end(),
                     [&](const json::Member& m) { return is_word(m.key, lower_key); });
}

// R3: what carries a credential by its shape.
bool is_carrier(std::string_view key, const json::Value& value) {
  if (!value.is_object()) return false;
  switch (key.size()) {
    case 3:
      return is_word(key, "tls") && has_member(value, "key");
    case 9:
      if (is_word(key, "secretref")) return true;
      return is_word(key, "valuefrom") && has_member(value, "secretkeyref");
    case 12:
      return is_word(key, "secretkeyref");
    default:
      return false;
  }
}

const json::Member kSensitive[] = {{"reason", json::Value::string("sensitive-key")},
                                   {"redacted", json::Value::boolean(true)}};
const json::Member kSecretData[] = {{"reason", json::Value::string("secret-data")},
                                    {"redacted", json::Value::boolean(true)}};

// A copy of the members up to the first that changed; null until then.
template <typename Item>
Item* copy_once(Item* copied, std::span<const Item> items, json::Arena& arena) {
  if (copied != nullptr) return copied;
  copied = static_cast<Item*>(arena.allocate(items.size() * sizeof(Item)));
  std::copy(items.begin(), items.end(), copied);
  return copied;
}

// Whether a scrubbed value is another than before. Containers are copied whenever something in them
// changed.
bool is_same(const json::Value& a, const json::Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) return a.items().data() == b.items().data();
  return !a.is_object() || a.members().data() == b.members().data();
}

}  // namespace

json::Value sensitive_marker() { return json::Value::object(kSensitive); }
json::Value secret_data_marker() { return json::Value::object(kSecretData); }

bool is_marker(const json::Value& value) {
  return value.is_object() && value.members().size() == 2 &&
         (value == sensitive_marker() || value == secret_data_marker());
}

Scrubber::Scrubber(std::span<const std::string> extra_keys) {
  buckets_.fill(-1);
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) last_characters_ |= bit_of(c);
  for (const std::string_view key : kBuiltIn) add(key);
  for (const std::string& key : extra_keys) add(key);
}

void Scrubber::add(std::string_view key) {
  const std::string_view name = trimmed(key);
  if (name.empty() || is_sensitive(name)) return;
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(), lower);
  last_characters_ |= bit_of(text.back());
  if (count_characters(text) < 3) {
    short_keys_.push_back(std::move(text));
    return;
  }
  int32_t& bucket = buckets_[hash_of_end(text)];
  suffixes_.push_back({std::move(text), bucket});
  bucket = static_cast<int32_t>(suffixes_.size() - 1);
}

bool Scrubber::ends_in_listed(std::string_view key) const {
  for (int32_t i = buckets_[hash_of_end(key)]; i >= 0;) {
    const Suffix& suffix = suffixes_[static_cast<size_t>(i)];
    const size_t size = suffix.text.size();
    if (key.size() >= size && equals_lower(key.substr(key.size() - size), suffix.text)) return true;
    i = suffix.next;
  }
  return false;
}

bool Scrubber::is_sensitive(std::string_view key) const {
  if (key.empty() || (last_characters_ & bit_of(key.back())) == 0) return false;
  key = trimmed(key);
  if (key.size() >= 3 && ends_in_listed(key)) return true;
  return !short_keys_.empty() &&
         std::any_of(short_keys_.begin(), short_keys_.end(),
                     [key](const std::string& text) { return is_word(key, text); });
}

bool Scrubber::is_sensitive_member(std::string_view key, const json::Value& value) const {
  return is_sensitive(key) || is_carrier(key, value);
}

json::Value Scrubber::scrub(const json::Value& value, json::Arena& arena) const {
  if (value.is_object()) return scrub_object(value, arena);
  return value.is_array() ? scrub_array(value, arena) : value;
}

json::Value Scrubber::scrub_array(const json::Value& array, json::Arena& arena) const {
  const std::span<const json::Value> items = array.items();
  json::Value* copied = nullptr;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_object() && !items[i].is_array()) continue;
    const json::Value clean = scrub(items[i], arena);
    if (is_same(clean, items[i])) continue;
    copied = copy_once(copied, items, arena);
    copied[i] = clean;
  }
  return copied == nullptr ? array : json::Value::array({copied, items.size()});
}

// Members are in key order, so `name` is met before the `value` that it may make sensitive (R6).
json::Value Scrubber::scrub_object(const json::Value& object, json::Arena& arena) const {
  const std::span<const json::Member> members = object.members();
  json::Member* copied = nullptr;
  bool has_sensitive_name = false;
  for (size_t i = 0; i < members.size(); ++i) {
    const std::string_view key = members[i].key;
    const json::Value& value = members[i].value;
    if (key == "name" && value.is_string()) has_sensitive_name = is_sensitive(value.as_string());
    const bool is_named = has_sensitive_name && key == "value";
    const bool is_hidden = is_named || is_sensitive_member(key, value);
    if (!is_hidden && !value.is_object() && !value.is_array()) continue;
    const json::Value clean = is_hidden ? sensitive_marker() : scrub(value, arena);
    if (!is_hidden && is_same(clean, value)) continue;
    copied = copy_once(copied, members, arena);
    copied[i].value = clean;
  }
  return copied == nullptr ? object : json::Value::object({copied, members.size()});
}

json::Value Scrubber::scrub_selected(const json::Value& value, std::string_view key,
                                     const json::Value* parent, json::Arena& arena) const {
  if (is_sensitive_member(key, value)) return sensitive_marker();
  if (key == "value" && parent != nullptr) {
    const json::Value* name = parent->find("name");
    if (name != nullptr && name->is_string() && is_sensitive(name->as_string())) {
      return sensitive_marker();
    }
  }
  return scrub(value, arena);
}

json::Value Scrubber::scrub_result(const PathResult& result, json::Arena& arena) const {
  const auto clean = [&](const Match& match) {
    return scrub_selected(*match.value, match.key(), match.parent, arena);
  };
  if (result.kind == PathResult::Kind::one) return clean(result.matches[0]);
  if (result.kind != PathResult::Kind::many) return result.value;
  const std::span<const json::Value> items = result.value.items();
  json::Value* copied = nullptr;
  for (size_t i = 0; i < items.size(); ++i) {
    const json::Value scrubbed = clean(result.matches[i]);
    if (is_same(scrubbed, items[i])) continue;
    copied = copy_once(copied, items, arena);
    copied[i] = scrubbed;
  }
  return copied == nullptr ? result.value : json::Value::array({copied, items.size()});
}

json::Value scrub_secret(const json::Value& secret, json::Arena& arena) {
  const json::Value kept = without_last_applied(secret, arena);
  if (!kept.is_object()) return kept;
  const std::span<const json::Member> members = kept.members();
  json::Member* copied = nullptr;
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].key != "data" && members[i].key != "stringData") continue;
    copied = copy_once(copied, members, arena);
    copied[i].value = secret_data_marker();
  }
  return copied == nullptr ? kept : json::Value::object({copied, members.size()});
}

}  // namespace kollect::extract
