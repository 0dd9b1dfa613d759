// The attributes that the figures extract: what a platform team asks of its workloads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_scan.h"

namespace kollect::bench {

// A path of keys; "*" is every element of a list.
using KeyPath = std::vector<std::string_view>;

// Eight attributes of a pod: names, node, phase, addresses, account, a label, the images.
const std::vector<KeyPath>& pod_paths();

json::PathTrie trie_of(const std::vector<KeyPath>& paths);

// The value at a path as JSON text, appended; a list of values below "*", null when absent.
void append_at(std::string& out, const json::Value& root, const KeyPath& path);

}  // namespace kollect::bench
