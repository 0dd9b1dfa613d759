// What a response that is no success says.
#pragma once

#include "kube/client.h"

namespace kollect::kube {

// Of the Status object in its body, else of its head; Retry-After counts before the body's delay.
ApiStatus read_refusal(const net::Response& response, Wall::time_point now);

}  // namespace kollect::kube
