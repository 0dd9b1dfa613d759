// Kubernetes objects from a text: JSON, several JSON documents, YAML with any number of documents,
// and Lists.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"

namespace kollect::app {

// Every object of the text, Lists taken apart; an item of a typed list gets the kind that the list
// implies. Values live in the arena. Fault::invalid names the line.
Result<std::vector<json::Value>> read_objects(std::string_view text, json::Arena& arena);

// `Deployment shop/cart`, for messages; `object` when it tells neither kind nor name.
std::string object_name(const json::Value& object);

}  // namespace kollect::app
