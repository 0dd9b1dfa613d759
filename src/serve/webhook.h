// The admission hooks as a handler of net/server.h: POST on the eleven paths, everything else is
// refused.
#pragma once

#include "api/kind.h"
#include "api/rules.h"
#include "net/server.h"

namespace kollect::serve {

// Counts the answers; called on server threads.
using ReviewObserver = std::function<void(const api::Kind* kind, int status)>;

// The parts behind the context must outlive the server that runs the handler; they are called on
// its threads.
net::Handler admission_handler(api::RuleContext context, ReviewObserver observer = {});

}  // namespace kollect::serve
